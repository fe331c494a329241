import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { instantAt, timeOfDay } from '../../src/base/zone.ts'
import { applyChange } from '../../src/chart/apply.ts'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import type { Cursor, EhrSource, SourcePart } from '../../src/connect/ehr.ts'
import { checkSource } from '../../src/connect/sql/check.ts'
import { openSqlSource } from '../../src/connect/sql/connector.ts'
import { loadMapping } from '../../src/connect/sql/read-mapping.ts'
import { readAll } from '../contracts/ehr-source.ts'
import { type MariaDb, startMariaDb } from './mariadb.ts'
import { OPENEMR_TABLES } from './openemr-tables.ts'

const ZONE = 'America/New_York'
/** The week in which clocks go back (1 November 2026). */
const WINDOW = { from: instantAt('2026-10-31', '00:00', ZONE), to: instantAt('2026-11-10', '00:00', ZONE) }

const rule = (freq: string, type: string, exdate = '') =>
  `a:6:{s:17:"event_repeat_freq";s:${freq.length}:"${freq}";s:22:"event_repeat_freq_type";s:${type.length}:"${type}";s:19:"event_repeat_on_num";s:1:"1";s:19:"event_repeat_on_day";s:1:"0";s:20:"event_repeat_on_freq";s:1:"0";s:6:"exdate";s:${exdate.length}:"${exdate}";}`
const monthly =
  'a:6:{s:17:"event_repeat_freq";s:1:"0";s:22:"event_repeat_freq_type";s:1:"0";s:19:"event_repeat_on_num";s:1:"1";s:19:"event_repeat_on_day";s:1:"2";s:20:"event_repeat_on_freq";s:1:"1";s:6:"exdate";s:0:"";}'

