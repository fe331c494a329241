import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FarSide } from '../../../test/practice/fhir/far-side.ts'
import {
  allergyRecord,
  appointmentRecord,
  type FhirRecord,
  NOON,
  patientRecord,
  practiceRecords,
  resultRecord,
  snomed,
  WINDOW,
} from '../../../test/practice/fhir/records.ts'
import { outcome, send } from '../../../test/practice/fhir/reply.ts'
import { type HeldWorld, heldWorld, sourceOn } from '../../../test/practice/fhir/source.ts'
import { Failure } from '../../base/failure.ts'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { outcomes } from '../../chart/apply.ts'
import type { Chart } from '../../chart/chart.ts'
import type { Cursor, EhrSource, SourcePart } from '../ehr.ts'

/** A far side, a source on it, and the charts and appointments that its readings have made, as a hub keeps them. */
class Held implements AsyncDisposable {
  readonly side: FarSide
  readonly world: HeldWorld
  readonly source: EhrSource
  readonly charts = new Map<string, Chart>()
  appointments = new Set<string>()
  cursor: Cursor | null = null

  constructor(side: FarSide, world: HeldWorld, more: object) {
    this.side = side
    this.world = world
    this.source = sourceOn(side.base, more, world)
  }

  async read(): Promise<SourcePart[]> {
    const parts: SourcePart[] = []
    for await (const part of this.source.read({ cursor: this.cursor, window: WINDOW })) {
      parts.push(part)
      this.apply(part)
    }
    return parts
  }

  private apply(part: SourcePart): void {
    if (part.type === 'end') this.cursor = JSON.parse(JSON.stringify(part.cursor))
    if (part.type === 'schedule') this.appointments = new Set(part.appointments.map(({ id }) => id))
    if (part.type === 'panel') {
      for (const id of this.charts.keys()) if (!part.patientIds.includes(id)) this.charts.delete(id)
    }
    if (part.type === 'appointments') {
      for (const change of part.changes) {
        if (change.type === 'appointment') this.appointments.add(change.appointment.id)
        if (change.type === 'appointment-gone') this.appointments.delete(change.appointmentId)
      }
    }
    for (const change of part.type === 'charts' ? part.changes : []) {
      for (const { patientId, chart } of outcomes(change, (id) => this.charts.get(id))) {
        if (chart === undefined) this.charts.delete(patientId)
        else this.charts.set(patientId, chart)
      }
    }
  }

  /** Time goes by on both sides, then somebody changes something. */
  later(ms: number, ...records: FhirRecord[]): void {
    this.world.now += ms
    this.side.shelf.now = this.world.now
    for (const record of records) this.side.shelf.put(record)
    this.world.now += 1000
  }

  chart(id: string): Chart {
    const chart = this.charts.get(id)
    assert.ok(chart, `no chart of ${id}`)
    return chart
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.source[Symbol.asyncDispose]()
    await this.side.stop()
  }
}

async function hold(
  records = practiceRecords(6),
  more: object = {},
  change = (_side: FarSide): void => {},
): Promise<Held> {
  const side = new FarSide(records, NOON)
  change(side)
  // The overlap of a first poll would meet everything that the test has just put there.
  return new Held(await side.start(), heldWorld(), { overlapMs: 100, ...more })
}

test('a complete reading tells what was received, what is none, and what nobody told', async () => {
  await using held = await hold()
  await held.read()
  assert.equal(held.charts.size, 6)
  assert.equal(held.chart('p0').allergies.status, 'listed')
  assert.equal(held.chart('p1').allergies.status, 'none-known')
  assert.deepEqual(held.chart('p2').allergies, { status: 'listed', entries: [] })
  assert.equal(held.chart('p0').coverage.status, 'not-received')
  const [medication] = entries(held.chart('p0').medications)
  assert.equal(medication?.prescriber, 'Dr. Ada Winterbourne')
  assert.equal(medication?.highRisk, 'anticoagulant')
  assert.equal(held.appointments.size, 6)
})

function entries<Entry>(section: { status: string; entries?: Entry[] }): Entry[] {
  return section.entries ?? []
}

