import type { SectionName } from '../../chart/chart.ts'
import type { Segment } from './message.ts'
import { type About, faultOf, NOTHING, type Told } from './told.ts'
import { dayOfTime } from './when.ts'

type DayField = { field: number; what: string; section: SectionName }

/** Days that a chart shows where they can be read; without one the entry stands all the same. */
const DAYS: { [segment: string]: DayField } = {
  AL1: { field: 6, what: 'the day it was found', section: 'allergies' },
  IAM: { field: 11, what: 'the day it began', section: 'allergies' },
  DG1: { field: 5, what: 'the day of the diagnosis', section: 'problems' },
  PRB: { field: 16, what: 'the day it began', section: 'problems' },
  RXE: { field: 18, what: 'the day of the last refill', section: 'medications' },
  RXA: { field: 3, what: 'the day it was given', section: 'immunizations' },
}

/** Says of each day in these segments that could not be read that it is missing on the chart. An HL7 null says that there is none. */
export function daysNotRead(segments: Segment[], names: string[], about: About): Told {
  const faults = segments.flatMap((segment) => {
    const day = names.includes(segment.name) ? DAYS[segment.name] : undefined
    const said = day === undefined ? '' : segment.get(day.field)
    if (day === undefined || said === '' || said === '""' || dayOfTime(said) !== undefined) return []
    const because = `${segment.name} ${segment.number}: ${day.what} (${segment.name}-${day.field}) cannot be read; the entry has no day.`
    return [faultOf(because, about, day.section)]
  })
  return { ...NOTHING, faults }
}
