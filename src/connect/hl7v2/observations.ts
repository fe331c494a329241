import type { ChartChange } from '../../chart/change.ts'
import type { Observation } from '../../chart/chart.ts'
import { interpretationIn } from '../../chart/interpretation.ts'
import { codesOf, conceptOf } from './coded.ts'
import type { Field, Segment } from './message.ts'
import { cutAt, joined, notedSegments } from './notes.ts'
import { type Found, type Group, groupsOf, type Under } from './observation-ids.ts'
import { type About, type Fault, faultOf, saidOf, type Told } from './told.ts'
import { instantOf } from './when.ts'

/** LOINC: the panel of vital signs of US Core, and what nurses take beside it. */
const VITALS = new Set(
  '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 3141-9 39156-5 85354-9 8480-6 8462-4 8306-3 8289-1 8331-1 72514-3'.split(
    ' ',
  ),
)

/** OBX as vitals and results, with the comments that follow them. A corrected value replaces the first; one that is withdrawn (W, D) goes. */
export function observationsTold(segments: Segment[], under: Under, about: About): Told {
  const { noted } = notedSegments(segments)
  const faults: Fault[] = []
  const found: Found[] = []
  for (const { segment: obx, note } of noted.filter(({ segment }) => segment.name === 'OBX')) {
    const code = conceptOf(obx.all(3)[0])
    if (code === undefined) faults.push(unreadable(obx, 'the observation has no code and no words.', about))
    else found.push({ obx, code, note, at: timeOf(obx, under.obr, about), set: numberIn(obx.get(1)) })
  }
  const aside = under.obr === undefined ? [] : noted.filter(({ segment }) => segment.name !== 'OBX')
  const ofOrder = cutAt(joined(...aside.map(({ note }) => note)), MOST_TEXT)
  const kept: { vitals: Observation[]; results: Observation[] } = { vitals: [], results: [] }
  const gone: string[] = []
  for (const group of groupsOf(found, under, about.zone)) {
    const read = readGroup(group, under, ofOrder)
    if (typeof read === 'string') faults.push(unreadable(group.lines[0]?.obx, read, about))
    else if (read !== undefined) {
      gone.push(...group.replaces, ...(read.type === 'gone' ? [group.id] : []))
      if (read.type === 'kept') kept[read.section].push(read.entry)
    }
  }
  if (ofOrder !== '' && kept.vitals.length + kept.results.length === 0)
    faults.push(
      faultOf('A comment on the order (NTE) came without a result that it could be shown with.', about, 'results'),
    )
  const charts: ChartChange[] = []
  for (const section of ['vitals', 'results'] as const) {
    if (gone.length > 0) charts.push({ type: 'remove', ...saidOf(about), section, entryIds: [...new Set(gone)] })
    if (kept[section].length > 0) charts.push({ type: 'upsert', ...saidOf(about), section, entries: kept[section] })
  }
  return { charts, appointments: [], faults }
}

function unreadable(obx: Segment | undefined, because: string, about: About): Fault {
  return faultOf(`OBX ${obx?.number ?? ''}: ${because}`, about, 'results')
}

function timeOf(obx: Segment, obr: Segment | undefined, about: About): number | undefined {
  return [obx.get(14), obr?.get(7), obr?.get(22)]
    .map((said) => instantOf(said ?? '', about.zone))
    .find((told) => told !== undefined)
}

function numberIn(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) ? Number(text) : undefined
}

type Read = { type: 'kept'; section: 'vitals' | 'results'; entry: Observation } | { type: 'gone' }

/** Ordered, specimen in the laboratory, not asked for: there is nothing to read. */
const WITHOUT_VALUE = new Set(['O', 'I', 'N'])
/** OBX-11 X. A value that was told before no longer holds, and who waits for one should know that none will come. */
const NOT_OBTAINED = '(no result could be obtained)'
const WITHDRAWN = new Set(['D', 'W'])

