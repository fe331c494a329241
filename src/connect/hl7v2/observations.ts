import type { ChartChange } from '../../chart/change.ts'
import type { Observation } from '../../chart/chart.ts'
import { codesOf, conceptOf, keyOf } from './coded.ts'
import type { Field, Segment } from './message.ts'
import { type About, type Fault, faultOf, saidOf, type Told } from './told.ts'
import { instantOf } from './when.ts'

/** LOINC: the panel of vital signs of US Core, and what nurses take beside it. */
const VITALS = new Set(
  '85353-1 9279-1 8867-4 2708-6 59408-5 8310-5 8302-2 9843-4 29463-7 3141-9 39156-5 85354-9 8480-6 8462-4 8306-3 8289-1 8331-1 72514-3'.split(
    ' ',
  ),
)

/** The order that observations stand under: its OBR, where there is one, and a name for it that does not change when results are corrected. */
export type Under = { order: string; obr: Segment | undefined }

/** OBX as vitals and results. A corrected value replaces the first; one that is withdrawn (W, D) goes. */
export function observationsTold(segments: Segment[], under: Under, about: About): Told {
  const faults: Fault[] = []
  const kept: { vitals: Observation[]; results: Observation[] } = { vitals: [], results: [] }
  const gone: string[] = []
  for (const obx of segments) {
    const read = observationOf(obx, under, about)
    if (typeof read === 'string') faults.push(faultOf(`OBX ${obx.number}: ${read}`, about, 'results'))
    else if (read?.type === 'gone') gone.push(read.id)
    else if (read !== undefined) kept[read.section].push(read.entry)
  }
  const charts: ChartChange[] = []
  for (const section of ['vitals', 'results'] as const) {
    if (kept[section].length > 0) charts.push({ type: 'upsert', ...saidOf(about), section, entries: kept[section] })
    if (gone.length > 0) charts.push({ type: 'remove', ...saidOf(about), section, entryIds: gone })
  }
  return { charts, appointments: [], faults }
}

type Read = { type: 'kept'; section: 'vitals' | 'results'; entry: Observation } | { type: 'gone'; id: string }

function observationOf(obx: Segment, { order, obr }: Under, about: About): Read | string | undefined {
  const code = conceptOf(obx.all(3)[0])
  if (code === undefined) return 'the observation has no code and no words.'
  const at = [obx.get(14), obr?.get(7), obr?.get(22)]
    .map((said) => instantOf(said ?? '', about.zone))
    .find((told) => told !== undefined)
  const id = [order === '' ? String(at ?? '') : order, keyOf(code), obx.get(4)].filter((part) => part !== '').join('/')
  const reported = obx.get(11).toUpperCase()
  if (reported === 'D' || reported === 'W') return { type: 'gone', id }
  // Ordered, specimen in the laboratory, no value to be had: there is nothing to read.
  if (['O', 'I', 'X', 'N'].includes(reported)) return undefined
  const value = valueOf(obx)
  if (value === undefined) return reported === '' ? undefined : 'the observation has no value that can be read.'
  const unit = obx.get(6) || obx.get(6, 2)
  const flag = flagOf(obx)
  const range = obx.whole(7)
  const vital = codesOf(code, 'http://loinc.org').some((loinc) => VITALS.has(loinc))
  const panel = obr === undefined ? undefined : conceptOf(obr.all(4)[0])?.text
  return {
    type: 'kept',
    section: vital ? 'vitals' : 'results',
    entry: {
      id,
      code,
      value,
      status: STATUSES[reported] ?? 'final',
      at,
      ...(panel === undefined ? {} : { panel }),
      ...(unit === '' ? {} : { unit }),
      ...(range === '' ? {} : { referenceRange: range }),
      ...(flag === undefined ? {} : { flag }),
    },
  }
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

/** HL7 table 0078; the worst of several counts. */
function flagOf(obx: Segment): Observation['flag'] | undefined {
  const told = obx.all(8).map((field) => FLAGS[field.get(1).toUpperCase()])
  return WORST.find((flag) => told.includes(flag))
}

const FLAGS: { [code: string]: NonNullable<Observation['flag']> } = {
  LL: 'critical-low',
  '<': 'critical-low',
  HH: 'critical-high',
  '>': 'critical-high',
  AA: 'abnormal',
  A: 'abnormal',
  L: 'low',
  H: 'high',
}
const WORST = ['critical-low', 'critical-high', 'low', 'high', 'abnormal'] as const

/** OBX-5 by the type that OBX-2 names; undefined when nothing was said. Pictures and documents are named, not kept. */
function valueOf(obx: Segment): string | undefined {
  const type = obx.get(2).toUpperCase()
  const written = obx
    .all(5)
    .map((field) => oneValue(type, field, obx))
    .filter((text) => text !== '')
  return written.length === 0
    ? undefined
    : written.join(['TX', 'FT', 'ST'].includes(type) ? '\n' : ', ').slice(0, 20_000)
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
