import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { recoveryKeyFile } from '../../src/pack/keys.ts'
import type { Manifest } from '../../src/pack/pack.ts'
import { changed, chartOf, type SmallPractice, smallPractice } from '../pack/small-practice.ts'

/**
 * A stranger reads a pack with the `age` and `zstd` programs of the system and what docs/pack-format.md says; nothing of ours opens anything here.
 */
const run = promisify(execFile)
let practice: SmallPractice
let manifest: Manifest
let folder: string

before(async () => {
  practice = await smallPractice()
  folder = await mkdtemp(join(tmpdir(), 'holdfast-age-'))
  const published = await practice.publish(
    Array.from({ length: 200 }, (_, id) => changed(chartOf({ id: `p${id}` }, { note: `note of ${id}` }))),
  )
  manifest = published.manifest
  await writeFile(join(folder, 'recovery.key'), recoveryKeyFile(practice.recovery, 'Harbor Valley', '2026-11-23'))
})
after(async () => {
  await rm(folder, { recursive: true })
  await practice[Symbol.asyncDispose]()
})

function pathOf(name: string): string {
  return join(practice.folder, 'files', name.slice(0, 2), name)
}

async function keyring(): Promise<{ keys: { id: string; key: string }[]; currentKeyId: string }> {
  const { stdout } = await run('age', ['-d', '-i', join(folder, 'recovery.key'), pathOf(manifest.keyring)])
  return JSON.parse(stdout)
}

test('the age program opens the keyring with the printed recovery key', async () => {
  const opened = await keyring()
  assert.equal(opened.keys.length, 1)
  assert.equal(opened.keys[0]?.id, manifest.files[0]?.keyId)
})

test('the age program does not open it with another key', async () => {
  const { stdout } = await run('age-keygen')
  await writeFile(join(folder, 'other.key'), stdout)
  await assert.rejects(
    run('age', ['-d', '-i', join(folder, 'other.key'), pathOf(manifest.keyring)]),
    /no identity matched/,
  )
})

test('a key that age-keygen made can be a recovery key', async () => {
  const { stdout } = await run('age-keygen')
  const recipient = /public key: (age1\S+)/.exec(stdout)?.[1] ?? ''
  await writeFile(join(folder, 'theirs.key'), stdout)
  await using other = await smallPractice({ recoveryRecipients: [recipient] })
  const published = await other.publish([changed(chartOf({ id: 'p1' }))])
  const { keyring: name } = published.manifest
  const path = join(other.folder, 'files', name.slice(0, 2), name)
  const opened: { packId: string } = JSON.parse(
    (await run('age', ['-d', '-i', join(folder, 'theirs.key'), path])).stdout,
  )
  assert.equal(opened.packId, 'panel')
})

/** A sealed file after the document: header, chunks of 16,384 bytes and a tag, counter nonces, the last one flagged. */
async function plainOf(name: string, role: string): Promise<Buffer> {
  const { keys } = await keyring()
  const sealed = await readFile(pathOf(name))
  const header = sealed.subarray(0, 48)
  const key = Buffer.from(
    hkdfSync('sha256', Buffer.from(keys[0]?.key ?? '', 'base64'), header.subarray(16), 'holdfast-pack/1 file', 32),
  )
  const pieces: Buffer[] = []
  for (let at = 48, index = 0; at < sealed.length; at += 16_400, index++) {
    const chunk = sealed.subarray(at, at + 16_400)
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32BE(index, 7)
    nonce[11] = at + 16_400 >= sealed.length ? 1 : 0
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAAD(Buffer.concat([header, Buffer.from(`harbor\npanel\npanel\n${role}`)]))
    decipher.setAuthTag(chunk.subarray(-16))
    pieces.push(decipher.update(chunk.subarray(0, -16)), decipher.final())
  }
  return Buffer.concat(pieces)
}

test('with the keys that age gave, the document alone leads to every chart', async () => {
  const [base] = manifest.files
  assert.ok(base !== undefined)
  const plain = await plainOf(base.name, 'base')
  const length = plain.readUInt32LE(plain.length - 4)
  const directory: { charts: number; sections: Record<string, { at: number; size: number }> } = JSON.parse(
    plain.toString('utf8', plain.length - 4 - length, plain.length - 4),
  )
  assert.equal(directory.charts, 200)
  const section = (name: string): Buffer => {
    const extent = directory.sections[name]
    assert.ok(extent !== undefined)
    return unpacked(plain.subarray(extent.at, extent.at + extent.size))
  }
  const sizes = section('blockSizes')
  const charts: { patient: { id: string } }[] = []
  for (let block = 0, at = 0; block * 4 < sizes.length; block++) {
    const size = sizes.readUInt32LE(block * 4)
    for (const line of unpacked(plain.subarray(at, at + size))
      .toString('utf8')
      .split('\n'))
      charts.push(JSON.parse(line))
    at += size
  }
  assert.equal(charts.length, 200)
  const rows = section('rows').toString('utf8').trimEnd().split('\n')
  const places = section('places')
  const firstOfBlock = charts.length > 0 ? JSON.parse(rows[0] ?? '[]')[0] : undefined
  const place = places.readUInt32LE(0)
  assert.equal(charts[lineBefore(Math.floor(place / 64), sizes, plain) + (place % 64)]?.patient.id, firstOfBlock)
})

/** How many charts stand in the blocks before this one. */
function lineBefore(block: number, sizes: Buffer, plain: Buffer): number {
  let lines = 0
  for (let number = 0, at = 0; number < block; number++) {
    const size = sizes.readUInt32LE(number * 4)
    lines += unpacked(plain.subarray(at, at + size))
      .toString('utf8')
      .split('\n').length
    at += size
  }
  return lines
}

/** By the zstd program, so that nothing here depends on how we pack. */
function unpacked(frame: Buffer): Buffer {
  return execFileSync('zstd', ['-d', '-c'], { input: frame })
}