function readGroup({ id, lines, part }: Group, { obr }: Under, ofOrder: string): Read | string | undefined {
  const statusOf = ({ obx }: Found): string => obx.get(11).toUpperCase()
  const standing = lines.filter((line) => !WITHDRAWN.has(statusOf(line)))
  if (standing.length === 0)
    return part ? 'one line of a report was withdrawn; the report is in the EHR.' : { type: 'gone' }
  const valued = standing.filter((line) => !WITHOUT_VALUE.has(statusOf(line)))
  const note = joined(...lines.map((line) => line.note), ofOrder)
  const [first] = valued
  if (first === undefined)
    return lines.some((line) => line.note !== '')
      ? 'a comment came with an observation that has no value yet.'
      : undefined
  const missing = valued.every((line) => statusOf(line) === 'X') ? NOT_OBTAINED : ''
  const text = valued
    .map(({ obx }, at) => valueOf(obx) ?? (at === 0 ? missing : ''))
    .join('\n')
    .replaceAll(/^\n+|\n+$/g, '')
  const value = text === '' && note !== '' ? '(see the note)' : text
  if (value === '') return statusOf(first) === '' ? undefined : 'the observation has no value that can be read.'
  return { type: 'kept', ...entryOf(first, valued, obr, { id, value, note }) }
}

function entryOf(
  { obx, code, at }: Found,
  lines: Found[],
  obr: Segment | undefined,
  { id, value, note: said }: { id: string; value: string; note: string },
): { section: 'vitals' | 'results'; entry: Observation } {
  const unit = obx.get(6) || obx.get(6, 2)
  const { flag, words } = interpretationIn(
    lines.flatMap((line) => line.obx.all(8).map((said) => [said.get(1), said.get(5), said.get(2)])),
  )
  const note = joined(words ?? '', said)
  const range = obx.whole(7)
  const vital = codesOf(code, 'http://loinc.org').some((loinc) => VITALS.has(loinc))
  const panel = obr === undefined ? undefined : conceptOf(obr.all(4)[0])?.text
  return {
    section: vital ? 'vitals' : 'results',
    entry: {
      id,
      code,
      value: cutAt(value, MOST_TEXT),
      status: statusOf(lines),
      at,
      ...(panel === undefined ? {} : { panel }),
      ...(unit === '' ? {} : { unit }),
      ...(range === '' ? {} : { referenceRange: range }),
      ...(flag === undefined ? {} : { flag }),
      ...(note === '' ? {} : { note: cutAt(note, MOST_TEXT) }),
    },
  }
}

const MOST_TEXT = 20_000

/** Of several lines: what is not final makes the whole preliminary, and what is corrected makes it corrected. */
function statusOf(lines: Found[]): Observation['status'] {
  const said = lines.map(({ obx }) => STATUSES[obx.get(11).toUpperCase()] ?? 'final')
  if (said.includes('preliminary')) return 'preliminary'
  return said.includes('corrected') ? 'corrected' : 'final'
}

/** HL7 table 0085. */
const STATUSES: { [code: string]: Observation['status'] } = {
  F: 'final',
  U: 'final',
  C: 'corrected',
  P: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
}

/** OBX-5 by the type that OBX-2 names; undefined when nothing was said. Pictures and documents are named, not kept. */
export function valueOf(obx: Segment): string | undefined {
  const type = obx.get(2).toUpperCase()
  const written = obx
    .all(5)
    .map((field) => oneValue(type, field, obx))
    .filter((text) => text !== '')
  return written.length === 0 ? undefined : written.join(['TX', 'FT', 'ST'].includes(type) ? '\n' : ', ')
}

function oneValue(type: string, field: Field, obx: Segment): string {
  switch (type) {
    case 'CE':
    case 'CWE':
    case 'CNE':
      return field.get(2) || field.get(9) || field.get(5) || field.get(1)
    case 'SN':
      return [field.get(1), field.get(2), field.get(3), field.get(4)].filter((part) => part !== '').join(' ')
    case 'ED':
    case 'RP':
      return `(attached ${field.get(3) || field.get(2) || 'document'}, see the EHR)`
    case 'CX':
    case 'EI':
    case 'HD':
    case 'XCN':
      return field.get(2) === '' ? field.get(1) : `${field.get(1)} ${field.get(2)}`.trim()
    case 'FT':
    case 'TX':
      return obx.all(5).length === 1 ? obx.whole(5) : field.whole
    default:
      return field.whole
  }
}
