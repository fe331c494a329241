import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Failure } from '../base/failure.ts'
import { type Expected, parseSigned, verifyManifest } from './manifest.ts'
import type { Manifest } from './pack.ts'
import { newSigningKey, signManifest } from './signing.ts'

const signing = newSigningKey()
const manifest: Manifest = {
  format: 'holdfast-pack/1',
  practiceId: 'harbor',
  kind: 'panel',
  packId: 'panel',
  sequence: 7,
  publishedAt: 1_790_000_000_000,
  keyring: 'a'.repeat(64),
  files: [{ name: 'b'.repeat(64), sizeBytes: 100, role: 'base', keyId: 'k1' }],
  freshness: {
    schedule: undefined,
    keyData: 5,
    roster: undefined,
    sources: [{ sourceId: 'ehr', asOf: 5 }],
    canary: undefined,
  },
}
const expected: Expected = {
  practiceId: 'harbor',
  kind: 'panel',
  packId: 'panel',
  hubKeys: [signing.publicKey],
}
const signed = (text: string = JSON.stringify(manifest)) => signManifest(text, signing)

test('a manifest that the hub signed is read as it was written', () => {
  assert.deepEqual(verifyManifest(signed(), expected), manifest)
})

test('that the practice was still being loaded may be said or not', () => {
  for (const loading of [true, false]) {
    const said = { ...manifest, loading }
    assert.deepEqual(verifyManifest(signed(JSON.stringify(said)), expected), said)
  }
})

test('how old single lists of a source are may be said; lists of a newer version are left aside', () => {
  const of = (source: object) =>
    verifyManifest(signed(JSON.stringify({ ...manifest, freshness: { sources: [source] } })), expected).freshness
      .sources
  assert.deepEqual(of({ sourceId: 'ehr', asOf: 5, sections: { allergies: 3, results: 4 } }), [
    { sourceId: 'ehr', asOf: 5, sections: { allergies: 3, results: 4 } },
  ])
  assert.deepEqual(of({ sourceId: 'ehr', asOf: 5, sections: { devices: 3 } }), [{ sourceId: 'ehr', asOf: 5 }])
  assert.deepEqual(of({ sourceId: 'ehr', asOf: 5 }), [{ sourceId: 'ehr', asOf: 5 }])
  assert.throws(() => of({ sourceId: 'ehr', asOf: 5, sections: { allergies: 'yesterday' } }), /freshness/)
})

test('a manifest of another practice, kind or pack is refused', () => {
  assert.throws(() => verifyManifest(signed(), { ...expected, practiceId: 'other' }), /another practice/)
  assert.throws(() => verifyManifest(signed(), { ...expected, kind: 'site' }), /it is the pack "panel"/)
  assert.throws(
    () => verifyManifest(signed(), { ...expected, packId: 'site-1' }),
    /it is the pack "panel", not "site-1"/,
  )
})

test('a signature by anybody else counts for nothing', () => {
  const other = signManifest(JSON.stringify(manifest), newSigningKey())
  assert.throws(() => verifyManifest(other, expected), /not signed by this practice/)
  assert.throws(() => verifyManifest({ ...signed(), manifest: `${signed().manifest} ` }, expected), /not signed/)
  assert.throws(() => verifyManifest({ ...signed(), signature: '' }, expected), /not signed/)
})

test('a format of the future says that this machine wants an update', () => {
  const future = signed(JSON.stringify({ ...manifest, format: 'holdfast-pack/2', files: 'otherwise' }))
  assert.throws(() => verifyManifest(future, expected), /"holdfast-pack\/2", which this version does not know/)
})

test('whatever stands in place of a manifest is refused with a reason', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      for (const read of [() => parseSigned(text), () => verifyManifest(signed(text), expected)]) {
        assert.throws(read, (thrown) => thrown instanceof Failure && thrown.kind === 'permanent')
      }
    }),
    { numRuns: Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 300) },
  )
})
