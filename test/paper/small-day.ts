import { blankChart } from '../../src/chart/blank-chart.ts'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import { firstNumbers } from '../../src/paper/numbers.ts'
import type { PaperDay } from '../../src/paper/paper.ts'

/** A day of four visits at one site, for tests of paper. */
export const zone = 'America/Chicago'
export const day = '2026-11-23'
export const now = Date.parse('2026-11-23T12:27:00Z')
export const asOf = now - 47 * 60_000

export function chartOf(patientId: string, more: Partial<Chart> = {}): Chart {
  const blank = blankChart(patientId, 'ehr', asOf)
  return {
    ...blank,
    patient: {
      ...blank.patient,
      mrn: `00${patientId}`,
      name: { family: 'Quillfeather', given: ['Marisol', 'Ana'] },
      formerNames: [{ family: 'Tarn', given: ['Marisol'] }],
      birthDate: '1961-04-09',
      sex: 'female',
      phones: [{ use: 'mobile', number: '(555) 010-4477' }],
      balanceDueCents: 4250,
    },
    allergies: {
      status: 'listed',
      entries: [
        {
          id: 'a1',
          code: { text: 'Penicillin', codings: [] },
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
        {
          id: 'm1',
          code: { text: 'Warfarin 5 mg tablet', codings: [] },
          dosage: '1 tablet by mouth each evening',
          highRisk: 'anticoagulant',
        },
      ],
    },
    problems: { status: 'none-known' },
    vitals: {
      status: 'listed',
      entries: [
        { id: 'v1', code: { text: 'Weight', codings: [] }, value: '71.2', unit: 'kg', status: 'final', at: asOf },
      ],
    },
    coverage: {
      status: 'listed',
      entries: [{ id: 'c1', rank: 'primary', payer: 'Lakeshore Mutual', memberId: 'LM-1', copay: '$25' }],
    },
    ...more,
  }
}

export function visit(index: number, patientId: string, more: Partial<Appointment> = {}): Appointment {
  const start = Date.parse('2026-11-23T14:00:00Z') + index * 20 * 60_000
  return {
    id: `appt-${String(index).padStart(3, '0')}`,
    sourceId: 'ehr',
    asOf,
    locationId: 'east',
    patientId,
    patientName: 'Quillfeather, Marisol',
    patientBirthDate: '1961-04-09',
    patientMrn: `00${patientId}`,
    providerId: 'prov-1',
    providerName: 'Dr. Ada Fenn',
    start,
    end: start + 20 * 60_000,
    status: 'booked',
    type: 'Follow-up',
    reason: 'blood pressure',
    ...more,
  }
}

export function paperDay(more: Partial<PaperDay> = {}): PaperDay {
  const charts = new Map(['p1', 'p2'].map((id) => [id, chartOf(id)]))
  const appointments = [visit(1, 'p2'), visit(0, 'p1'), visit(2, 'p3'), visit(3, 'p1', { status: 'cancelled' })]
  return {
    practiceName: 'Harbor Valley',
    siteId: 'site-east',
    siteName: 'East',
    siteMark: 'EAST',
    zone,
    day,
    sample: true,
    paperSize: 'letter',
    sourceWords: 'the EHR standby',
    appointments,
    numbers: firstNumbers(appointments),
    chartOf: (id) => charts.get(id),
    asOf: { schedule: asOf + 60_000, chart: (chart) => chart.asOf },
    withheld: () => false,
    now,
    ...more,
  }
}