const RECORDS = `
  insert into openemr_postcalendar_categories values (5, 'Office Visit', 0), (2, 'In Office', 1), (6, 'Holidays', 2), (8, 'Lunch', 1);
  insert into users values (7, 'dberg', 'Dora', 'Berg');
  insert into list_options values ('reaction', 'hives', 'Hives'), ('drug_units', '1', 'mg'), ('drug_route', '1', 'by mouth'), ('drug_interval', '2', 'twice a day');
  insert into patient_data (pid, pubpid, fname, mname, lname, DOB, sex, phone_cell, language, interpreter_needed, providerID) values
    (11, 'P-11', 'Ada', 'M', 'Orchley', '1950-03-01', 'Female', '555-0111', 'English', 'NO', 7),
    (12, 'P-12', 'Bo', '', 'Orchley', '0000-00-00', 'Male', '', '', '', 0),
    (13, 'P-13', 'Cy', '', 'Thwaite', '1999-12-31', 'UNK', '', '', 'YES', 7),
    (14, '  ', 'Di', '', 'Ombra', '1970-02-03', 'Female', '', '', '', 0);
  insert into openemr_postcalendar_events
    (pc_catid, pc_aid, pc_pid, pc_title, pc_eventDate, pc_endDate, pc_startTime, pc_endTime, pc_duration, pc_recurrtype, pc_recurrspec, pc_apptstatus, pc_facility) values
    (5, '7', '11', 'Office Visit', '2026-11-02', '0000-00-00', '09:00:00', '09:20:00', 1200, 0, '', '@', 3),
    (5, '7', '12', '', '2026-10-31', '0000-00-00', '09:00:00', null, 900, 0, '', '?', 3),
    (8, '7', '', 'Lunch', '2026-11-02', '0000-00-00', '12:00:00', '13:00:00', 3600, 0, '', '-', 3),
    (6, '7', '', 'Closed', '2026-11-02', '0000-00-00', '00:00:00', '23:00:00', 3600, 0, '', '-', 3),
    (5, '7', '13', 'Allergy shot', '2026-10-05', '2026-12-31', '10:00:00', '10:15:00', 900, 1, '${rule('1', '1', '20261102')}', '-', 3),
    (5, '7', '13', 'Dialysis', '2026-10-05', '2026-12-31', '06:00:00', '09:00:00', 10800, 3, '${rule('2,4,6', '6')}', '-', 3),
    (5, '7', '11', 'Warfarin clinic', '2026-10-06', '2026-12-31', '11:00:00', '11:10:00', 600, 2, '${monthly}', '-', 3),
    (5, '7', '11', 'Broken', '2026-10-06', '2026-12-31', '11:00:00', '11:10:00', 600, 1, 'O:3:"Foo":0:{}', '-', 3),
    (5, '7', '11', 'Strange', '2026-11-03', '0000-00-00', '11:00:00', '11:10:00', 600, 0, '', 'Z', 3);
  insert into lists (pid, type, title, diagnosis, reaction, severity_al, verification, begdate, enddate) values
    (11, 'allergy', 'Penicillin', 'RXCUI:70618', 'hives', 'severe', 'confirmed', '2001-00-00', null),
    (14, 'allergy', 'Latex', '', '', null, 'refuted', null, null),
    (14, 'allergy', 'Peanut', '', '', null, 'entered-in-error', null, null),
    (11, 'medical_problem', 'Type 2 diabetes', 'ICD10:E11.9;SNOMED-CT:44054006', '', null, null, '2015-05-01', null),
    (11, 'medical_problem', 'Old cold', 'ICD10:J00', '', null, null, '2015-05-01', '2015-06-01'),
    (11, 'medication', 'Aspirin 81 mg', '', '', null, null, null, null);
  insert into lists_medication values (6, 'one a day');
  insert into lists_touch values (12, 'allergy', now()), (11, 'allergy', '2020-01-02 03:04:05');
  insert into prescriptions (patient_id, drug, rxnorm_drugcode, dosage, unit, route, \`interval\`, start_date) values (11, 'Metformin', '6809', '500', 1, '1', 2, '2016-01-01'), (11, 'Warfarin', '11289', '5', 1, '1', 2, '2016-01-02');
  insert into procedure_order values (1, 11, 7, now(), now(), 'complete', 1), (2, 11, 7, now(), null, 'pending', 1);
  insert into procedure_order_code values (1, 1, '4548-4', 'A1c'), (2, 1, '2345-7', 'Glucose');
  insert into procedure_report values (1, 1, '2026-10-01 08:00:00', now()), (2, 1, '2026-10-01 08:00:00', null), (3, 1, null, '2001-01-01');
  insert into procedure_result values (1, 1, '4548-4', 'Hemoglobin A1c', '8.1', '%', '4.0-5.6', 'high', 'final', 'Fasting'),
    (2, 1, '600-7', 'Culture', '', '', '', 'yes', 'final', 'MRSA\nSee sensitivities.'), (3, 2, '2345-7', 'Glucose', '92', 'mg/dL', '', '', 'prelim', ''), (4, 1, '1', 'Empty', '', '', '', '', 'final', ' '),
    (5, 3, '2', 'Old', '1', '', '', '', 'final', '');
  insert into form_vitals (id, date, pid, bps, bpd, weight, pulse) values (1, '2026-10-01 08:10:00', 11, '142', '88', 181.5, 72), (2, '2026-10-01 08:00:00', 11, '90', '', 0, 0);
  insert into form_soap values (1, '2026-10-01 09:00:00', 11, 'Diabetes not at goal.', 'Raise metformin.');
  insert into forms (date, form_id, pid, formdir, user) values (now(), 1, 11, 'vitals', 'dberg'), (now(), 2, 11, 'vitals', 'dberg'), (now(), 1, 11, 'soap', 'dberg');
  insert into immunizations (id, patient_id, cvx_code, administered_date, lot_number, completion_status) values (1, 11, '150', '2026-09-15 00:00:00', 'L1', 'Completed'), (2, 11, '207', null, '', 'Refused'), (3, 11, '', null, '', 'Completed');
  insert into codes values (100, '150', 'Influenza, injectable, quadrivalent');
  insert into insurance_companies values (1, 'Blue Lake');
  insert into insurance_data values (1, 11, 'primary', '1', 'OLD', 'G', '2019-01-01'), (2, 11, 'primary', '1', 'NEW', 'G', '2024-01-01');`

let server: MariaDb
let source: EhrSource
const open = new AsyncDisposableStack()
const environment: Record<string, string> = {}

before(async () => {
  server = open.use(await startMariaDb())
  await server.run('create database openemr')
  await server.run(`set sql_mode = ''; ${OPENEMR_TABLES} ${RECORDS}`, 'openemr')
  await server.run(
    `create user holdfast@localhost identified by 'sec:ret@1'; grant select on openemr.* to holdfast@localhost`,
  )
  environment.HOLDFAST_OPENEMR_URL = `socket:${server.socket}?user=holdfast&password=${encodeURIComponent('sec:ret@1')}&database=openemr`
  const mapping = await loadMapping('openemr')
  source = open.use(openSqlSource({ id: 'openemr', mapping, environment }, { log: silentLog, clock: systemClock }))
})

after(() => open.disposeAsync())

