import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fhirTold } from './fhir-file.ts'

async function asidesOf(name: string, bundle: object): Promise<string[]> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hf-fhir-'))
  const path = join(folder.path, name)
  await writeFile(path, `${JSON.stringify(bundle)}\n`)
  const file = { path, name, delivery: 1, place: 1, asOf: 0, hash: '', bad: false }
  const context = { sourceId: 'drop', asOf: 0, zone: 'UTC', directory: { find: () => undefined } }
  const asides: string[] = []
  for await (const batch of fhirTold(file, context, 1e6))
    for (const { mapped } of batch) if (mapped.type === 'set-aside') asides.push(mapped.because)
  return asides
}

const PATIENT = { resource: { resourceType: 'Patient', id: '1', name: [{ family: 'Ash' }] } }
const issue = (code: string): object => ({ resource: { resourceType: 'OperationOutcome', issue: [{ code }] } })

test('what a Bundle says that it does not hold is told', async () => {
  const table: [object, RegExp | undefined][] = [
    [{ entry: [PATIENT], link: [{ relation: 'self', url: 'x' }] }, undefined],
    [{ entry: [PATIENT], link: [{ relation: 'next', url: 'x' }] }, /one page of several/],
    [{ entry: [PATIENT, issue('incomplete')] }, /left out/],
    [{ entry: [PATIENT, issue('informational')] }, undefined],
    [{ entry: [PATIENT, { request: { method: 'DELETE', url: 'AllergyIntolerance/a' } }] }, /was deleted/],
    [{ entry: [{ ...PATIENT, request: { method: 'PUT', url: 'Patient/1' } }] }, undefined],
  ]
  for (const name of ['all.json', 'all.ndjson'])
    for (const [more, because] of table) {
      const asides = await asidesOf(name, { resourceType: 'Bundle', ...more })
      assert.equal(asides.length, because === undefined ? 0 : 1, JSON.stringify(more))
      if (because !== undefined) assert.match(asides[0] ?? '', because)
    }
})
