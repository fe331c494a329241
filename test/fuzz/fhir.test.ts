import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Failure } from '../../src/base/failure.ts'
import { resourcesIn } from '../../src/chart/fhir/bundle.ts'
import { chartsFromFhir } from '../../src/chart/fhir/charts.ts'
import type { SourcePart } from '../../src/connect/ehr.ts'
import { FarSide } from '../practice/fhir/far-side.ts'
import { NOON, practiceRecords, seeded, WINDOW, ZONE } from '../practice/fhir/records.ts'
import { sourceOn } from '../practice/fhir/source.ts'

/** How many malformed resources are made; a far side misbehaves once for each 25 of them. */
const ROUNDS = Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 2000)
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? 20_261_123)
const SECRETS = ['Quarrystone', 'Wilhelmina', 'Nightingale', 'Brightwater', 'MRN', '999-00']

type Random = () => number

const pick = <Value>(random: Random, values: readonly Value[]): Value => {
  const value = values[Math.floor(random() * values.length)]
  assert.ok(value !== undefined)
  return value
}

function nested(depth: number): unknown {
  let value: unknown = 'deep'
  for (let i = 0; i < depth; i++) value = [[value], { resource: value }, { section: [value] }][i % 3]
  return value
}

const STRANGE: ((random: Random) => unknown)[] = [
  () => null,
  () => ({}),
  () => [],
  () => [null, [[]], 3],
  () => true,
  () => -0,
  () => 1e308,
  () => '',
  () => '\u0000\uD800',
  () => 'constructor',
  () => '__proto__',
  () => 'x'.repeat(70_000),
  () => '9999-99-99T99:99:99Z',
  () => '0000-01-01',
  () => '+275760-09-13T00:00:00Z',
  () => 'Patient/../../etc/passwd',
  () => '#',
  () => nested(3000),
  () => ({ coding: [{ system: null, code: { a: 1 } }, 'x'], text: ['t'] }),
  () => ({ reference: 'Patient/p1/_history/1' }),
  (random) => Math.floor(random() * 1e9),
]

/** A copy with one place changed into something strange, doubled, renamed or taken away. */
function damaged(value: unknown, random: Random, depth = 0): unknown {
  if (depth > 0 && random() < 0.25) return pick(random, STRANGE)(random)
  if (Array.isArray(value)) {
    if (value.length === 0 || random() < 0.1) return [...value, ...value]
    const at = Math.floor(random() * value.length)
    return value.map((one, index) => (index === at ? damaged(one, random, depth + 1) : one))
  }
  if (value === null || typeof value !== 'object') return pick(random, STRANGE)(random)
  const entries = Object.entries(value)
  if (entries.length === 0) return pick(random, STRANGE)(random)
  const [field] = pick(random, entries)
  const what = random()
  if (what < 0.15) return Object.fromEntries(entries.filter(([name]) => name !== field))
  if (what < 0.2) return Object.fromEntries(entries.map(([name, held]) => [name === field ? '__proto__' : name, held]))
  return Object.fromEntries(
    entries.map(([name, held]) => [name, name === field ? damaged(held, random, depth + 1) : held]),
  )
}

test(`${ROUNDS} malformed resources: each is a part of a chart, or set aside with a reason`, () => {
  const random = seeded(SEED)
  const sound = practiceRecords(6)
  for (let round = 0; round < ROUNDS; round++) {
    let resource = damaged(pick(random, sound), random)
    while (random() < 0.3) resource = damaged(resource, random)
    const patients = sound.filter(({ resourceType }) => resourceType === 'Patient')
    const sent = random() < 0.2 ? { resourceType: 'Bundle', entry: [{ fullUrl: 'urn:uuid:1', resource }] } : resource
    const { charts, setAside } = chartsFromFhir([...patients, ...resourcesIn(sent)], {
      sourceId: 'ehr',
      asOf: NOON,
      zone: ZONE,
    })
    assert.ok(charts.length >= patients.length, `round ${round}`)
    for (const { because, where, raw, key } of setAside) {
      assert.ok(because.length > 0 && where.length > 0 && key.length > 0, `round ${round}`)
      assert.ok(Buffer.byteLength(raw) <= 64 * 1024, `round ${round}`)
      for (const secret of SECRETS) assert.ok(!`${because} ${where}`.includes(secret), `round ${round}: ${because}`)
    }
    // What is in a chart can be written down, and its words are words.
    for (const chart of charts)
      assert.doesNotMatch(JSON.stringify(chart), /\[object Object\]|"text":""/, `round ${round}`)
  }
})

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return { body }
  }
}

