import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { changed, chartOf, NO_FRESHNESS, smallPractice } from '../../test/pack/small-practice.ts'
import { Failure } from '../base/failure.ts'
import { readAll } from './files.ts'
import { openKeyring } from './keyring.ts'
import { readManifest } from './manifest.ts'
import { openPanelFile } from './panel-reader.ts'
import { inMemory, type OpenedFile, openBytes, sealBytes } from './seal.ts'
import { parseQuery } from './search/query.ts'

/** Whatever is done to a file, reading it ends, and with a reason. HOLDFAST_FUZZ_ROUNDS makes the long run of it. */
const numRuns = Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 200)

type Mutation = { at: number; how: 'flip' | 'cut' | 'insert' | 'zero' | 'repeat'; count: number; byte: number }

const mutations = fc.array(
  fc.record<Mutation>({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    how: fc.constantFrom('flip', 'cut', 'insert', 'zero', 'repeat'),
    count: fc.integer({ min: 1, max: 64 }),
    byte: fc.integer({ min: 1, max: 255 }),
  }),
  { minLength: 1, maxLength: 4 },
)

function mutate(bytes: Uint8Array, list: readonly Mutation[]): Buffer {
  let out: Buffer = Buffer.from(bytes)
  for (const { at, how, count, byte } of list) {
    const place = Math.floor(at * Math.max(0, out.length - 1))
    const [before, after] = [out.subarray(0, place), out.subarray(place + count)]
    if (how === 'flip') out[place] = (out[place] ?? 0) ^ byte
    else if (how === 'cut') out = Buffer.concat([before, after])
    else if (how === 'insert') out = Buffer.concat([before, Buffer.alloc(count, byte), out.subarray(place)])
    else if (how === 'zero') out.fill(0, place, Math.min(place + count, out.length))
    else out = Buffer.concat([out.subarray(0, place + count), out.subarray(place)])
  }
  return out
}

async function endsWithReason(read: () => Promise<unknown>, orWith?: (result: unknown) => void): Promise<void> {
  try {
    const result = await read()
    orWith?.(result)
  } catch (thrown) {
    assert.ok(thrown instanceof Failure, `not a Failure: ${String(thrown)}`)
    assert.ok(thrown.message.length > 20)
  }
}

await using practice = await smallPractice()
const { manifest, signed } = await practice.publish(
  Array.from({ length: 30 }, (_, id) =>
    changed(chartOf({ id: `p${id}` }, { note: 'n'.repeat(50), restriction: id === 3 ? 'vip' : 'none' })),
  ),
)
const [base] = manifest.files
assert.ok(base !== undefined)
const keys = await practice.keys(manifest)
const key = keys.get(base.keyId) ?? Buffer.alloc(32)
const context = { practiceId: 'harbor', kind: 'panel', packId: 'panel', role: 'base' } as const
const sealed = await readAll(await practice.vault.open(base.name))
const keyring = await readAll(await practice.vault.open(manifest.keyring))
const plain = await openBytes(key, context, sealed)

test('a sealed file that was changed never opens', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      const bad = mutate(sealed, list)
      await endsWithReason(
        () => openBytes(key, context, bad),
        () => assert.ok(bad.equals(sealed)),
      )
    }),
    { numRuns },
  )
})

test('a keyring that was changed never opens', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      const bad = mutate(keyring, list)
      await endsWithReason(
        () => openKeyring(bad, practice.site.identity, 'panel'),
        () => assert.ok(bad.equals(keyring)),
      )
    }),
    { numRuns },
  )
})

test('a manifest whose text was changed ends with a reason, even if somebody signed it', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      const text = mutate(Buffer.from(signed.manifest), list).toString('utf8')
      await endsWithReason(async () => readManifest({ manifest: text }))
    }),
    { numRuns },
  )
})

function opened(bytes: Buffer): OpenedFile {
  const file = inMemory(bytes)
  return {
    sizeBytes: bytes.length,
    read: async (at, length) => Buffer.from(await file.read(at, length)),
    close: async () => {},
  }
}

test('the inside of a panel file that is wrong though rightly sealed ends with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(mutations, async (list) => {
      await endsWithReason(async () => {
        const file = await openPanelFile(opened(mutate(plain, list)))
        for (let row = 0; row < Math.min(file.charts, 3); row++) {
          await file.chartText(row)
          await file.maskedText(row)
        }
      })
    }),
    { numRuns },
  )
})

test('a small file that unpacks to gigabytes is stopped', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024))
  const directory = plain
    .subarray(plain.length - 4 - plain.readUInt32LE(plain.length - 4), plain.length - 4)
    .toString('utf8')
  const moved = directory.replaceAll(/"at":\d+,"size":\d+/g, `"at":0,"size":${bomb.length}`)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(Buffer.byteLength(moved))
  await assert.rejects(
    openPanelFile(opened(Buffer.concat([bomb, Buffer.from(moved), length]))),
    /not as the format says/,
  )
})

test('whatever is typed is read as something, quickly', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 400 })), (text) => {
      assert.ok(parseQuery(text).length <= 8)
    }),
    { numRuns },
  )
})

test('nothing of a patient stands in what travels, but sealed', async () => {
  const text = Buffer.concat([sealed, keyring]).toString('latin1') + JSON.stringify(signed)
  for (const word of ['Sample', 'M-p1', '1980-03-07', 'nnnnn']) assert.ok(!text.includes(word), word)
  assert.deepEqual(readManifest(signed).freshness, NO_FRESHNESS)
  assert.ok(sealBytes(key, context, Buffer.from('Sample')).every((byte) => byte >= 0))
})
