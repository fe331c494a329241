import type { ChartChange } from '../../chart/change.ts'
import type { DocumentReference, Immunization } from '../../chart/chart.ts'
import { conceptOf, keyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { cutAt } from './notes.ts'
import { valueOf } from './observations.ts'
import { firstOf, type Order } from './orders.ts'
import { providerOf } from './patient.ts'
import { type About, fault, NOTHING, saidOf, type Told } from './told.ts'
import { dayOfTime, instantOf } from './when.ts'

/** A note (MDM: TXA and the text in OBX). A replacement (TXA-13) takes its forerunner away; T11 withdraws. */
export function noteTold(trigger: string, segments: Segment[], about: About): Told {
  const txa = segments.find(({ name }) => name === 'TXA')
  const id = identifierOf(txa, 12)
  if (txa === undefined || id === '') return fault('TXA: the document has no number.', about, 'notes')
  if (trigger === 'T11')
    return { ...NOTHING, charts: [{ type: 'remove', ...saidOf(about), section: 'notes', entryIds: [id] }] }
  const lines = segments.filter(({ name }) => name === 'OBX')
  const isRead = lines.some((obx) => !ATTACHED.has(obx.get(2).toUpperCase()) && valueOf(obx) !== undefined)
  const text = isRead ? lines.map(lineOf).join('\n').trim() : ''
  if (text === '') return fault('The document came without text that can be read; it is in the EHR.', about, 'notes')
  const author = providerOf(txa.all(9)[0] ?? txa.all(5)[0])?.name
  const at = [4, 6, 7].map((field) => instantOf(txa.get(field), about.zone)).find((told) => told !== undefined)
  const entry: DocumentReference = {
    id,
    kind: txa.get(2, 2) || DOCUMENTS[txa.get(2).toUpperCase()] || txa.get(2) || 'Note',
    at: at ?? about.at,
    text: cutAt(text, 50_000),
    ...(author === undefined ? {} : { author }),
  }
  const before = identifierOf(txa, 13)
  const charts: ChartChange[] = [{ type: 'upsert', ...saidOf(about), section: 'notes', entries: [entry] }]
  if (before !== '' && before !== id && (trigger === 'T09' || trigger === 'T10'))
    charts.unshift({ type: 'remove', ...saidOf(about), section: 'notes', entryIds: [before] })
  return { ...NOTHING, charts }
}

const ATTACHED = new Set(['ED', 'RP'])

/** A line of the document; a measured value among them says what was measured. */
function lineOf(obx: Segment): string {
  const value = valueOf(obx) ?? ''
  if (value === '' || !['NM', 'SN'].includes(obx.get(2).toUpperCase())) return value
  const name = conceptOf(obx.all(3)[0])?.text
  return [name === undefined ? '' : `${name}:`, value, obx.get(6) || obx.get(6, 2)]
    .filter((part) => part !== '')
    .join(' ')
}

function identifierOf(txa: Segment | undefined, field: number): string {
  return [1, 2, 3].map((component) => txa?.get(field, component) ?? '').find((part) => part !== '') ?? ''
}

/** HL7 table 0270. */
const DOCUMENTS: { [code: string]: string } = {
  CN: 'Consultation',
  DI: 'Diagnostic imaging',
  DS: 'Discharge summary',
  ED: 'Emergency department report',
  HP: 'History and physical',
  OP: 'Operative report',
  PN: 'Procedure note',
  PR: 'Progress note',
  SP: 'Surgical pathology',
  TS: 'Transfer summary',
}

/** The vaccine and the day of an order. */
function vaccineIn(order: Order): string {
  const rxa = firstOf(order, 'RXA')
  const code = conceptOf(rxa?.all(5)[0])
  return `${code === undefined ? '' : keyOf(code)}/${dayOfTime(rxa?.get(3) ?? '') ?? ''}`
}

/** RXA of a VXU: given vaccines; refused ones and ones not given are no immunizations (RXA-20). */
export function immunizationTold(order: Order, all: Order[], about: About): Told {
  const rxa = firstOf(order, 'RXA')
  if (rxa === undefined) return NOTHING
  const code = conceptOf(rxa.all(5)[0])
  if (code === undefined) return fault(`RXA ${rxa.number}: it names no vaccine.`, about, 'immunizations')
  const day = dayOfTime(rxa.get(3))
  const lot = rxa.get(15)
  // Two of one vaccine on one day are told apart by their lots.
  const isDoubled = all.filter((other) => vaccineIn(other) === vaccineIn(order)).length > 1
  const id = isDoubled ? `${vaccineIn(order)}/${lot}` : vaccineIn(order)
  const not = rxa.get(21).toUpperCase() === 'D' || ['RE', 'NA'].includes(rxa.get(20).toUpperCase())
  if (not)
    return { ...NOTHING, charts: [{ type: 'remove', ...saidOf(about), section: 'immunizations', entryIds: [id] }] }
  const partly = rxa.get(20).toUpperCase() === 'PA' ? 'PARTIALLY ADMINISTERED: ' : ''
  const entry: Immunization = {
    id,
    code: { ...code, text: `${partly}${code.text}` },
    day,
    ...(lot === '' ? {} : { lot }),
  }
  return { ...NOTHING, charts: [{ type: 'upsert', ...saidOf(about), section: 'immunizations', entries: [entry] }] }
}