async function read(cursor: Cursor | null): Promise<SourcePart[]> {
  return readAll({ source, window: WINDOW }, cursor)
}

function chartsOf(parts: SourcePart[]): Map<string, Chart> {
  const changes = parts.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  return new Map(
    changes.flatMap((change) => (change.type === 'chart' ? [[change.chart.patient.id, change.chart]] : [])),
  )
}

function visitsOf(parts: SourcePart[]): Appointment[] {
  return parts.flatMap((part) => (part.type === 'schedule' ? part.appointments : []))
}

function cursorOf(parts: SourcePart[]): Cursor {
  const end = parts.at(-1)
  assert.ok(end?.type === 'end')
  return end.cursor
}

test('the schedule holds visits with every recurrence on its day, and no blocks or holidays', async () => {
  const visits = visitsOf(await read(null))
  const said = visits.map(
    ({ start, type, status }) => `${new Date(start).toISOString().slice(0, 16)} ${type} ${status}`,
  )
  assert.deepEqual(said.toSorted(), [
    // Clocks go back in the night to 1 November: nine o'clock is 13:00 UTC before it and 14:00 UTC after.
    '2026-10-31T13:00 Office Visit no-show',
    '2026-11-02T11:00 Dialysis booked',
    '2026-11-02T14:00 Office Visit arrived',
    // The first Tuesday of the month.
    '2026-11-03T16:00 Strange unknown',
    '2026-11-03T16:00 Warfarin clinic booked',
    '2026-11-04T11:00 Dialysis booked',
    '2026-11-06T11:00 Dialysis booked',
    '2026-11-09T11:00 Dialysis booked',
    // Mondays, but not the excepted 2 November.
    '2026-11-09T15:00 Allergy shot booked',
  ])
  assert.equal(new Set(visits.map((visit) => visit.id)).size, visits.length)
  const first = visits.find((visit) => visit.patientId === '12')
  assert.ok(first)
  assert.equal(timeOfDay(first.end, ZONE), '09:15', 'without an end time, the duration counts')
})

test('a rule that cannot be read is quarantined, without patient data in the reason', async () => {
  const records = (await read(null)).flatMap((part) => (part.type === 'set-aside' ? part.records : []))
  assert.deepEqual(records.map((record) => record.because).toSorted(), [
    'it repeats by a rule that cannot be read; only its first day is shown.',
  ])
})

test('a chart has what OpenEMR says, from both medication tables', async () => {
  const chart = chartsOf(await read(null)).get('11')
  assert.ok(chart)
  assert.deepEqual(chart.patient.name, { family: 'Orchley', given: ['Ada', 'M'] })
  assert.equal(chart.patient.primaryCare, 'Dora Berg')
  assert.ok(chart.medications.status === 'listed')
  assert.deepEqual(
    chart.medications.entries.map((entry) => `${entry.code.text}: ${entry.dosage}`),
    ['Aspirin 81 mg: one a day', 'Metformin: 500 mg by mouth twice a day', 'Warfarin: 5 mg by mouth twice a day'],
  )
  // OpenEMR has no such mark: the drug's name says it.
  assert.deepEqual(
    chart.medications.entries.map((entry) => entry.highRisk),
    [undefined, undefined, 'anticoagulant'],
  )
  assert.ok(chart.allergies.status === 'listed')
  assert.equal(
    chart.allergies.noneStated,
    '2020-01-02 03:04:05',
    'the list was touched once; should it vanish, that says nothing new',
  )
  assert.ok(chart.immunizations.status === 'listed')
  assert.deepEqual(chart.immunizations.entries.map((entry) => entry.code.text).toSorted(), [
    'Influenza, injectable, quadrivalent',
    'REFUSED: CVX 207',
    'Vaccine without a name',
  ])
  assert.deepEqual(chart.allergies.entries, [
    {
      id: '1',
      code: { text: 'Penicillin', codings: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '70618' }] },
      reaction: 'Hives',
      criticality: 'high',
      severity: 'severe',
      verified: true,
      onset: '2001',
    },
  ])
  assert.ok(chart.problems.status === 'listed')
  assert.deepEqual(
    chart.problems.entries.map((entry) => [entry.code.text, entry.code.codings.map((coding) => coding.code).join(' ')]),
    [['Type 2 diabetes', 'E11.9 44054006']],
  )
  assert.ok(chart.vitals.status === 'listed' && chart.results.status === 'listed' && chart.coverage.status === 'listed')
  assert.deepEqual(
    chart.vitals.entries.map((entry) => `${entry.code.text} ${entry.value} ${entry.unit}`),
    ['Blood pressure 142/88 mmHg', 'Pulse 72 /min', 'Weight 181.5 lb', 'Blood pressure 90/? mmHg'],
  )
  assert.equal(chart.vitals.entries[0]?.at, instantAt('2026-10-01', '08:10', ZONE))
  assert.deepEqual(
    chart.results.entries.map((entry) => [entry.value, entry.flag, entry.status, entry.note]),
    [
      ['8.1', 'high', 'final', 'Fasting'],
      ['(see the note)', 'abnormal', 'final', 'MRSA\nSee sensitivities.'],
      ['92', undefined, 'preliminary', undefined],
    ],
  )
  assert.deepEqual(
    chart.coverage.entries.map((entry) => entry.memberId),
    ['NEW'],
  )
  assert.ok(chart.notes.status === 'listed' && chart.pending.status === 'listed')
  assert.equal(chart.notes.entries[0]?.text, 'Diabetes not at goal.\nRaise metformin.')
  assert.deepEqual(
    chart.pending.entries.map((entry) => entry.code.text),
    ['Glucose'],
  )
})

