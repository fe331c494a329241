import type { Instant } from '../base/time.ts'
import { dayOf } from '../base/zone.ts'
import type { Chart, CodeableConcept, MedicationStatement, Section, SectionName } from '../chart/chart.ts'
import { doubtSummary } from '../chart/doubt-words.ts'
import { sectionWords } from '../chart/section-words.ts'
import { doubtsOfChart } from './doubts.ts'
import { lastWeight, resultTable, vitalTable } from './observations.ts'
import { isChild, type PrintedSection, printedSection } from './said.ts'

const MARKS: Record<NonNullable<MedicationStatement['highRisk']>, string> = {
  anticoagulant: 'ANTICOAGULANT',
  insulin: 'INSULIN',
  opioid: 'OPIOID',
  other: 'HIGH RISK',
}

/** As many as one two-sided sheet holds; more are counted, and stand in the viewer. */
const MOST = {
  allergies: 10,
  medications: 16,
  problems: 14,
  pending: 7,
  procedures: 6,
  immunizations: 8,
  notes: 1,
} as const

function upTo<Entry>(entries: Entry[], most: number): { shown: Entry[]; more: number } {
  return { shown: entries.slice(0, most), more: Math.max(0, entries.length - most) }
}

const said = (parts: (string | undefined)[], between = ', '): string =>
  parts.filter((part) => part !== undefined && part !== '').join(between)

function icdOf(code: CodeableConcept): string {
  return code.codings.find((coding) => coding.system.toLowerCase().includes('icd-10'))?.code ?? ''
}

const PENDING = {
  ordered: 'ordered',
  collected: 'collected',
  'resulted-unread': 'RESULT BACK, UNREAD',
  overdue: 'OVERDUE',
} as const

/** The clinical words of both sides of a sheet for a visit on `day`. */
export function clinicalSides(chart: Chart, zone: string, day: string): { [name: string]: unknown } {
  const onDay = (at: Instant | undefined): string => (at === undefined ? 'date not received' : dayOf(at, zone))
  const more = (count: number): { what: string; rest: string; mark: string }[] =>
    count === 0 ? [] : [{ what: `and ${count} more: see the viewer`, rest: '', mark: '' }]
  const part = <Entry, Printed>(
    what: readonly [SectionName, string],
    section: Section<Entry>,
    show: (entries: Entry[]) => Printed[],
  ): PrintedSection<Printed> => printedSection(chart, zone, what, section, show)
  const { patient, alerts } = chart
  const flags = alerts.status === 'listed' ? alerts.entries.map((flag) => flag.text) : []
  const noAlerts = alerts.status === 'none-known' ? undefined : sectionWords('alerts', alerts)
  return {
    doubtSummary: doubtSummary(chart),
    doubts: doubtsOfChart(chart),
    alertsMissing: noAlerts === undefined ? '' : `Alerts: ${noAlerts}`,
    alerts: said(
      [...flags, patient.codeStatus === undefined ? undefined : `Code status: ${patient.codeStatus}`],
      ' · ',
    ),
    weight: isChild(patient.birthDate, day)
      ? lastWeight(chart.vitals.status === 'listed' ? chart.vitals.entries : [], zone)
      : '',
    allergies: part(['allergies', 'allergies'], chart.allergies, (all) => {
      const { shown, more: rest } = upTo(all, MOST.allergies)
      const lines = shown.map((one) => {
        const detail = said([
          one.reaction ?? 'reaction not received',
          one.severity,
          one.verified ? undefined : 'not verified',
        ])
        return { what: one.code.text, rest: detail }
      })
      return [...lines, ...more(rest)]
    }),
    medications: part(['medications', 'medications'], chart.medications, (all) => {
      const { shown, more: rest } = upTo(all, MOST.medications)
      const lines = shown.map((one) => ({
        what: one.code.text,
        rest: one.dosage ?? 'dose not received',
        mark: said([
          one.highRisk === undefined ? undefined : MARKS[one.highRisk],
          one.controlledSchedule === undefined ? undefined : `C-${one.controlledSchedule}`,
        ]),
      }))
      return [...lines, ...more(rest)]
    }),
    problems: part(['problems', 'problems'], chart.problems, (all) => {
      const { shown, more: rest } = upTo(
        all.filter((one) => one.clinicalStatus !== 'resolved'),
        MOST.problems,
      )
      return [...shown.map((one) => ({ what: one.code.text, rest: icdOf(one.code) })), ...more(rest)]
    }),
    vitals: part(['vitals', 'vitals'], chart.vitals, (all) => [vitalTable(all, zone)]),
    notes: part(['notes', 'last note'], chart.notes, (all) =>
      upTo(all, MOST.notes).shown.map((note) => ({
        what: said([onDay(note.at), note.kind, note.author, note.specialty]),
        rest: note.text.length > 900 ? `${note.text.slice(0, 900)} (cut; whole in the viewer)` : note.text,
      })),
    ),
    pending: part(['pending', 'pending orders and results'], chart.pending, (all) => {
      const { shown, more: rest } = upTo(all, MOST.pending)
      const lines = shown.map((one) => ({
        what: one.code.text,
        rest: said([PENDING[one.status], onDay(one.orderedAt), one.orderedBy]),
      }))
      return [...lines, ...more(rest)]
    }),
    results: part(['results', 'laboratory results'], chart.results, (all) => [resultTable(all, zone)]),
    immunizations: part(['immunizations', 'immunizations'], chart.immunizations, (all) =>
      upTo(all, MOST.immunizations).shown.map((one) => ({
        what: one.due === true ? `${one.code.text}: DUE` : said([one.code.text, one.day], ' '),
      })),
    ),
    procedures: part(['procedures', 'procedures and implants'], chart.procedures, (all) => {
      const first = [...all].sort((a, b) => Number(b.implant === true) - Number(a.implant === true))
      return upTo(first, MOST.procedures).shown.map((one) => ({
        what: said([one.implant === true ? 'IMPLANT:' : undefined, one.code.text, one.day], ' '),
      }))
    }),
    contact: contactLines(chart),
  }
}

