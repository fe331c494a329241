import { blankChart } from '../../src/chart/blank-chart.ts'
import type { Appointment, Chart, CodeableConcept } from '../../src/chart/chart.ts'
import type { SourceAge } from '../../src/pack/pack.ts'

/**
 * Invented patients of whom something is in doubt, old or missing, and their visits: what nobody who treats them may overlook. Not in the sample
 * practice, which is one on a good day.
 */
export const DOUBTFUL_DAY = '2026-11-23'
const HOUR = 3_600_000
const MINUTE = 60_000

const named = (text: string): CodeableConcept => ({ text, codings: [] })

function base(id: string, family: string, given: string, asOf: number): Chart {
  const blank = blankChart(id, 'ehr', asOf)
  return {
    ...blank,
    patient: {
      ...blank.patient,
      mrn: `D-${id}`,
      name: { family, given: [given] },
      birthDate: '1961-04-09',
      sex: 'female',
      phones: [{ use: 'mobile', number: '(555) 010-4477' }],
    },
    alerts: { status: 'none-known' },
    allergies: {
      status: 'listed',
      entries: [
        {
          id: 'a1',
          code: named('Penicillin'),
          reaction: 'anaphylaxis',
          criticality: 'high',
          severity: 'severe',
          verified: true,
        },
      ],
    },
    medications: {
      status: 'listed',
      entries: [
        { id: 'm1', code: named('Warfarin 5 mg tablet'), dosage: '1 tablet each evening', highRisk: 'anticoagulant' },
      ],
    },
    problems: { status: 'none-known' },
    vitals: {
      status: 'listed',
      entries: [{ id: 'v1', code: named('Weight'), value: '71.2', unit: 'kg', status: 'final', at: asOf - HOUR }],
    },
  }
}

/** Everything at once: doubts of every kind, a list that is older than the rest, results with notes, and the record contradicting itself. */
function everything(asOf: number): Chart {
  const chart = base('doubt-all', 'Quillfeather', 'Marisol', asOf)
  return {
    ...chart,
    allergies: { ...chart.allergies, ...(chart.allergies.status === 'listed' ? { noneStated: 'NKA 2026-11-01' } : {}) },
    sectionSources: { results: ['ehr', 'lab'], medications: ['ehr', 'pharmacy'] },
    results: {
      status: 'listed',
      entries: [
        {
          id: 'r1',
          code: named('Potassium'),
          value: '6.9',
          unit: 'mmol/L',
          referenceRange: '3.5-5.1',
          flag: 'critical-high',
          note: 'Sample hemolyzed.\nRepeat before treating.',
          status: 'preliminary',
          at: asOf - 5 * HOUR,
        },
        {
          id: 'r2',
          code: named('Chest X-ray report'),
          value: 'Heart size normal.\nNo focal consolidation.\nImpression: no acute disease.',
          status: 'final',
          at: asOf - 30 * HOUR,
        },
      ],
    },
    doubts: [
      { kind: 'quarantined', section: 'allergies', sourceId: 'ehr', count: 2, because: 'the substance has no words' },
      { kind: 'quarantined', section: 'results', sourceId: 'lab', count: 1, because: 'the value is not a number' },
      {
        kind: 'held-back',
        section: 'medications',
        sourceId: 'pharmacy',
        count: 3,
        because: 'the list shrank in 40 charts at once',
      },
      { kind: 'other-person', sourceId: 'lab', count: 1, because: 'the birth date is another' },
      {
        kind: 'mixed',
        sourceId: 'lab',
        count: 1,
        because: 'it was made before record numbers were kept apart by source',
      },
    ],
  }
}

/** By the id of the patient. */
export function doubtfulCharts(asOf: number): Chart[] {
  const restricted = everything(asOf)
  return [
    everything(asOf),
    { ...base('not-asked', 'Adler', 'Jo', asOf), allergies: { status: 'not-asked' } },
    {
      ...base('not-received', 'Birch', 'Ann', asOf),
      allergies: { status: 'not-received' },
      alerts: { status: 'not-received' },
    },
    { ...base('listed-empty', 'Cedar', 'Lee', asOf), allergies: { status: 'listed', entries: [] } },
    { ...base('calm', 'Dogwood', 'Sam', asOf), allergies: { status: 'none-known' } },
    {
      ...restricted,
      restriction: 'part2',
      patient: { ...restricted.patient, id: 'masked', mrn: 'D-masked', name: { family: 'Elm', given: ['Kit'] } },
    },
  ]
}

/** The lab was read three hours before the EHR, and the pharmacy's list is a day old. */
export function doubtfulSources(asOf: number): SourceAge[] {
  return [
    { sourceId: 'ehr', asOf },
    { sourceId: 'lab', asOf: asOf - 3 * HOUR },
    { sourceId: 'pharmacy', asOf, sections: { medications: asOf - 24 * HOUR } },
  ]
}

export function doubtfulVisits(asOf: number, locationId: string): Appointment[] {
  const start = Date.parse(`${DOUBTFUL_DAY}T15:00:00Z`)
  const visit = (
    place: number,
    patientId: string,
    patientName: string,
    more: Partial<Appointment> = {},
  ): Appointment => ({
    id: `doubtful-${place}`,
    sourceId: 'ehr',
    asOf,
    locationId,
    patientId,
    patientName,
    patientBirthDate: '1961-04-09',
    patientMrn: `D-${patientId}`,
    providerId: 'prov-d',
    providerName: 'Dr. Ada Fenn',
    start: start + place * 20 * MINUTE,
    end: start + (place + 1) * 20 * MINUTE,
    status: 'booked',
    type: 'Follow-up',
    ...more,
  })
  return [
    visit(0, 'doubt-all', 'Quillfeather, Marisol'),
    visit(1, 'not-asked', 'Adler, Jo', { status: 'unknown', statusSaid: 'Left voicemail' }),
    visit(2, 'not-received', 'Birch, Ann', { heldBack: true }),
    visit(3, 'listed-empty', 'Cedar, Lee', { status: 'unknown' }),
    visit(4, 'masked', 'Elm, Kit'),
    visit(5, 'nobody', '', { providerId: '', providerName: '' }),
  ]
}
