import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { changed, chartOf, noteOf, type SmallPractice, smallPractice } from '../../test/pack/small-practice.ts'
import type { Carrier } from './carrier.ts'
import { folderCarrier } from './carriers/folder.ts'
import { checkPack } from './check.ts'
import { namesOf } from './files.ts'
import type { Expected } from './manifest.ts'
import { mirrorPack } from './mirror.ts'
import { openPanel } from './panel.ts'
import { receivePack, sweepVault } from './receive.ts'
import { openVault } from './vault/store.ts'

function expectedOf(practice: SmallPractice): Expected {
  return { practiceId: 'harbor', kind: 'panel', packId: 'panel', hubKeys: [practice.publisher.keys.signing.publicKey] }
}

async function withNote(practice: SmallPractice, note: string) {
  return practice.publish([changed(chartOf({ id: 'a' }, { note })), changed(chartOf({ id: note }))])
}

test('a pack comes over a carrier, is adopted, and the next one costs only what is new', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const carrier = folderCarrier(join(other.folder, 'stick'))
  const first = await withNote(practice, 'one')
  await mirrorPack(practice.vault, carrier, first.signed)
  const got = await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  assert.equal(got.outcome, 'adopted')
  assert.deepEqual(await other.vault.current('panel'), first.signed)

  const second = await withNote(practice, 'two')
  const sent = await mirrorPack(practice.vault, carrier, second.signed)
  assert.equal(sent.files, 1)
  const next = await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  assert.deepEqual(next.outcome === 'adopted' && next.fetched.files, 1)
  const again = await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  assert.equal(again.outcome, 'nothing-new')
  const panel = await openPanel({
    manifest: second.manifest,
    keys: await practice.keys(second.manifest),
    open: (name) => other.vault.open(name),
  })
  assert.equal(noteOf(await panel.chart('a')), 'two')
  await panel.close()
})

test('an older pack on a forgotten stick does not replace a newer one, even where the manifest was lost', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const stick = folderCarrier(join(other.folder, 'stick'))
  const first = await withNote(practice, 'one')
  await mirrorPack(practice.vault, stick, first.signed)
  const second = await withNote(practice, 'two')
  const carrier = folderCarrier(join(other.folder, 'newer'))
  await mirrorPack(practice.vault, carrier, second.signed)
  await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  const fromStick = () => receivePack({ carrier: stick, vault: other.vault, expected: expectedOf(practice) })
  const marks = { offered: first.manifest.sequence, highWater: second.manifest.sequence }
  assert.deepEqual(await fromStick(), { outcome: 'older', manifest: second.manifest, ...marks })
  assert.deepEqual(await other.vault.current('panel'), second.signed)
  await rm(join(other.folder, 'panel.json'))
  assert.deepEqual(await fromStick(), { outcome: 'older', manifest: undefined, ...marks })
  assert.equal(await other.vault.current('panel'), undefined)
})

test('a manifest with a missing file is not adopted, and the last good pack stays', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const carrier = folderCarrier(practice.folder)
  const first = await withNote(practice, 'one')
  await practice.vault.adopt('panel', first.signed, first.manifest.sequence)
  await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  const second = await withNote(practice, 'two')
  await practice.vault.adopt('panel', second.signed, second.manifest.sequence)
  await practice.vault.discard(second.manifest.files.at(-1)?.name ?? '')
  await assert.rejects(
    receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) }),
    /not in the folder/,
  )
  assert.deepEqual(await other.vault.current('panel'), first.signed)
})

test('a line that breaks off is continued where it broke', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const good = folderCarrier(practice.folder)
  const [base] = published.manifest.files
  const froms: number[] = []
  let cuts = 3
  const carrier: Carrier = {
    ...good,
    async file(name, from) {
      if (name !== base?.name) return good.file(name, from)
      froms.push(from)
      return cutAfter(await good.file(name, from), cuts-- > 0 ? 100 : Number.POSITIVE_INFINITY)
    },
  }
  for (let round = 0; round < 3; round++)
    await assert.rejects(receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) }), /broke off/)
  await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })
  assert.deepEqual(froms, [0, 100, 200, 300])
})

