import { agoInWords } from '../../base/ago.ts'
import { DAY, type Instant } from '../../base/time.ts'
import { SECTION_NAMES } from '../../chart/chart.ts'
import type { Shrink } from '../../chart/losses.ts'
import { personName } from '../../chart/name.ts'
import { SECTION_TITLES } from '../../chart/section-words.ts'
import type { Separated } from '../../chart/separated/store.ts'
import { shrinkWords } from '../held/held-words.ts'
import type { SourceState } from '../sources/sources.ts'
import type { Finding } from './finding.ts'
import type { SameNames } from './store.ts'

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`

/** Charts of the time in which all sources shared one space of ids. `patients`: those that held two people, to be named. */
export function judgeMixed(
  counts: { waiting: number; mixed: number; separated: number },
  patients: readonly Separated[] | undefined,
): Finding[] {
  const what = 'Mixed charts'
  const findings: Finding[] = []
  if (counts.waiting > 0)
    findings.push({
      verdict: 'look',
      what,
      because: `${plural(counts.waiting, 'chart')} may hold entries of two people and was not read again yet. Each says so.`,
      so: 'They are read again by the next complete read of their source. If a source no longer sends whole records, ask it to send them once.',
    })
  if (counts.mixed > 0)
    findings.push({
      verdict: 'look',
      what,
      because: `${plural(counts.mixed, 'chart')} held a different person before it was read again.`,
      so:
        patients === undefined
          ? 'Run holdfast doctor --patients to list them. Check with the EHR whether anything was done from these charts.'
          : 'Check with the EHR whether anything was done from these charts.',
      ...(patients === undefined
        ? {}
        : { lines: patients.filter(({ otherPerson }) => otherPerson).map(separatedLine) }),
    })
  return findings.length > 0
    ? findings
    : [{ verdict: 'good', what, because: 'Each chart holds the records of one person.' }]
}

function separatedLine({ sourceId, patientId, at, before }: Separated): string {
  const born = before.birthDate === undefined ? '' : `, born ${before.birthDate}`
  return `${sourceId} ${patientId}: was shown as ${personName(before.name)}${born}, MRN ${before.mrn || 'not given'}, until ${new Date(at).toISOString()}`
}

export function judgeHeld(
  shrinks: readonly { sourceId: string; shrinks: Shrink[] }[],
  identities: number,
  joins: number,
): Finding {
  const what = 'Held back'
  const parts = [
    ...shrinks.map((one) => `${one.sourceId} would remove ${one.shrinks.map(shrinkWords).join(', ')}.`),
    ...(identities === 0 ? [] : [`${plural(identities, 'record names', 'records name')} a different person.`]),
    ...(joins === 0 ? [] : [`${plural(joins, 'record number')} not joined.`]),
  ]
  return parts.length === 0
    ? { verdict: 'good', what, because: 'Everything that the sources say is in the charts.' }
    : { verdict: 'look', what, because: parts.join(' '), so: 'Decide under Held back (/held).' }
}

/** Fewer people than this in two sources may be chance. */
const MANY = 20

export function judgeSameNames(
  pairs: readonly SameNames[],
  issuers: ReadonlyMap<string, string | undefined>,
): Finding[] {
  const common = ({ sourceId, otherSourceId }: SameNames): boolean => {
    const issuer = issuers.get(sourceId)
    return issuer !== undefined && issuer === issuers.get(otherSourceId)
  }
  return pairs
    .filter((pair) => pair.count >= MANY && !common(pair))
    .map((pair) => ({
      verdict: 'look',
      what: 'Joined sources',
      because: `${plural(pair.count, 'person', 'people')} of ${pair.sourceId} and ${pair.otherSourceId} have the same name and birth date, and each is two charts.`,
      so: 'If both sources use the same record numbers, give both the same mrnIssuer in the configuration.',
    }))
}

/** A list that is compared less often than this is old. */
const OLD_MS = DAY

export function judgeLists(states: readonly Pick<SourceState, 'sourceId' | 'sections'>[], now: Instant): Finding[] {
  return states.flatMap(({ sourceId, sections }): Finding[] => {
    const old = SECTION_NAMES.flatMap((name) => {
      const at = sections[name]
      return at === undefined || now - at <= OLD_MS ? [] : [`${SECTION_TITLES[name]} ${agoInWords(now - at)}`]
    })
    if (old.length === 0) return []
    return [
      {
        verdict: 'look',
        what: 'Age of lists',
        because: `${sourceId} was last compared in all charts: ${old.join(', ')}.`,
        so: 'Changes in these lists are found only by a slower pass. Give the source a way to tell what changed, or make the pass more frequent.',
      },
    ]
  })
}

export function judgeNumbers(counts: readonly { sourceId: string; count: number; of: number }[]): Finding[] {
  return counts.map(({ sourceId, count, of }) => ({
    verdict: 'look',
    what: 'Record numbers',
    because: `${count.toLocaleString('en-US')} of ${plural(of, 'record')} of ${sourceId} have no record number (MRN).`,
    so: 'They cannot be joined with another source. Check its mapping if the source has the number.',
  }))
}