/** What a far side does to one answer. */
const MISDEEDS: ((body: string, random: Random, response: ServerResponse) => void)[] = [
  (body, random, response) => response.writeHead(200).end(body.slice(0, Math.floor(random() * body.length))),
  (body, random, response) => {
    response.writeHead(200, { 'content-length': String(body.length + 10) })
    response.write(body.slice(0, Math.floor(random() * body.length)), () => response.destroy())
  },
  (body, random, response) => response.writeHead(200).end(JSON.stringify(damaged(parsed(body), random))),
  (body, random, response) =>
    response.writeHead(200).end(JSON.stringify(damaged(damaged(parsed(body), random), random))),
  (body, random, response) => {
    const at = Math.floor(random() * body.length)
    response
      .writeHead(200)
      .end(body.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + body.slice(at + 1))
  },
  (body, random, response) =>
    response.writeHead(pick(random, [201, 204, 206, 301, 400, 404, 409, 410, 418, 422, 500, 502, 599])).end(body),
  (body, random, response) => {
    const headers = { 'retry-after': pick(random, ['-1', 'soon', '99999999999', '0', 'Mon, 99 Foo']), date: 'never' }
    response.writeHead(pick(random, [200, 429, 503]), headers).end(body)
  },
  (_body, random, response) =>
    response.writeHead(200).end(Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)))),
  (_body, _random, response) => response.destroy(),
  (_body, _random, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
  (_body, _random, response) => response.writeHead(200).end(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  (_body, random, response) => {
    const url = pick(random, [
      'https://elsewhere.example/x',
      'file:///etc/passwd',
      '::::',
      '?page=again',
      'javascript:1',
      '',
    ])
    response.writeHead(200).end(
      JSON.stringify({
        resourceType: 'Bundle',
        link: [{ relation: 'next', url }],
        entry: [{}, 7, { resource: null }],
      }),
    )
  },
]

test(`${Math.ceil(ROUNDS / 25)} misbehaving far sides: each reading ends, whole or in a Failure with a reason`, async () => {
  const random = seeded(SEED + 1)
  const outcomes = { whole: 0, failed: 0 }
  const sound = await new FarSide(practiceRecords(4), NOON).start()
  const side = await new FarSide([], NOON).start()
  try {
    for (let round = 0; round < ROUNDS / 25; round++) {
      const victim = Math.floor(random() * 20)
      let nth = 0
      sound.exports = random() < 0.3
      sound.history = random() < 0.3
      side.fault = async (url, request, response) => {
        const right = await fetch(`${sound.origin}${url.pathname}${url.search}`, { method: request.method ?? 'GET' })
        const body = (await right.text()).replaceAll(sound.origin, side.origin)
        const status = right.headers.get('content-location')?.replace(sound.origin, side.origin)
        if (nth++ === victim || random() < 0.02) pick(random, MISDEEDS)(body, random, response)
        else response.writeHead(right.status, status === undefined ? {} : { 'content-location': status }).end(body)
        return true
      }
      const parts: SourcePart[] = []
      await using source = sourceOn(side.base, { deadlineMs: 400, stallMs: 200 })
      try {
        let cursor: Extract<SourcePart, { type: 'end' }>['cursor'] | null = null
        for (let reading = 0; reading < 2; reading++) {
          for await (const part of source.read({ cursor, window: WINDOW })) {
            parts.push(part)
            if (part.type === 'end') cursor = JSON.parse(JSON.stringify(part.cursor))
          }
        }
        outcomes.whole++
      } catch (thrown) {
        assert.ok(thrown instanceof Failure, `round ${round}: ${String(thrown)}`)
        assert.ok(!thrown.message.includes('nobody foresaw'), `round ${round}: ${String(thrown.cause)}`)
        for (const secret of SECRETS) assert.ok(!thrown.message.includes(secret), `round ${round}`)
        outcomes.failed++
      }
      for (const part of parts) {
        assert.ok(part.type !== 'panel' || part.patientIds.length > 0, `round ${round}: an empty panel`)
      }
    }
  } finally {
    await side.stop()
    await sound.stop()
  }
  assert.ok(outcomes.failed > 0 && outcomes.whole > 0, JSON.stringify(outcomes))
})