test('only what is needed is asked for', async () => {
  await using held = await hold()
  await held.read()
  const types = new Set(held.side.asked.map((url) => url.pathname.replace('/fhir/', '')))
  for (const type of ['Encounter', 'Claim', 'ExplanationOfBenefit', 'Organization']) assert.ok(!types.has(type), type)
  for (const asked of held.side.asksFor('Observation')) {
    assert.match(asked.get('category') ?? 'Patient/', /vital-signs|laboratory/)
    assert.equal(asked.get('date'), 'ge2024-11-01')
  }
  for (const [type, never] of [
    ['Patient', 'photo'],
    ['Observation', 'note'],
    ['Practitioner', 'address'],
  ] as const) {
    for (const asked of held.side.asksFor(type)) {
      const elements = asked.get('_elements')?.split(',')
      assert.ok(elements !== undefined && elements.length > 0 && !elements.includes(never), type)
    }
  }
  assert.equal(held.side.asksFor('MedicationRequest')[0]?.get('status'), 'active,on-hold,unknown')
})

test('a poll tells the change of one list, and hardly asks anything', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, resultRecord('new', 'p3', 6.1, NOON))
  const before = held.side.asked.length
  const parts = await held.read()
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['charts', 'end'],
  )
  assert.equal(entries(held.chart('p3').results)[0]?.value, '6.1')
  assert.ok(held.side.asked.length - before <= 12, `${held.side.asked.length - before} questions`)
})

test('what was heard in the overlap is not told twice, and what came in it is', async () => {
  await using held = await hold(practiceRecords(6), { overlapMs: 2 * MINUTE })
  await held.read()
  held.later(5 * MINUTE, resultRecord('one', 'p3', 6.1, NOON))
  await held.read()
  // Stamped before the last poll, but only seen now: a transaction that took its time, or a clock that is behind.
  held.side.shelf.put(resultRecord('late', 'p4', 2.2, NOON), held.world.now - MINUTE)
  const parts = await held.read()
  const told = parts.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  assert.equal(told.length, 1)
  assert.ok(entries(held.chart('p4').results).some(({ value }) => value === '2.2'))
})

test('an allergy ends “none known”, and a word of none does not hide an allergy', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex'))
  await held.read()
  assert.deepEqual(
    entries(held.chart('p1').allergies).map(({ code }) => code.text),
    ['Latex'],
  )
  held.later(
    5 * MINUTE,
    allergyRecord('none', 'p0', 'No known allergy', { code: snomed('716186003', 'No known allergy') }),
  )
  await held.read()
  assert.deepEqual(
    entries(held.chart('p0').allergies).map(({ code }) => code.text),
    ['Penicillin'],
  )
})

test('an allergy entered in error goes; where “none known” stands beside it, that holds again', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex'))
  await held.read()
  const wrong = { verificationStatus: { coding: [{ code: 'entered-in-error' }] } }
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex', wrong))
  await held.read()
  assert.equal(held.chart('p1').allergies.status, 'none-known')
})

test('a medication that is stopped goes, and so does a result entered in error', async () => {
  await using held = await hold()
  await held.read()
  const stopped = changedRecord('m2', { status: 'stopped' })
  const wrong = changedRecord('r2', { status: 'entered-in-error' })
  held.later(5 * MINUTE, stopped, wrong)
  await held.read()
  assert.deepEqual(entries(held.chart('p2').medications), [])
  assert.deepEqual(entries(held.chart('p2').results), [])
  assert.equal(entries(held.chart('p3').medications).length, 1)
})

function changedRecord(id: string, more: object): FhirRecord {
  const record = practiceRecords(6).find((one) => one.id === id)
  assert.ok(record)
  return { ...record, ...more }
}

test('a server that leaves out what it told a moment ago is not believed: no allergy vanishes', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p0', 'Latex'))
  held.side.fault = (url, _request, response) => {
    if (!url.searchParams.has('patient')) return false
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: [] })
    return true
  }
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  assert.equal(entries(held.chart('p0').allergies).length, 1)
})

test('a patient who is new has a whole chart at once; one who moved keeps hers', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, patientRecord(90), allergyRecord('a90', 'p90'), { ...patientRecord(0), telecom: [] })
  const parts = await held.read()
  assert.equal(entries(held.chart('p90').allergies).length, 1)
  assert.deepEqual(held.chart('p90').results, { status: 'listed', entries: [] })
  assert.deepEqual(held.chart('p0').patient.phones, [])
  assert.equal(entries(held.chart('p0').allergies).length, 1)
  assert.equal(parts.filter((part) => part.type === 'panel').length, 0)
})

