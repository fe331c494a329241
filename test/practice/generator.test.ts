import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appointmentsOf, chartsOf } from '../../dev/practice/charts.ts'
import { patientOf, practiceOf, recordOf } from '../../dev/practice/practice.ts'
import { bookDays, dayBook } from '../../dev/practice/schedule.ts'
import { SITES } from '../../dev/practice/sites.ts'
import type { Chart } from '../../src/chart/chart.ts'

const practice = practiceOf({ patients: 4000 })
const charts = [...chartsOf({ patients: 4000 })]

function entries(chart: Chart): { id: string }[] {
  return [
    chart.allergies,
    chart.problems,
    chart.medications,
    chart.notes,
    chart.pending,
    chart.vitals,
    chart.results,
    chart.immunizations,
    chart.procedures,
    chart.coverage,
  ].flatMap((section): { id: string }[] => (section.status === 'listed' ? section.entries : []))
}

test('the same seed gives the same practice, another seed another', () => {
  assert.deepEqual([...chartsOf({ patients: 200 })], charts.slice(0, 200))
  assert.notDeepEqual([...chartsOf({ patients: 5, seed: 8 })], charts.slice(0, 5))
})

test('a patient made alone is the patient made among others', () => {
  const other = practiceOf({ patients: 100_000 })
  for (const id of [1, 7, 218, 3999]) assert.deepEqual(recordOf(other, id), recordOf(practice, id))
})

test('eighty physicians work at six sites of different sizes, and their numbers add up', () => {
  assert.equal(practice.staff.physicians.length, 80)
  assert.equal(SITES.length, 6)
  assert.equal(new Set(SITES.map((site) => site.physicians)).size, 6)
  for (const site of SITES) {
    const here = practice.staff.bySite.get(site.siteId) ?? []
    assert.equal(here.filter((person) => person.job === 'physician').length, site.physicians)
    for (const job of ['nurse', 'front desk', 'billing'] as const) assert.ok(here.some((person) => person.job === job))
  }
  assert.equal(new Set(practice.staff.all.map((person) => person.login)).size, practice.staff.all.length)
})

test('about 1,600 visits are booked on a working day, and nobody is booked twice', () => {
  const full = practiceOf()
  for (const day of ['2026-11-23', '2026-11-03', '2026-12-04']) {
    const visits = dayBook(full, day, full.now).filter((row) => row.patient_id !== null)
    assert.ok(visits.length > 1500 && visits.length < 1700, `${visits.length} on ${day}`)
    assert.equal(new Set(visits.map((row) => row.patient_id)).size, visits.length)
    assert.equal(new Set(visits.map((row) => `${row.provider_id} ${row.starts_at}`)).size, visits.length)
    assert.equal(new Set(visits.map((row) => row.site_id)).size, 6)
  }
})

test('the book reaches from 30 days back to 14 days ahead, and today is a working day even on a Sunday', () => {
  const sunday = practiceOf({ patients: 2000, today: '2026-11-22' })
  const days = bookDays(sunday.today)
  assert.deepEqual([days[0], days.at(-1), days.length], ['2026-10-23', '2026-12-06', 45])
  assert.ok(dayBook(sunday, '2026-11-22', sunday.now).length > 1000)
  assert.equal(dayBook(sunday, '2026-11-29', sunday.now).length, 0)
})

test('visits that are over have an end, visits to come have none', () => {
  for (const row of dayBook(practice, '2026-11-23', practice.now)) {
    if (row.starts_at > practice.now + 3_600_000) assert.ok(['booked', 'pending', 'cancelled'].includes(row.status))
    if (row.starts_at < practice.now - 3_600_000 && row.patient_id !== null)
      assert.ok(['checked-out', 'no-show', 'cancelled', 'left'].includes(row.status), row.status)
  }
})

test('appointments name their patient as the chart does', () => {
  const byId = new Map(charts.map((chart) => [chart.patient.id, chart]))
  for (const one of appointmentsOf({ patients: 4000, days: ['2026-11-23'] })) {
    const chart = byId.get(one.patientId ?? '')
    assert.equal(one.patientMrn, chart?.patient.mrn)
    assert.equal(one.patientName, `${chart?.patient.name.family}, ${chart?.patient.name.given.join(' ')}`)
  }
})

test('every diagnosis code has the shape of ICD-10-CM', () => {
  for (const chart of charts)
    if (chart.problems.status === 'listed')
      for (const problem of chart.problems.entries)
        for (const coding of problem.code.codings) assert.match(coding.code, /^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$/)
})

