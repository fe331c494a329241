import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entries, hold } from '../../../test/practice/fhir/held.ts'
import {
  allergyRecord,
  appointmentRecord,
  type FhirRecord,
  NOON,
  patientRecord,
  practiceRecords,
} from '../../../test/practice/fhir/records.ts'
import { outcome, send } from '../../../test/practice/fhir/reply.ts'
import { Failure } from '../../base/failure.ts'
import { HOUR, MINUTE } from '../../base/time.ts'
import type { SourcePart } from '../ehr.ts'

const PATIENTS = 30

const transient = (words: RegExp) => (thrown: unknown) =>
  thrown instanceof Failure && thrown.kind === 'transient' && words.test(thrown.message)

function typesOf(parts: SourcePart[]): Set<string> {
  return new Set(parts.map(({ type }) => type))
}

function bundle(records: object[], more: object = {}, ...others: object[]): object {
  const entry = records.map((resource) => ({ resource, search: { mode: 'match' } }))
  return { resourceType: 'Bundle', type: 'searchset', entry: [...entry, ...others], ...more }
}

/** A source that has read everything once; then each question for a type is answered by `answer`. */
async function cut(type: string, answer: (records: object[]) => object): Promise<Awaited<ReturnType<typeof hold>>> {
  const held = await hold(practiceRecords(PATIENTS))
  await held.read()
  held.later(25 * HOUR)
  held.side.fault = (url, _request, response) => {
    if (!url.pathname.endsWith(`/${type}`)) return false
    send(response, 200, answer(held.side.shelf.search(type, url.searchParams)))
    return true
  }
  return held
}

const SIGNS: [name: string, answer: (records: object[]) => object][] = [
  ['a total without a way to the rest', (all) => bundle(unstamped(all).slice(0, 10), { total: all.length })],
  ['a total sent as text', (all) => bundle(unstamped(all).slice(0, 7), { total: String(all.length) })],
  ['a total and nothing with it', (all) => bundle([], { total: all.length })],
  ['a warning that rows were left out', (all) => bundle(all.slice(0, 7), {}, remark('incomplete', 'some'))],
  ['a remark that rows are withheld', (all) => bundle(all.slice(0, 7), {}, remark('suppressed', '', 'information'))],
  [
    'a warning in words alone',
    (all) => bundle(all.slice(0, 7), {}, remark('informational', '3 resources were omitted')),
  ],
  ['a search that ran out of time', (all) => bundle(all.slice(0, 7), {}, remark('timeout', 'stopped early'))],
  [
    'an entry without a resource',
    (all) => bundle(all.slice(0, 7), {}, { fullUrl: 'urn:x', search: { mode: 'match' } }),
  ],
]

/** As a server gives them that keeps no times of change: there is no other way to the rest. */
function unstamped(records: object[]): object[] {
  return records.map((record) => ({ ...record, meta: {} }))
}

function remark(code: string, words: string, severity = 'warning'): object {
  return { resource: outcome(code, words, severity), search: { mode: 'outcome' } }
}

for (const type of ['Patient', 'AllergyIntolerance', 'Appointment'] as const) {
  test(`an answer for ${type} that shows a sign of being cut takes nothing away`, async () => {
    for (const [name, answer] of SIGNS) {
      await using held = await cut(type, answer)
      const before = JSON.stringify([...held.charts])
      await assert.rejects(held.read(), transient(/not whole/), name)
      assert.equal(JSON.stringify([...held.charts]), before, name)
      assert.equal(held.appointments.size, PATIENTS, name)
    }
  })
}

test('remarks on how a question was read are no sign of a cut', async () => {
  for (const words of [
    'Unknown search parameter: _elements',
    'The parameter _sort was ignored',
    '_elements was skipped',
  ]) {
    await using held = await cut('Patient', (all) => bundle(all, {}, remark('informational', words)))
    assert.ok(typesOf(await held.read()).has('panel'), words)
  }
})

