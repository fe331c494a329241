import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changed, chartOf, NO_FRESHNESS, noteOf, smallPractice } from '../../test/pack/small-practice.ts'
import { readAll } from './files.ts'
import { dataKeysOf, openKeyring } from './keyring.ts'
import { newAgeKey } from './keys.ts'
import { openPanel } from './panel.ts'
import { buildBase, preparePanel } from './publish-panel.ts'
import { openBytes } from './seal.ts'
import { isRebuildDue, mergeFrom } from './tiers.ts'

test('a site that is revoked cannot read what is published after, and the others can', async () => {
  await using practice = await smallPractice()
  const west = await newAgeKey()
  const both = { recipients: [practice.site.recipient, west.recipient] }
  const first = await practice.publish(
    ['a', 'b', 'c'].map((id) => changed(chartOf({ id }, { note: 'before' }))),
    both,
  )
  const second = await practice.publish([changed(chartOf({ id: 'a' }, { note: 'second' }))], both)
  const stolen = await practice.keys(second.manifest, west)
  const old = new Set([...first.manifest.files, ...second.manifest.files].map((file) => file.name))

  const third = await practice.publish([changed(chartOf({ id: 'b' }, { note: 'after' }))])
  await assert.rejects(practice.keys(third.manifest, west), /made for others/)
  const fresh = third.manifest.files.filter((file) => !old.has(file.name))
  assert.equal(fresh.length, 1)
  for (const file of fresh) {
    const sealed = await readAll(await practice.vault.open(file.name))
    for (const key of stolen.values()) {
      await assert.rejects(
        openBytes(key, { practiceId: 'harbor', kind: 'panel', packId: 'panel', role: file.role }, sealed),
      )
    }
  }
  const panel = await practice.open(third.manifest)
  assert.equal(noteOf(await panel.chart('b')), 'after')
  assert.equal(noteOf(await panel.chart('a')), 'second')
  await panel.close()
})

test('a base that was being built while a site was revoked is sealed by a key which that site never had', async () => {
  await using practice = await smallPractice()
  const west = await newAgeKey()
  const { publisher, site } = practice
  const charts = [chartOf({ id: 'a' }, { note: 'old' })]
  const base = await buildBase(publisher, { previous: undefined, charts })
  const recipients = [site.recipient, west.recipient]
  const first = await preparePanel(publisher, {
    previous: undefined,
    base,
    changes: [],
    recipients,
    freshness: NO_FRESHNESS,
  })
  const rebuilt = await buildBase(publisher, {
    previous: first.signed,
    charts: [chartOf({ id: 'a' }, { note: 'new' })],
  })
  const second = await preparePanel(publisher, {
    previous: first.signed,
    changes: [],
    recipients: [site.recipient],
    freshness: NO_FRESHNESS,
  })
  const third = await preparePanel(publisher, {
    previous: second.signed,
    base: rebuilt,
    changes: [],
    recipients: [site.recipient],
    freshness: NO_FRESHNESS,
  })
  await assert.rejects(practice.keys(third.manifest, west), /made for others/)
  const panel = await practice.open(third.manifest)
  assert.equal(noteOf(await panel.chart('a')), 'new')
  await panel.close()
})

test('a change that is published while a base is built survives it', async () => {
  await using practice = await smallPractice()
  const { publisher, site } = practice
  const recipients = [site.recipient]
  const base = await buildBase(publisher, { previous: undefined, charts: [chartOf({ id: 'a' }, { note: '1' })] })
  const first = await preparePanel(publisher, {
    previous: undefined,
    base,
    changes: [],
    recipients,
    freshness: NO_FRESHNESS,
  })
  const rebuilt = await buildBase(publisher, { previous: first.signed, charts: [chartOf({ id: 'a' }, { note: '1' })] })
  const changes = [changed(chartOf({ id: 'a' }, { note: '2' }))]
  const second = await preparePanel(publisher, { previous: first.signed, changes, recipients, freshness: NO_FRESHNESS })
  const third = await preparePanel(publisher, {
    previous: second.signed,
    base: rebuilt,
    changes: [],
    recipients,
    freshness: NO_FRESHNESS,
  })
  const panel = await practice.open(third.manifest)
  assert.equal(noteOf(await panel.chart('a')), '2')
  assert.equal(third.manifest.files.length, 2)
  await panel.close()
})