test('nothing in a chart is older than its patient or later than today, except what is planned', () => {
  for (let id = 1; id <= 4000; id++) {
    const record = recordOf(practice, id)
    const born = patientOf(practice, id).bornOn
    const days = [
      ...record.problem.map((row) => row.onset),
      ...record.medication.flatMap((row) => [row.started_on, row.last_refill_on]),
      ...record.immunization.map((row) => row.given_on),
      ...record.procedure_done.map((row) => row.done_on),
    ].flatMap((day) => day ?? [])
    for (const day of days) {
      assert.ok(day >= born.slice(0, day.length), `${day} of a patient born ${born}`)
      assert.ok(day <= practice.today)
    }
    const instants = [
      ...record.visit_note.map((row) => row.written_at),
      ...record.test_result.map((row) => row.resulted_at),
      ...record.vitals.map((row) => row.taken_at),
    ]
    for (const at of instants) assert.ok(at > Date.parse(`${born}T00:00:00Z`) && at < practice.now)
    for (const row of record.medication) assert.ok((row.last_refill_on ?? '9') >= (row.started_on ?? ''))
    assert.deepEqual(
      record.visit_note.map((row) => row.written_at),
      record.visit_note.map((row) => row.written_at).toSorted((a, b) => b - a),
    )
  }
})

test('ages fit: children have guardians and see pediatricians or family physicians, men are not pregnant', () => {
  for (let id = 1; id <= 4000; id++) {
    const who = patientOf(practice, id)
    assert.equal(who.guardian !== null, who.age < 18)
    if (who.physician.specialty === 'Pediatrics') assert.ok(who.age < 18, `a pediatrician sees somebody of ${who.age}`)
    if (who.physician.specialty === 'Cardiology') assert.ok(who.age >= 30)
    for (const illness of who.illnesses)
      assert.ok(illness.sex === undefined || illness.sex === who.sex || who.sex === 'X')
  }
})

test('every state of an allergy list is there, and the high-risk medicines are marked', () => {
  const states = Map.groupBy(charts, (chart) => chart.allergies.status)
  for (const status of ['listed', 'none-known', 'not-asked', 'not-received'] as const)
    assert.ok((states.get(status)?.length ?? 0) > 20, status)
  const marked = new Set(
    charts.flatMap((chart) =>
      chart.medications.status === 'listed' ? chart.medications.entries.map((one) => one.highRisk) : [],
    ),
  )
  for (const risk of ['anticoagulant', 'insulin', 'opioid'] as const) assert.ok(marked.has(risk), risk)
})

test('names that trip programs up are there: accents, apostrophes, hyphens, great length, other scripts, namesakes, twins, former names', () => {
  const names = charts.map((chart) => `${chart.patient.name.given.join(' ')} ${chart.patient.name.family}`)
  for (const shape of [
    /[áéíñøåüŁł]/,
    /['’]/,
    /-/,
    /^.{50,}$/,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Han}/u,
    /\p{Script=Arabic}/u,
  ])
    assert.ok(
      names.some((name) => shape.test(name)),
      String(shape),
    )
  assert.ok(charts.some((chart) => chart.patient.formerNames.length > 0))
  assert.ok(charts.some((chart) => chart.patient.preferredName !== undefined))
  const byName = Map.groupBy(charts, (chart) => JSON.stringify(chart.patient.name))
  assert.ok(
    [...byName.values()].some((same) => same.length > 1 && same[0]?.patient.birthDate !== same[1]?.patient.birthDate),
  )
  const households = Map.groupBy(
    charts.filter((chart) => chart.patient.birthDate !== undefined),
    (chart) => `${chart.patient.name.family} ${chart.patient.birthDate}`,
  )
  assert.ok([...households.values()].some((born) => born.length > 1))
})

test('restricted charts of each kind are there and few', () => {
  for (const kind of ['part2', 'psychotherapy', 'vip'] as const) {
    const count = charts.filter((chart) => chart.restriction === kind).length
    assert.ok(count > 0 && count < charts.length / 50, `${count} ${kind}`)
  }
})

test('ids are unique within a chart, and no number is a real telephone or MRN of two people', () => {
  for (const chart of charts) {
    for (const list of ['results', 'vitals', 'medications'] as const) {
      const section = chart[list]
      const ids = section.status === 'listed' ? section.entries.map((one) => one.id) : []
      assert.equal(new Set(ids).size, ids.length)
    }
    for (const phone of chart.patient.phones) assert.match(phone.number, /555-01\d\d$/)
  }
  assert.equal(new Set(charts.map((chart) => chart.patient.mrn)).size, charts.length)
  assert.ok(charts.reduce((sum, chart) => sum + entries(chart).length, 0) / charts.length > 20)
})

test('three values of each laboratory test are there, newest first', () => {
  const chart = charts.find((one) => one.results.status === 'listed' && one.results.entries.length >= 9)
  assert.ok(chart?.results.status === 'listed')
  const byTest = Map.groupBy(chart.results.entries, (one) => one.code.text)
  for (const values of byTest.values()) {
    assert.equal(values.length, 3)
    assert.deepEqual(
      values,
      values.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)),
    )
  }
})