test('a page that is as long as a limit, without a link and a total, is asked on from its last row', async () => {
  for (const limit of [10, 20, 7]) {
    await using held = await hold(practiceRecords(PATIENTS))
    held.side.paging = 'no-links'
    held.side.fault = (url, _request, response) => {
      if (!url.pathname.endsWith('/Patient') || url.searchParams.has('_id')) return false
      const found = held.side.shelf.search('Patient', url.searchParams).slice(0, limit)
      const self = `${held.side.base}Patient?_count=${limit}`
      send(response, 200, bundle(found, limit === 7 ? { link: [{ relation: 'self', url: self }] } : {}))
      return true
    }
    await held.read()
    assert.equal(held.charts.size, PATIENTS, String(limit))
  }
})

test('an export with errors beside its files takes nothing away, and says which types fail', async () => {
  const errors: [text: string, words: RegExp][] = [
    [JSON.stringify(outcome('exception', 'Export of AllergyIntolerance failed for Wilhelmina')), /AllergyIntolerance/],
    [JSON.stringify(outcome('processing', 'Export failed', 'fatal')), /does not say/],
    [JSON.stringify(outcome('incomplete', '', 'warning')), /not whole/],
    ['no JSON', /not whole/],
  ]
  for (const [text, words] of errors) {
    await using held = await exported(`${text}\n`)
    const before = JSON.stringify([...held.charts])
    await assert.rejects(held.read(), (thrown) => transient(words)(thrown) && !/Wilhelmina/.test(String(thrown)), text)
    assert.equal(JSON.stringify([...held.charts]), before)
    assert.equal(held.side.exportState.dropped, 2)
  }
  await using gone = await exported(undefined)
  await assert.rejects(gone.read(), transient(/not whole/))
})

test('an export whose remarks are remarks is whole', async () => {
  await using held = await exported(`${JSON.stringify(outcome('informational', 'Took 3 s', 'information'))}\n`)
  assert.ok(typesOf(await held.read()).has('panel'))
})

/** A source that has read one export; the next one has fewer allergies and a file of errors. */
async function exported(errors: string | undefined): Promise<Awaited<ReturnType<typeof hold>>> {
  const held = await hold(practiceRecords(PATIENTS), {}, (side) => {
    side.exports = true
  })
  await held.read()
  held.later(25 * HOUR)
  held.side.fault = async (url, request, response) => {
    if (url.pathname.endsWith('/export-file/errors')) {
      response.writeHead(errors === undefined ? 500 : 200).end(errors)
      return true
    }
    if (!url.pathname.includes('export-status') || request.method === 'DELETE') return false
    const output = [{ type: 'Patient', url: `${held.side.base}export-file/Patient` }]
    const error = [{ type: 'OperationOutcome', url: `${held.side.base}export-file/errors` }]
    send(response, 200, { transactionTime: new Date(held.world.now).toISOString(), output, error })
    return true
  }
  return held
}

test('a list of export files that comes in parts, or cannot be read, is no export', async () => {
  for (const more of [{ link: [{ relation: 'next', url: 'x' }] }, { output: [7] }, { output: [{ url: 'x' }] }]) {
    await using held = await hold(practiceRecords(3), {}, (side) => {
      side.exports = true
    })
    held.side.fault = (url, request, response) => {
      if (!url.pathname.includes('export-status') || request.method === 'DELETE') return false
      send(response, 200, { transactionTime: new Date(NOON).toISOString(), output: [], ...more })
      return true
    }
    await assert.rejects(held.read(), /list of (export )?files|files of its list/)
  }
})

test('a patient whose record could not be understood is there; where not even the id can be read, nobody is gone', async () => {
  await using held = await hold(practiceRecords(6))
  await held.read()
  held.later(25 * HOUR, { ...patientRecord(2), modifierExtension: [{ url: 'x', valueBoolean: true }] })
  await held.read()
  assert.equal(held.charts.size, 6)
  await using byExport = await hold(practiceRecords(6), {}, (side) => {
    side.exports = true
  })
  await byExport.read()
  byExport.later(25 * HOUR)
  byExport.side.exportState.counts = false
  byExport.side.exportState.spoil = (type, text) =>
    type === 'Patient' ? text.replace('{"resourceType"', '{resourceType') : text
  const parts = await byExport.read()
  assert.ok(!typesOf(parts).has('panel'))
  assert.equal(byExport.charts.size, 6)
})

