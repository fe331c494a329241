import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entries, hold } from '../../../test/practice/fhir/held.ts'
import { appointmentRecord, type FhirRecord, NOON, practiceRecords } from '../../../test/practice/fhir/records.ts'
import { outcome, send } from '../../../test/practice/fhir/reply.ts'
import { Failure } from '../../base/failure.ts'
import { HOUR } from '../../base/time.ts'

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
    ['Observation', 'performer'],
    ['Practitioner', 'address'],
  ] as const) {
    for (const asked of held.side.asksFor(type)) {
      const elements = asked.get('_elements')?.split(',')
      assert.ok(elements !== undefined && elements.length > 0 && !elements.includes(never), type)
    }
  }
  assert.equal(held.side.asksFor('MedicationRequest')[0]?.get('status'), 'active,on-hold,unknown')
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
