import type { ChartChange } from '../../chart/change.ts'
import type { Condition } from '../../chart/chart.ts'
import { conceptOf, listKeyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { type About, type Fault, faultOf, saidOf, type Told } from './told.ts'
import { dayOfTime } from './when.ts'

/** DG1 (diagnoses of a visit) and PRB (the problem list, PPR messages) as problems. */
export function problemsTold(segments: Segment[], about: About): Told {
  const charts: ChartChange[] = []
  const faults: Fault[] = []
  const listed: Condition[] = []
  for (const segment of segments) {
    if (segment.name !== 'DG1' && segment.name !== 'PRB') continue
    const code = conceptOf(segment.all(3)[0], segment.name === 'DG1' ? segment.get(4) : '')
    if (code === undefined) {
      const because = `${segment.name} ${segment.number}: the problem has no code and no words.`
      faults.push(faultOf(because, about, 'problems'))
      continue
    }
    const action = (segment.name === 'DG1' ? segment.get(21) : segment.get(1)).toUpperCase()
    const onset = dayOfTime(segment.name === 'DG1' ? segment.get(5) : segment.get(16))
    const id = listKeyOf(code)
    const certainty = certaintyOf(segment)
    if (action === 'D' || action === 'DE' || certainty === 'ruled out')
      charts.push({ type: 'remove', ...saidOf(about), section: 'problems', entryIds: [id] })
    else
      listed.push({
        id,
        code: { ...code, text: `${code.text}${certainty}` },
        clinicalStatus: statusOf(segment),
        ...(onset === undefined ? {} : { onset }),
      })
  }
  if (listed.length > 0) charts.push(listChange(listed, segments, about))
  return { charts, appointments: [], faults }
}

/** Only DG1 without actions is a list that can be whole; PRB always tells of single problems. */
function listChange(entries: Condition[], segments: Segment[], about: About): ChartChange {
  const diagnoses = segments.filter(({ name }) => name === 'DG1')
  const whole =
    about.reading.lists === 'snapshot' &&
    diagnoses.length === entries.length &&
    diagnoses.every((dg1) => dg1.get(21) === '')
  return whole
    ? { type: 'replace', ...saidOf(about), section: 'problems', value: { status: 'listed', entries } }
    : { type: 'upsert', ...saidOf(about), section: 'problems', entries }
}

/** PRB-13: what is ruled out is no problem, and what nobody has confirmed says so in the sender's words. */
function certaintyOf(segment: Segment): string {
  if (segment.name === 'DG1') return ''
  const said = segment.get(13, 2) || segment.get(13)
  const words = `${segment.get(13)} ${segment.get(13, 2)}`.toLowerCase()
  if (/ruled? ?out|refuted|entered[- ]in[- ]error|absent|not present|410516002|410594000/.test(words))
    return 'ruled out'
  const isSure = said === '' || [segment.get(13), segment.get(13, 2)].some((word) => SURE.test(word))
  return isSure ? '' : ` (${said})`
}

const SURE = /^(?:c|conf|confirmed(?: present)?|definite(?:ly present)?|410605003)$/i

/** PRB-14 (life cycle) in words or in SNOMED CT's codes; DG1 speaks of what is treated now. */
function statusOf(segment: Segment): Condition['clinicalStatus'] {
  if (segment.name === 'DG1') return 'active'
  const words = `${segment.get(14)} ${segment.get(14, 2)}`.toLowerCase()
  if (/resolv|inactive|73425007|413322009|^r /.test(words)) return 'resolved'
  if (/remission|277022003/.test(words)) return 'remission'
  return /recurr|246455001/.test(words) ? 'recurrence' : 'active'
}