test('a line of an export that is spoilt still tells whose record it was', async () => {
  await using held = await hold(practiceRecords(6), {}, (side) => {
    side.exports = true
    side.exportState.spoil = (type, text) =>
      type === 'AllergyIntolerance' ? text.replaceAll('"confirmed"', 'confirmed') : text
  })
  const parts = await held.read()
  const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
  assert.deepEqual(
    aside.map(({ patientId, section }) => `${patientId} ${section}`).toSorted((a, b) => (a < b ? -1 : 1)),
    ['p0', 'p1', 'p3', 'p4'].map((id) => `${id} allergies`),
  )
  assert.deepEqual(held.chart('p1').allergies, { status: 'listed', entries: [] })
})

test('an allergy that cannot be understood ends “none known” at the next poll', async () => {
  await using held = await hold()
  await held.read()
  assert.equal(held.chart('p1').allergies.status, 'none-known')
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex', { code: 'Latex' }))
  const parts = await held.read()
  assert.equal(held.chart('p1').allergies.status, 'listed')
  const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
  assert.ok(aside.every(({ patientId, section }) => patientId === 'p1' && section === 'allergies') && aside.length > 0)
})

test('“none known” that stood beside an allergy does not follow from its deletion', async () => {
  await using held = await hold()
  await held.read()
  held.later(5 * MINUTE, allergyRecord('new', 'p1', 'Latex'))
  await held.read()
  held.later(25 * HOUR)
  held.side.shelf.remove('AllergyIntolerance/new')
  await held.read()
  assert.equal(held.chart('p1').allergies.status, 'listed')
  assert.deepEqual(entries(held.chart('p1').allergies), [])
})

const BULK_ONLY = { without: ['Appointment'], bulk: { when: 'always', changes: true } }

/** A server that answers exports and its statement, and nothing else. */
async function bulkOnly(records: FhirRecord[]): Promise<Awaited<ReturnType<typeof hold>>> {
  return await hold(records, BULK_ONLY, (side) => {
    side.exports = true
    side.fault = (url, _request, response) => {
      if (/metadata|export/.test(url.pathname)) return false
      send(response, 404, outcome('not-supported', 'no search'))
      return true
    }
  })
}

test('a server of exports alone is read, polled and probed without one search', async () => {
  const medication = {
    resourceType: 'MedicationRequest',
    id: 'byReference',
    status: 'active',
    subject: { reference: 'Patient/p0' },
    requester: { reference: 'Practitioner/dr1' },
    medicationReference: { reference: 'Medication/x1' },
  }
  const named = { resourceType: 'Medication', id: 'x1', code: { text: 'Insulin glargine' } }
  await using held = await bulkOnly([...practiceRecords(6), medication, named])
  const parts = await held.read()
  assert.ok(!typesOf(parts).has('schedule'))
  const taken = entries(held.chart('p0').medications).find(({ code }) => code.text === 'Insulin glargine')
  assert.equal(taken?.prescriber, 'Dr. Ada Winterbourne')
  const none = allergyRecord('a1', 'p1', 'No known allergy')
  held.later(20 * MINUTE, allergyRecord('new', 'p0', 'Latex'), patientRecord(50), { ...none, code: { coding: [] } })
  held.later(0, allergyRecord('a3', 'p3', 'Penicillin', { clinicalStatus: { coding: [{ code: 'resolved' }] } }))
  await held.read()
  assert.equal(entries(held.chart('p0').allergies).length, 2)
  assert.deepEqual(entries(held.chart('p3').allergies), [])
  assert.ok(held.charts.has('p50'))
  assert.ok(held.side.asked.every((url) => !url.pathname.endsWith('/Appointment')))
  assert.equal((await held.source.probe()).answered, true)
})