function contactLines({ patient }: Chart): string[] {
  const { address, emergencyContact, pharmacy } = patient
  return [
    patient.phones.length === 0
      ? 'No phone received'
      : patient.phones.map((phone) => `${phone.number} (${phone.use})`).join(', '),
    address === undefined ? '' : said([address.line, address.city, `${address.state} ${address.postalCode}`]),
    patient.language === undefined
      ? ''
      : `Speaks ${patient.language}${patient.interpreterNeeded === true ? ': INTERPRETER NEEDED' : ''}`,
    emergencyContact === undefined
      ? ''
      : `Emergency: ${said([emergencyContact.name, emergencyContact.relation, emergencyContact.phone])}`,
    patient.primaryCare === undefined ? '' : `Primary care: ${patient.primaryCare}`,
    pharmacy === undefined
      ? ''
      : `Pharmacy: ${said([pharmacy.name, pharmacy.phone, pharmacy.fax === undefined ? undefined : `fax ${pharmacy.fax}`])}`,
  ].filter((line) => line !== '')
}

/** A sheet for a visit whose chart we do not hold or may not print: it says so wherever a fact would stand. */
export function sidesWithoutChart(because: string, phone: string | undefined): { [name: string]: unknown } {
  const names: SectionName[] = [
    'allergies',
    'medications',
    'problems',
    'vitals',
    'notes',
    'pending',
    'results',
    'immunizations',
    'procedures',
  ]
  const none = { look: 'missing', words: 'Not printed: see the note at the top', doubts: [], asOf: '', entries: [] }
  return {
    doubtSummary: '',
    doubts: [],
    alertsMissing: '',
    alerts: because,
    weight: '',
    ...Object.fromEntries(names.map((name) => [name, none])),
    allergies: { ...none, look: 'danger', words: 'Allergies are not on this sheet: ask the patient' },
    contact: [phone === undefined ? 'No phone received' : phone],
  }
}