test('a record that was replaced by another is a merge', async () => {
  await using held = await hold()
  await held.read()
  const link = [{ type: 'replaced-by', other: { reference: 'Patient/p3' } }]
  held.later(5 * MINUTE, { ...patientRecord(0), active: false, link })
  await held.read()
  assert.ok(!held.charts.has('p0'))
  assert.ok(entries(held.chart('p3').allergies).some(({ id }) => id === 'AllergyIntolerance/a0'))
})

test('an appointment that is moved out of the window is gone, one that is cancelled stays', async () => {
  await using held = await hold()
  await held.read()
  held.later(
    5 * MINUTE,
    appointmentRecord('ap1', 'p1', NOON + 60 * DAY),
    appointmentRecord('ap2', 'p2', NOON, 'cancelled'),
  )
  const parts = await held.read()
  assert.ok(!held.appointments.has('ap1'))
  assert.ok(held.appointments.has('ap2'))
  assert.ok(parts.some((part) => part.type === 'appointments'))
})

test('what was deleted goes by the server’s history', async () => {
  await using held = await hold(practiceRecords(6), {}, (side) => (side.history = true))
  await held.read()
  held.later(20 * MINUTE)
  for (const key of ['AllergyIntolerance/a0', 'MedicationRequest/m2', 'Patient/p5', 'Appointment/ap4']) {
    held.side.shelf.remove(key)
  }
  held.world.now += MINUTE
  await held.read()
  assert.deepEqual(entries(held.chart('p0').allergies), [])
  assert.deepEqual(entries(held.chart('p2').medications), [])
  assert.ok(!held.charts.has('p5'))
  assert.ok(!held.appointments.has('ap4'))
})

test('what was deleted without a word goes with the next complete reading', async () => {
  await using held = await hold()
  await held.read()
  held.later(20 * MINUTE)
  for (const key of ['AllergyIntolerance/a0', 'Patient/p5']) held.side.shelf.remove(key)
  await held.read()
  assert.ok(held.charts.has('p5'))
  held.later(25 * HOUR)
  const parts = await held.read()
  assert.ok(parts.some((part) => part.type === 'panel'))
  assert.ok(!held.charts.has('p5'))
  assert.deepEqual(entries(held.chart('p0').allergies), [])
})

test('an outage in the middle of a reading tells no end, no panel and no half charts', async () => {
  await using held = await hold()
  held.side.fault = (url, _request, response) => {
    if (!url.pathname.endsWith('/Condition')) return false
    send(response, 400, outcome('invalid', 'connect ECONNREFUSED 127.0.0.1:5432'))
    return true
  }
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
  assert.equal(held.charts.size, 0)
  assert.equal(held.cursor, null)
})

test('a server that all at once has no patient, or no appointment, is not believed', async () => {
  await using held = await hold(practiceRecords(30))
  await held.read()
  held.later(25 * HOUR)
  const empty = (type: string): void => {
    held.side.fault = (url, _request, response) => {
      if (!url.pathname.endsWith(`/${type}`)) return false
      send(response, 200, { resourceType: 'Bundle', type: 'searchset', total: 0 })
      return true
    }
  }
  empty('Patient')
  await assert.rejects(held.read(), /no patients at all/)
  empty('Appointment')
  await assert.rejects(held.read(), /not believed/)
  assert.equal(held.charts.size, 30)
  assert.equal(held.appointments.size > 0, true)
})

test('a 429 is waited out as the server asks, and a wait that is too long is told to the caller', async () => {
  await using held = await hold()
  let refusals = 2
  let wait = '1'
  held.side.fault = (url, _request, response) => {
    if (!url.pathname.endsWith('/Patient') || refusals-- <= 0) return false
    send(response, 429, outcome('throttled', ''), { 'retry-after': wait })
    return true
  }
  await held.read()
  assert.deepEqual(held.world.waits, [1000, 1000])
  refusals = 1
  wait = '3600'
  held.later(25 * HOUR)
  await assert.rejects(held.read(), (thrown) => thrown instanceof Failure && thrown.retryAfterMs === 3_600_000)
})