test('a poll by export tells “none known” as a statement, which takes no allergy away', async () => {
  await using held = await bulkOnly(practiceRecords(6))
  await held.read()
  const code = { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }] }
  held.later(20 * MINUTE, allergyRecord('none', 'p0', 'None', { code }), allergyRecord('none2', 'p2', 'None', { code }))
  const parts = await held.read()
  const told = parts.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  assert.ok(told.some((change) => change.type === 'none-stated' && change.patientId === 'p0'))
  assert.equal(entries(held.chart('p0').allergies).length, 1)
  assert.equal(held.chart('p2').allergies.status, 'none-known')
})

test('without appointments nobody asks for one', async () => {
  await using held = await hold(practiceRecords(3), { without: ['Appointment'], canaryAppointmentId: 'ap1' })
  const first = await held.read()
  held.later(5 * MINUTE)
  const second = await held.read()
  assert.ok(![...first, ...second].some(({ type }) => type === 'schedule' || type === 'appointments'))
  assert.deepEqual(held.side.asksFor('Appointment'), [])
})

test('the end says when deletions were last looked for', async () => {
  const lookedAt = (parts: SourcePart[]): number | undefined =>
    parts.flatMap((part) => (part.type === 'end' ? [part.deletionsAt] : []))[0]
  for (const history of [true, false]) {
    await using held = await hold(practiceRecords(3), {}, (side) => {
      side.history = history
    })
    const complete = held.world.now
    assert.equal(lookedAt(await held.read()), complete)
    held.later(5 * MINUTE)
    assert.equal(lookedAt(await held.read()), complete)
    held.later(20 * MINUTE)
    const now = held.world.now
    assert.equal(lookedAt(await held.read()), history ? now : complete)
  }
})

test('who leaves a group visit is off the schedule at the next poll, and a visit may become one of a group', async () => {
  await using held = await hold(practiceRecords(3))
  await held.read()
  const group = (...ids: string[]): FhirRecord => {
    const participant = ids.map((id) => ({ actor: { reference: `Patient/${id}` } }))
    return { ...appointmentRecord('ap1', 'p1', NOON + HOUR), participant }
  }
  const lines = (): string[] => [...held.appointments].filter((id) => id.startsWith('ap1')).toSorted()
  held.later(5 * MINUTE, group('p0', 'p1', 'p2'))
  await held.read()
  assert.deepEqual(lines(), ['ap1~p0', 'ap1~p1', 'ap1~p2'])
  held.later(5 * MINUTE, group('p1', 'p2'))
  await held.read()
  assert.deepEqual(lines(), ['ap1~p1', 'ap1~p2'])
  held.later(5 * MINUTE, group('p2'))
  await held.read()
  assert.deepEqual(lines(), ['ap1'])
  held.later(5 * MINUTE, group('p1', 'p2'))
  await held.read()
  held.later(5 * MINUTE, { ...group('p1', 'p2'), status: 'entered-in-error' })
  await held.read()
  assert.deepEqual(lines(), [])
})

test('a patient of another server is not the patient of the same number here, unless the practice says that the two are one server', async () => {
  const theirs = { patient: { reference: 'https://lab.example.org/fhir/Patient/p1' } }
  const records = [...practiceRecords(2), allergyRecord('theirs', 'p1', 'Latex', theirs)]
  const allergies = async (more: object): Promise<string[]> => {
    await using held = await hold(records, more)
    const parts = await held.read()
    const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
    return [...entries(held.chart('p1').allergies).map(({ id }) => id), ...aside.map(({ because }) => because)]
  }
  const known = await allergies({})
  assert.ok(!known.includes('AllergyIntolerance/theirs'))
  assert.ok(known.includes('it is about a patient of another server (lab.example.org/fhir)'))
  assert.ok((await allergies({ alsoKnownAs: ['https://lab.example.org/fhir/'] })).includes('AllergyIntolerance/theirs'))
})
