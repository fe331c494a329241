import assert from 'node:assert/strict'
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { CHUNK, HEADER, inMemory, makeSealer, openBytes, openSealed, type SealContext, sealBytes, TAG } from './seal.ts'

const key = randomBytes(32)
const context: SealContext = { practiceId: 'harbor', kind: 'panel', packId: 'panel', role: 'base' }

test('what was sealed opens, whatever its length, and any part of it opens alone', async () => {
  for (const length of [0, 1, 15, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 77]) {
    const plain = randomBytes(length)
    const sealed = sealBytes(key, context, plain)
    assert.deepEqual(await openBytes(key, context, sealed), plain, `${length} bytes`)
    const file = await openSealed(key, context, inMemory(sealed))
    assert.equal(file.sizeBytes, length)
    for (const [from, count] of [
      [0, Math.min(10, length)],
      [Math.floor(length / 2), Math.floor(length / 3)],
      [Math.max(0, length - 1), Math.min(1, length)],
    ] as const) {
      assert.deepEqual(await file.read(from, count), plain.subarray(from, from + count))
    }
  }
})

test('a file that is written in pieces opens like one that was written at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 6 }), async (lengths) => {
      const pieces = lengths.map((length) => randomBytes(length))
      const sealer = makeSealer(key, context)
      const sealed = Buffer.concat([...pieces.flatMap((piece) => sealer.push(piece)), ...sealer.finish()])
      assert.deepEqual(await openBytes(key, context, sealed), Buffer.concat(pieces))
    }),
    { numRuns: 30 },
  )
})

test('a file opens only for the practice, pack and role that it was sealed for', async () => {
  const sealed = sealBytes(key, context, randomBytes(100))
  for (const other of [{ practiceId: 'east' }, { kind: 'site' }, { packId: 'site-1' }, { role: 'increment' }] as const)
    await assert.rejects(openBytes(key, { ...context, ...other }, sealed), /not what it claims to be/)
  await assert.rejects(openBytes(randomBytes(32), context, sealed), /not what it claims to be/)
})

test('any flipped bit is found', async () => {
  const sealed = sealBytes(key, context, randomBytes(300))
  for (let at = 0; at < sealed.length; at++) {
    const bad = Buffer.from(sealed)
    bad[at] = (bad[at] ?? 0) ^ (1 << (at % 8))
    await assert.rejects(openBytes(key, context, bad), /newer version|changed, cut/, `bit in byte ${at}`)
  }
})

test('chunks cannot be cut off, moved or repeated', async () => {
  const sealed = Buffer.from(sealBytes(key, context, randomBytes(3 * CHUNK)))
  const chunk = (n: number): Buffer => sealed.subarray(HEADER + n * (CHUNK + TAG), HEADER + (n + 1) * (CHUNK + TAG))
  const header = sealed.subarray(0, HEADER)
  for (const bad of [
    sealed.subarray(0, HEADER + 2 * (CHUNK + TAG)),
    sealed.subarray(0, sealed.length - 1),
    sealed.subarray(0, HEADER),
    sealed.subarray(0, 10),
    Buffer.concat([header, chunk(1), chunk(0), chunk(2)]),
    Buffer.concat([header, chunk(0), chunk(0), chunk(2)]),
    Buffer.concat([sealed, chunk(2)]),
  ])
    await assert.rejects(openBytes(key, context, bad))
})

test('the format is what the document says: a reader of a few lines opens a file', () => {
  const plain = Buffer.from('a chart, say')
  const sealed = Buffer.from(sealBytes(key, context, plain))
  const header = sealed.subarray(0, 48)
  assert.equal(header.subarray(0, 9).toString('latin1'), 'HOLDFAST\u0001')
  const fileKey = Buffer.from(hkdfSync('sha256', key, header.subarray(16), 'holdfast-pack/1 file', 32))
  const decipher = createDecipheriv('aes-256-gcm', fileKey, Buffer.from('000000000000000000000001', 'hex'))
  decipher.setAAD(Buffer.concat([header, Buffer.from('harbor\npanel\npanel\nbase')]))
  decipher.setAuthTag(sealed.subarray(-16))
  assert.deepEqual(Buffer.concat([decipher.update(sealed.subarray(48, -16)), decipher.final()]), plain)
})