test('a redirect is not followed', async () => {
  await using held = await hold()
  await using other = await hold()
  held.side.fault = (_url, _request, response) => {
    response.writeHead(307, { location: `${other.side.base}metadata` }).end()
    return true
  }
  await assert.rejects(held.read(), /another address/)
  assert.equal(other.side.asked.length, 0)
})

test('an answer beyond the limit is cut off', async () => {
  await using held = await hold(practiceRecords(40), { mostAnswerBytes: 2000 })
  await assert.rejects(held.read(), /larger than the limit/)
})

test('notes of those who are expected bring their text, from this server only', async () => {
  const note = (id: string, url: string): FhirRecord => ({
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    category: [{ coding: [{ code: 'clinical-note' }] }],
    type: { text: 'Progress note' },
    subject: { reference: 'Patient/p0' },
    date: '2026-11-20T10:00:00Z',
    content: [{ attachment: { contentType: 'text/html', url } }],
  })
  await using elsewhere = await hold()
  const binary = {
    resourceType: 'Binary',
    id: 'b1',
    contentType: 'text/html',
    data: Buffer.from('<p>Assessment:&nbsp;well</p>').toString('base64'),
  }
  await using held = await hold([
    ...practiceRecords(2),
    note('n1', 'Binary/b1'),
    note('n2', `${elsewhere.side.base}Binary/b1`),
    binary,
  ])
  await held.read()
  const notes = new Map(entries(held.chart('p0').notes).map(({ id, text }) => [id, text]))
  assert.equal(notes.get('DocumentReference/n1'), 'Assessment: well')
  assert.match(notes.get('DocumentReference/n2') ?? '', /not carried/)
  assert.equal(elsewhere.side.asked.length, 0)
})

test('the canary is told, and is nobody’s appointment', async () => {
  const canary = { ...appointmentRecord('canary', 'p0', NOON), description: `canary ${new Date(NOON).toISOString()}` }
  await using held = await hold([...practiceRecords(3), canary], { canaryAppointmentId: 'canary' })
  const parts = await held.read()
  assert.deepEqual(
    parts.filter((part) => part.type === 'canary'),
    [{ type: 'canary', stamp: NOON }],
  )
  assert.ok(!held.appointments.has('canary'))
})

test('where polls go by export, what changed and what was deleted is told by it', async () => {
  const more = { bulk: { when: 'always', changes: true, filters: true } }
  await using held = await hold(practiceRecords(6), more, (side) => {
    side.exports = true
  })
  await held.read()
  held.later(5 * MINUTE, resultRecord('new', 'p3', 6.1, NOON), allergyRecord('late', 'p1', 'Latex'), patientRecord(50))
  held.side.shelf.remove('MedicationRequest/m2')
  held.side.shelf.remove('Patient/p5')
  const begun = held.side.asked.length
  await held.read()
  assert.ok(entries(held.chart('p3').results).some(({ value }) => value === '6.1'))
  assert.equal(held.chart('p1').allergies.status, 'listed')
  assert.equal(entries(held.chart('p3').medications).length, 1)
  assert.ok(held.charts.has('p50'))
  assert.ok(!held.charts.has('p5'))
  const asked = held.side.asked.slice(begun)
  const kickOff = asked.find((url) => url.pathname.endsWith('$export'))
  assert.ok(kickOff !== undefined && kickOff.searchParams.has('_since'))
  assert.ok(kickOff.searchParams.getAll('_typeFilter').some((filter) => filter.includes('category=laboratory')))
  assert.ok(asked.every((url) => !url.searchParams.has('_lastUpdated')))
  assert.deepEqual(entries(held.chart('p2').medications), [])
})

test('an export that is offered and then refused leaves the way by searches', async () => {
  await using held = await hold(practiceRecords(6), {}, (side) => {
    side.exports = true
    side.fault = (url, _request, response) => {
      if (!url.pathname.endsWith('$export')) return false
      send(response, 403, outcome('forbidden', 'not for you'))
      return true
    }
  })
  await held.read()
  assert.equal(held.charts.size, 6)
})
