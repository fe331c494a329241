import type { Coverage } from '../../chart/chart.ts'
import type { Segment } from './message.ts'
import { type About, type Fault, faultOf, saidOf, type Told } from './told.ts'

const RANKS = ['primary', 'secondary', 'tertiary'] as const

/** IN1: the insurances of a message are the whole list, as registration has them. */
export function coverageTold(segments: Segment[], about: About): Told {
  const entries: Coverage[] = []
  const faults: Fault[] = []
  for (const [at, in1] of segments.filter(({ name }) => name === 'IN1').entries()) {
    const payer = in1.get(4) || in1.get(2, 2) || in1.get(9) || in1.get(2)
    if (payer === '') {
      faults.push(faultOf(`IN1 ${in1.number}: it names no insurance company.`, about, 'coverage'))
      continue
    }
    const rank = RANKS[(Number.parseInt(in1.get(22) || in1.get(1), 10) || at + 1) - 1] ?? 'other'
    const memberId = in1.get(49) || in1.get(36)
    const [group, authorization] = [in1.get(8), in1.get(14)]
    entries.push({
      id: [rank, in1.get(2), memberId].filter((part) => part !== '').join('/'),
      rank,
      payer,
      memberId,
      ...(group === '' ? {} : { group }),
      ...(authorization === '' ? {} : { authorization }),
    })
  }
  if (entries.length === 0) return { charts: [], appointments: [], faults }
  const once = [...new Map(entries.map((entry) => [entry.id, entry])).values()]
  // A list of which a part cannot be read takes nothing away.
  if (faults.length > 0)
    return {
      charts: [{ type: 'upsert', ...saidOf(about), section: 'coverage', entries: once }],
      appointments: [],
      faults,
    }
  const value = { status: 'listed', entries: once } as const
  return { charts: [{ type: 'replace', ...saidOf(about), section: 'coverage', value }], appointments: [], faults }
}