async function* cutAfter(bytes: AsyncIterable<Uint8Array>, most: number): AsyncIterable<Uint8Array> {
  let left = most
  for await (const piece of bytes) {
    yield piece.subarray(0, left)
    left -= piece.length
    if (left <= 0) return
  }
}

test('bytes that were changed on the way are refused and fetched from the start the next time', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const good = folderCarrier(practice.folder)
  let bad = true
  const carrier: Carrier = {
    ...good,
    file: async (name, from) => (bad ? flipped(await good.file(name, from)) : good.file(name, from)),
  }
  await assert.rejects(
    receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) }),
    /not what its name says/,
  )
  bad = false
  assert.equal((await receivePack({ carrier, vault: other.vault, expected: expectedOf(practice) })).outcome, 'adopted')
})

async function* flipped(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of bytes) {
    const copy = Buffer.from(piece)
    copy[0] = (copy[0] ?? 0) ^ 1
    yield copy
  }
}

test('a pack that is not fit for use is not adopted', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const request = { carrier: folderCarrier(practice.folder), vault: other.vault, expected: expectedOf(practice) }
  const tryOut = async (): Promise<void> => {
    throw new Error('does not open here')
  }
  await assert.rejects(receivePack({ ...request, tryOut }), /does not open here/)
  assert.equal(await other.vault.current('panel'), undefined)
})

test('a file that a disk lost is found, and fetched again though nothing new was published', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const request = { carrier: folderCarrier(practice.folder), vault: other.vault, expected: expectedOf(practice) }
  await receivePack(request)
  const [base] = published.manifest.files
  assert.ok(base !== undefined)
  await writeFile(join(other.folder, 'files', base.name.slice(0, 2), base.name), Buffer.alloc(base.sizeBytes))
  const checked = await checkPack(other.vault, published.manifest)
  assert.deepEqual(checked.damaged, [base.name])
  await other.vault.discard(base.name)
  assert.equal((await receivePack(request)).outcome, 'adopted')
  assert.deepEqual((await checkPack(other.vault, published.manifest)).damaged, [])
})

test('two packs under one number are not taken for the same', async () => {
  await using practice = await smallPractice()
  await using other = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const request = { carrier: folderCarrier(practice.folder), vault: other.vault, expected: expectedOf(practice) }
  await receivePack(request)
  const restored = await smallPractice({ keys: practice.publisher.keys })
  const twin = await withNote(restored, 'other')
  await restored.vault.adopt('panel', twin.signed, twin.manifest.sequence)
  await assert.rejects(receivePack({ ...request, carrier: folderCarrier(restored.folder) }), /came back from a backup/)
  await restored[Symbol.asyncDispose]()
})

test('files that nothing names any more are swept, what is current and what is fresh is not', async () => {
  await using practice = await smallPractice()
  const first = await withNote(practice, 'one')
  await practice.publish([changed(chartOf({ id: 'a' }, { note: 'x' }))])
  const last = await practice.publish([changed(chartOf({ id: 'a' }))], { rebuild: true })
  await practice.vault.adopt('panel', last.signed, last.manifest.sequence)
  const names = async (): Promise<string[]> =>
    (await readdir(join(practice.folder, 'files'), { recursive: true })).filter((name) => name.length > 60)
  assert.equal(await sweepVault(practice.vault, ['panel'], 0), 0, 'nothing is older than the beginning of time')
  assert.ok((await names()).length > 3)
  await sweepVault(practice.vault, ['panel'], Number.POSITIVE_INFINITY)
  assert.equal((await names()).length, namesOf(last.manifest).size)
  assert.equal(await practice.vault.has({ name: first.manifest.files[0]?.name ?? '', sizeBytes: 0 }), false)
})

test('a vault that was opened again knows what was adopted', async () => {
  await using practice = await smallPractice()
  const published = await withNote(practice, 'one')
  await practice.vault.adopt('panel', published.signed, published.manifest.sequence)
  const again = await openVault(practice.folder)
  assert.deepEqual(await again.current('panel'), published.signed)
  assert.equal(await again.highWater('panel'), 1)
  await assert.rejects(again.current('../secrets'), /letters, digits/)
})