test('nothing changed: a new manifest says how fresh it is, over the same files and the same keyring', async () => {
  await using practice = await smallPractice()
  const first = await practice.publish([changed(chartOf({ id: 'a' }))])
  const second = await practice.publish([], { freshness: { keyData: 77 } })
  assert.deepEqual(second.manifest.files, first.manifest.files)
  assert.equal(second.manifest.keyring, first.manifest.keyring)
  assert.equal(second.manifest.freshness.keyData, 77)
  assert.equal(second.manifest.sequence, first.manifest.sequence + 1)
  assert.deepEqual(second.wrote, { files: 0, bytes: 0 })
})

test('the recovery key opens everything that a site opens', async () => {
  await using practice = await smallPractice()
  const { manifest } = await practice.publish([changed(chartOf({ id: 'a' }, { note: 'kept' }))])
  const panel = await practice.open(manifest, practice.recovery)
  assert.equal(noteOf(await panel.chart('a')), 'kept')
  await panel.close()
})

test('keys that no file needs any more leave the keyring with the old base', async () => {
  await using practice = await smallPractice()
  const all = [changed(chartOf({ id: 'a' }))]
  const first = await practice.publish(all)
  const { manifest } = await practice.publish(all, { rebuild: true })
  const sealed = await readAll(await practice.vault.open(manifest.keyring))
  const keys = dataKeysOf(await openKeyring(sealed, practice.site.identity, 'panel'))
  assert.deepEqual(
    [...keys.keys()],
    manifest.files.map((file) => file.keyId),
  )
  assert.notEqual(manifest.files[0]?.keyId, first.manifest.files[0]?.keyId)
})

test('the first panel wants a base, and says so', async () => {
  await using practice = await smallPractice()
  const request = { previous: undefined, changes: [], recipients: [], freshness: NO_FRESHNESS }
  await assert.rejects(preparePanel(practice.publisher, request), /build one from all charts/)
})

test('a panel of nobody opens and finds nobody', async () => {
  await using practice = await smallPractice()
  const { manifest } = await practice.publish([])
  const panel = await practice.open(manifest)
  assert.equal(panel.patients, 0)
  assert.deepEqual(panel.search('anybody', { today: '2026-11-23' }), { rows: [], total: 0 })
  await panel.close()
})

test('a hub that came back from an old backup can go past the numbers that sites have', async () => {
  await using practice = await smallPractice()
  const { publisher } = practice
  const base = await buildBase(publisher, { previous: undefined, charts: [] })
  const request = {
    previous: undefined,
    base,
    changes: [],
    recipients: [],
    freshness: NO_FRESHNESS,
    sequenceAtLeast: 501,
  }
  assert.equal((await preparePanel(publisher, request)).manifest.sequence, 501)
})

test('the panel opens with nothing but manifest, keys and files', async () => {
  await using practice = await smallPractice()
  const { manifest } = await practice.publish([changed(chartOf({ id: 'a' }))])
  const keys = await practice.keys(manifest)
  await assert.rejects(
    openPanel({ manifest, keys: new Map(), open: (name) => practice.vault.open(name) }),
    /whose key is not in its keyring/,
  )
  const [file] = manifest.files
  assert.ok(file !== undefined)
  const wrong = { ...manifest, files: [{ ...file, sizeBytes: file.sizeBytes + 1 }] }
  await assert.rejects(openPanel({ manifest: wrong, keys, open: (name) => practice.vault.open(name) }), /another size/)
})

test('increments are merged so that each is at least twice the next', () => {
  let sizes: number[] = []
  for (let round = 0; round < 1000; round++) {
    const from = mergeFrom(sizes, 10, 1_000_000)
    sizes = [...sizes.slice(0, from), sizes.slice(from).reduce((sum, size) => sum + size, 10)]
    for (let at = 1; at < sizes.length; at++) assert.ok((sizes[at - 1] ?? 0) >= 2 * (sizes[at] ?? 0), sizes.join(' '))
  }
  assert.ok(sizes.length <= 10)
})

test('an increment of a sixteenth of the base is not merged again, so no publication costs more', () => {
  assert.equal(mergeFrom([13_000, 6_000, 900], 1_000, 200_000), 2)
  assert.equal(mergeFrom([13_000, 6_000, 900], 5_000, 200_000), 1)
})

test('a new base is due when increments pass a quarter of it, but not at once for a small panel', () => {
  assert.equal(isRebuildDue(100_000, [25_000]), false)
  assert.equal(isRebuildDue(100_000, [20_000, 5_001]), true)
  assert.equal(isRebuildDue(10, [400]), false)
  assert.equal(isRebuildDue(10, [501]), true)
})
