import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FarSide } from '../../../test/practice/fhir/far-side.ts'
import { NOON, patientRecord, practiceRecords, resultRecord, WINDOW } from '../../../test/practice/fhir/records.ts'
import { outcome, send } from '../../../test/practice/fhir/reply.ts'
import { type HeldWorld, heldWorld, sourceOn } from '../../../test/practice/fhir/source.ts'
import { Failure } from '../../base/failure.ts'
import type { SourcePart } from '../ehr.ts'

const PATIENTS = 40

async function far(change: (side: FarSide) => void = () => {}): Promise<FarSide & AsyncDisposable> {
  const side = new FarSide(practiceRecords(PATIENTS), NOON)
  side.exports = true
  change(side)
  return Object.assign(await side.start(), { [Symbol.asyncDispose]: async () => await side.stop() })
}

async function readOn(side: FarSide, more: object = {}, world: HeldWorld = heldWorld()): Promise<SourcePart[]> {
  await using source = sourceOn(side.base, more, world)
  const parts: SourcePart[] = []
  for await (const part of source.read({ cursor: null, window: WINDOW })) parts.push(part)
  return parts
}

function chartCount(parts: SourcePart[]): number {
  return parts.flatMap((part) => (part.type === 'charts' ? part.changes : [])).length
}

const transient = (thrown: unknown): boolean => thrown instanceof Failure && thrown.kind === 'transient'

test('an export that is offered is used, waited for as the server asks, and dropped afterwards', async () => {
  await using side = await far((side) => (side.exportState.polls = 3))
  const world = heldWorld()
  const parts = await readOn(side, {}, world)
  assert.equal(chartCount(parts), PATIENTS)
  assert.deepEqual(world.waits, [7000, 7000, 7000])
  assert.equal(side.exportState.dropped, 1)
  assert.equal(side.asksFor('Condition').length <= 1, true)
  const kickOff = side.asked.find((url) => url.pathname.endsWith('$export'))
  assert.ok(kickOff?.searchParams.get('_type')?.includes('AllergyIntolerance'))
  assert.ok(!kickOff?.searchParams.get('_type')?.includes('Encounter'))
})

test('what an export gives beyond what is needed is let go', async () => {
  await using side = await far((side) => {
    side.shelf.put({ ...resultRecord('survey', 'p0', 1), category: [{ coding: [{ code: 'survey' }] }] })
    side.shelf.put(resultRecord('old', 'p0', 1, Date.parse('2009-01-01')))
  })
  const parts = await readOn(side)
  const text = JSON.stringify(parts)
  assert.ok(!text.includes('Observation/survey'))
  assert.ok(!text.includes('Observation/old'))
  assert.ok(text.includes('Observation/r0'))
})

test('files that expired before they were read are exported again, once', async () => {
  await using side = await far((side) => side.exportState.expired.add('Condition'))
  assert.equal(chartCount(await readOn(side)), PATIENTS)
  assert.equal(side.exportState.kickedOff, 2)
})

test('a file that breaks off, or that is shorter than the server counted, is no reading', async () => {
  for (const counts of [true, false]) {
    await using side = await far((side) => {
      side.exportState.counts = counts
      side.exportState.spoil = (type, text) => (type === 'Condition' ? text.slice(0, -40) : text)
    })
    await assert.rejects(readOn(side), transient)
  }
  await using short = await far((side) => {
    side.exportState.spoil = (type, text) => (type === 'Condition' ? text.slice(text.indexOf('\n') + 1) : text)
  })
  await assert.rejects(readOn(short), /counted/)
})

test('one line that is no JSON is set aside, the others count', async () => {
  await using side = await far((side) => {
    side.exportState.spoil = (type, text) =>
      type === 'Condition' ? `{"resourceType":"Condi\n${text.slice(text.indexOf('\n') + 1)}` : text
  })
  const parts = await readOn(side)
  assert.equal(chartCount(parts), PATIENTS)
  const aside = parts.flatMap((part) => (part.type === 'set-aside' ? part.records : []))
  assert.equal(aside.length, 1)
})

test('an export that fails at its start, at its state, or never ends is a Failure', async () => {
  const faults: [string, number][] = [
    ['$export', 500],
    ['export-status', 500],
    ['export-file', 503],
  ]
  for (const [path, status] of faults) {
    await using side = await far()
    side.fault = (url, _request, response) => {
      if (!url.pathname.includes(path)) return false
      send(response, status, outcome('exception', 'no'))
      return true
    }
    await assert.rejects(readOn(side), transient, path)
  }
  await using endless = await far((side) => (side.exportState.polls = 1_000_000))
  await assert.rejects(readOn(endless, { bulk: { deadlineMs: 60_000 } }), /in time/)
})

test('files on another machine are fetched only where that is configured, and never with our token', async () => {
  let authorization: string | undefined = 'none asked'
  await using files = await far()
  files.fault = (_url, request, response) => {
    authorization = request.headers.authorization
    response.writeHead(200).end(`${JSON.stringify(patientRecord(1))}\n`)
    return true
  }
  await using side = await far()
  side.fault = (url, request, response) => {
    if (!url.pathname.includes('export-status') || request.method === 'DELETE') return false
    const output = [{ type: 'Patient', url: `${files.origin}/fhir/export-file/Patient` }]
    send(response, 200, { transactionTime: new Date(NOON).toISOString(), requiresAccessToken: true, output })
    return true
  }
  const signIn = { kind: 'bearer', token: 'our-token' }
  await assert.rejects(readOn(side, { signIn }), /another place/)
  assert.equal(authorization, 'none asked')
  assert.equal(chartCount(await readOn(side, { signIn, bulk: { fileOrigins: [files.origin] } })), 1)
  assert.equal(authorization, undefined)
})
