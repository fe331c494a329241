import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FarSide, type Paging } from '../../../test/practice/fhir/far-side.ts'
import { allergyRecord, NOON, patientRecord, ZONE } from '../../../test/practice/fhir/records.ts'
import { outcome, send } from '../../../test/practice/fhir/reply.ts'
import { heldWorld } from '../../../test/practice/fhir/source.ts'
import { Failure } from '../../base/failure.ts'
import { textIn } from '../../chart/fhir/json.ts'
import { readFhirConfig } from './config.ts'
import { searchAll } from './search.ts'
import { type FhirServer, openServer } from './server.ts'

const COUNT = 95

async function farSide(paging: Paging, change: (side: FarSide) => void = () => {}): Promise<FarSide & AsyncDisposable> {
  const side = new FarSide(
    Array.from({ length: COUNT }, (_none, number) => allergyRecord(`a${number}`, 'p1')),
    NOON,
  )
  side.paging = paging
  change(side)
  return Object.assign(await side.start(), { [Symbol.asyncDispose]: async () => await side.stop() })
}

function serverOn(side: FarSide, more: object = {}): FhirServer {
  const config = { id: 'ehr', baseUrl: side.base, zone: ZONE, deadlineMs: 3000, pageSize: 10, ...more }
  return openServer(readFhirConfig(config), heldWorld())
}

const ALLERGIES = { resourceType: 'AllergyIntolerance', params: [], from: undefined, signal: undefined }

/** The ids that a search gives, in order; `between` runs after each page. */
async function idsOf(server: FhirServer, between: (page: number) => void = () => {}): Promise<string[]> {
  const ids: string[] = []
  let page = 0
  for await (const { fresh } of searchAll(server, ALLERGIES)) {
    ids.push(...fresh.map((resource) => textIn(resource, 'id') ?? ''))
    between(page++)
  }
  return ids
}

async function drained(search: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of search);
}

for (const paging of ['cursor', 'offset', 'no-links'] as const) {
  test(`all come through, each once, where pages lead on by ${paging}`, async () => {
    await using side = await farSide(paging)
    const ids = await idsOf(serverOn(side))
    assert.equal(ids.length, COUNT)
    assert.equal(new Set(ids).size, COUNT)
  })

  test(`nothing is skipped while rows already read are changed between pages (${paging})`, async () => {
    await using side = await farSide(paging)
    side.shelf.now = NOON
    const ids = await idsOf(serverOn(side), (page) => {
      if (page < 6) for (let i = 0; i < 5; i++) side.shelf.put(allergyRecord(`a${page * 5 + i}`, 'p1', 'Changed'))
    })
    assert.equal(new Set(ids).size, COUNT)
    for (let i = 0; i < 30; i++) assert.equal(ids.filter((id) => id === `a${i}`).length, 2, `a${i} was not met again`)
  })

  test(`nothing is skipped while rows are deleted and added between pages (${paging})`, async () => {
    await using side = await farSide(paging)
    side.shelf.now = NOON
    const ids = await idsOf(serverOn(side), (page) => {
      if (page > 4) return
      for (let i = 0; i < 3; i++) side.shelf.remove(`AllergyIntolerance/a${page * 3 + i}`)
      side.shelf.put(allergyRecord(`new${page}`, 'p1'))
    })
    assert.equal(new Set(ids).size, COUNT + 5)
  })
}

test('a search goes on where it was when its next link has expired', async () => {
  await using side = await farSide('cursor')
  const ids = await idsOf(serverOn(side), (page) => {
    if (page === 2 || page === 5) side.expireCursors()
  })
  assert.equal(ids.length, COUNT)
  assert.equal(new Set(ids).size, COUNT)
})

test('a whole page of one time of change does not stop a search, whatever the links', async () => {
  for (const paging of ['cursor', 'offset', 'no-links'] as const) {
    await using side = await farSide(paging)
    for (let i = 0; i < 60; i++) side.shelf.put(allergyRecord(`same${i}`, 'p1'), NOON)
    const ids = await idsOf(serverOn(side))
    assert.equal(new Set(ids).size, COUNT + 60, paging)
  }
})