test('a patient without a public number has the inner one, and refuted or mistaken allergies are none', async () => {
  const chart = chartsOf(await read(null)).get('14')
  assert.equal(chart?.patient.mrn, '14')
  assert.deepEqual(chart?.allergies, { status: 'not-asked' })
})

test('"none known" is told from "nobody asked"', async () => {
  const charts = chartsOf(await read(null))
  assert.equal(charts.get('12')?.allergies.status, 'none-known')
  assert.equal(charts.get('13')?.allergies.status, 'not-asked')
  assert.equal(charts.get('12')?.problems.status, 'not-asked')
  assert.equal(charts.get('12')?.alerts.status, 'not-received')
  assert.equal(charts.get('12')?.patient.birthDate, undefined)
})

test('a change is found by its time, and only that chart is told', async () => {
  const first = await read(null)
  let cursor = cursorOf(first)
  await server.run(`update lists set activity = 0 where title = 'Penicillin'`, 'openemr')
  const parts = await read(cursor)
  const charts = chartsOf(parts)
  assert.deepEqual([...charts.keys()], ['11'])
  const [before, later] = [chartsOf(first).get('11'), charts.get('11')]
  assert.ok(before !== undefined && later !== undefined)
  const shown = applyChange(before, { type: 'chart', chart: later })?.allergies
  const stated = '2020-01-02 03:04:05'
  assert.deepEqual(
    shown,
    { status: 'listed', entries: [], noneStated: stated },
    'an old touch of the list is no "none known"',
  )
  cursor = cursorOf(parts)
  assert.equal(chartsOf(await read(cursor)).size, 0)
})

test('what the check says of the shipped mapping on a right database', async () => {
  const report = await checkSource(await loadMapping('openemr'), environment, systemClock)
  assert.deepEqual(
    report.complaints.filter((complaint) => complaint.weight === 'error'),
    [],
  )
  assert.equal(report.patients.length, 4)
})

test('an account that may write is warned of, and one that may not read is told what is missing', async () => {
  await server.run(`create user wide@localhost identified by 'w'; grant all on openemr.* to wide@localhost;
    create user narrow@localhost identified by 'n'; grant select on openemr.patient_data to narrow@localhost;`)
  const at = (user: string) => ({
    HOLDFAST_OPENEMR_URL: `socket:${server.socket}?user=${user}&password=${user[0]}&database=openemr`,
  })
  const wide = await checkSource(await loadMapping('openemr'), at('wide'), systemClock)
  assert.ok(wide.complaints.some((complaint) => /may write|ALL PRIVILEGES/.test(complaint.says)))
  const narrow = await checkSource(await loadMapping('openemr'), at('narrow'), systemClock)
  assert.ok(narrow.complaints.some((complaint) => /not allowed/.test(complaint.says) && complaint.weight === 'error'))
})

test('a wrong password is permanent and is not shown', async () => {
  const mapping = await loadMapping('openemr')
  const wrong = { HOLDFAST_OPENEMR_URL: `socket:${server.socket}?user=holdfast&password=hunter2&database=openemr` }
  await using other = openSqlSource({ id: 'x', mapping, environment: wrong }, { log: silentLog, clock: systemClock })
  const signal = await other.probe()
  assert.ok(!signal.answered)
  assert.equal(signal.kind, 'permanent')
  assert.ok(!signal.because.includes('hunter2'))
})