test('an offset that the server refuses is walked around by time', async () => {
  await using side = await farSide('offset', (side) => {
    side.mostOffset = 15
  })
  const ids = await idsOf(serverOn(side))
  assert.equal(new Set(ids).size, COUNT)
})

test('a server that sorts by nothing is followed link by link', async () => {
  await using side = await farSide('offset')
  side.fault = (url) => {
    url.searchParams.delete('_sort')
    return false
  }
  for (let i = 0; i < COUNT; i += 2) side.shelf.put(allergyRecord(`a${i}`, 'p1', 'Changed'))
  assert.equal(new Set(await idsOf(serverOn(side))).size, COUNT)
})

test('a server that does not heed _lastUpdated is found out, not believed', async () => {
  await using side = await farSide('cursor')
  side.fault = (url) => {
    url.searchParams.delete('_lastUpdated')
    return false
  }
  const search = { ...ALLERGIES, from: NOON }
  await assert.rejects(drained(searchAll(serverOn(side), search)), /does not heed _lastUpdated/)
})

test('a next link to another machine is not followed, and the token does not go there', async () => {
  await using side = await farSide('cursor')
  await using other = await farSide('cursor')
  side.fault = (url, _request, response) => {
    if (!url.pathname.endsWith('AllergyIntolerance')) return false
    const link = [{ relation: 'next', url: `${other.base}AllergyIntolerance?_count=10` }]
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', link, entry: [{ resource: patientLike() }] })
    return true
  }
  await assert.rejects(
    idsOf(serverOn(side)),
    (thrown) => thrown instanceof Failure && thrown.kind === 'permanent' && thrown.message.includes('another place'),
  )
  assert.equal(other.asked.length, 0)
})

function patientLike(): object {
  return { ...allergyRecord('a1', 'p1'), meta: { versionId: '1', lastUpdated: '2026-11-01T00:00:00Z' } }
}

test('links that go round in a circle end in a Failure', async () => {
  await using side = await farSide('cursor')
  side.fault = (_url, _request, response) => {
    const link = [{ relation: 'next', url: `${side.base}AllergyIntolerance?page=again` }]
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', link, entry: [{ resource: patientLike() }] })
    return true
  }
  await assert.rejects(idsOf(serverOn(side)), /circle/)
})

test('links without end and without anything new end in a Failure', async () => {
  await using side = await farSide('cursor')
  let page = 0
  side.fault = (_url, _request, response) => {
    const link = [{ relation: 'next', url: `${side.base}AllergyIntolerance?page=${page++}x` }]
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', link, entry: [{ resource: patientLike() }] })
    return true
  }
  await assert.rejects(idsOf(serverOn(side)), /nothing new/)
})

test('other resources than those asked for are refused', async () => {
  await using side = await farSide('cursor')
  side.fault = (_url, _request, response) => {
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', entry: [{ resource: patientRecord(1) }] })
    return true
  }
  await assert.rejects(idsOf(serverOn(side)), /other resources/)
})

test('where _elements is read wrongly, the question is asked again without it', async () => {
  await using side = await farSide('cursor')
  const asked: (string | null)[] = []
  side.fault = (url) => {
    asked.push(url.searchParams.get('_elements'))
    return false
  }
  const search = { ...ALLERGIES, params: [['_elements', 'id']] as [string, string][], misread: () => true }
  await drained(searchAll(serverOn(side), search))
  assert.deepEqual(asked.slice(0, 2), ['id', null])
})

test('a remark in the answer is no failure, an error in it is one', async () => {
  await using side = await farSide('cursor')
  let severity = 'warning'
  side.fault = (_url, _request, response) => {
    const entry = [
      { resource: patientLike(), search: { mode: 'match' } },
      { resource: outcome('throttled', 'too many', severity), search: { mode: 'outcome' } },
    ]
    send(response, 200, { resourceType: 'Bundle', type: 'searchset', entry })
    return true
  }
  assert.deepEqual(await idsOf(serverOn(side)), ['a1'])
  severity = 'error'
  await assert.rejects(idsOf(serverOn(side)), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
})
