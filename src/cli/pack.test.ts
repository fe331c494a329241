import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { changed, chartOf, NO_FRESHNESS, type SmallPractice, smallPractice } from '../../test/pack/small-practice.ts'
import { recoveryKeyFile } from '../pack/keys.ts'
import { prepareSite } from '../pack/publish-site.ts'
import { openVault } from '../pack/vault/store.ts'
import { type SiteFacts, writeFacts } from '../site/local/facts.ts'
import { siteFolder } from '../site/local/folder.ts'

type Said = { code: number; out: string }

function holdfast(...words: string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'holdfast.ts'), ...words], (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out: `${out}${err}` }),
    )
  })
}

type Clinics = AsyncDisposable & {
  practice: SmallPractice
  folder: string
  hubKey: string
  siteData(name: string): Promise<string>
}

/** A practice whose packs stand in the folder of one site, and a second site's empty folder. */
async function clinics(): Promise<Clinics> {
  const practice = await smallPractice()
  const folder = await mkdtemp(join(tmpdir(), 'hf-cli-pack-'))
  const hubKey = practice.publisher.keys.signing.publicKey
  return {
    practice,
    folder,
    hubKey,
    async siteData(name) {
      const data = join(folder, name)
      const facts: SiteFacts = {
        format: 'holdfast-site/1',
        siteId: 'site-east',
        siteName: 'East',
        practiceId: 'harbor',
        practiceName: 'Harbor Valley',
        hubUrl: 'http://127.0.0.1:9',
        hubSigningKeys: [hubKey],
        hubRecipient: practice.publisher.keys.recipient,
        recipient: practice.site.recipient,
        caPem: '',
        tlsCertificatePem: '',
        enrolledAt: 0,
        carriers: [],
      }
      await writeFacts(siteFolder(data), facts)
      return data
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true })
      await practice[Symbol.asyncDispose]()
    },
  }
}

const LIMITS = { staleAfterMs: 1, expiredAfterMs: 2 }

async function publishBoth({ practice }: Clinics, vaultFolder: string): Promise<void> {
  const vault = await openVault(vaultFolder)
  practice.publisher.vault = vault
  practice.vault = vault
  const panel = await practice.publish([
    changed(chartOf({ id: 'p1', name: { family: 'Muñoz', given: ['Ana'] } }, { note: 'stable' })),
    changed(
      chartOf({ id: 'p2', name: { family: 'Hidden', given: ['Kim'] } }, { note: 'secret', restriction: 'part2' }),
    ),
  ])
  await vault.adopt('panel', panel.signed, panel.manifest.sequence)
  const site = await prepareSite(practice.publisher, {
    siteId: 'site-east',
    previous: undefined,
    madeBefore: undefined,
    contents: {
      schedule: { from: 0, to: 1, appointments: [] },
      settings: {
        practiceId: 'harbor',
        practiceName: 'Harbor Valley',
        siteId: 'site-east',
        siteName: 'East',
        zone: 'UTC',
        locationIds: [],
        sample: true,
        limits: { schedule: LIMITS, keyData: LIMITS, roster: LIMITS },
        lockAfterMs: 1,
        idleLockMs: 1,
        restrictedPolicy: 'mask',
        paperSize: 'letter',
        printers: [],
        pullEveryMs: 1,
      },
      people: {},
      paper: [{ label: 'day-sheet ../../x', contentHash: 'h', read: async () => Buffer.from('%PDF-1.7') }],
    },
    recipients: [practice.site.recipient],
    freshness: NO_FRESHNESS,
  })
  await vault.adopt('site-east', site.signed, site.manifest.sequence)
}

test('packs go from one machine to another by a stick, and are held against their hashes on the way', async () => {
  await using all = await clinics()
  const from = await all.siteData('first')
  const to = await all.siteData('second')
  const stick = join(all.folder, 'stick')
  await publishBoth(all, siteFolder(from).packs)

  const exported = await holdfast('pack', 'export', '--to', stick, '--data', from)
  assert.equal(exported.code, 0, exported.out)
  assert.match(exported.out, /panel, no\. 1: 2 files .* read back and right/)
  assert.match(await readFile(join(stick, 'README.txt'), 'utf8'), /holdfast pack import/)

  const verified = await holdfast('pack', 'verify', stick, '--hub-key', all.hubKey)
  assert.equal(verified.code, 0, verified.out)
  assert.match(verified.out, /whole {6}panel, no\. 1, published 2026-11-23 11:00 UTC: 2 files, .* signature right/)

  const imported = await holdfast('pack', 'import', '--from', stick, '--data', to)
  assert.equal(imported.code, 0, imported.out)
  assert.match(imported.out, /site-east: no\. 1, .*, adopted\npanel: no\. 1, .*, adopted/)
  const again = await holdfast('pack', 'import', '--from', stick, '--data', to)
  assert.match(again.out, /panel: nothing newer on the stick/)

  const [shelf = ''] = (await readdir(join(stick, 'files'))).toSorted()
  const [name = ''] = await readdir(join(stick, 'files', shelf))
  const path = join(stick, 'files', shelf, name)
  const bytes = await readFile(path)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  await writeFile(path, bytes)
  const damaged = await holdfast('pack', 'verify', stick)
  assert.equal(damaged.code, 1)
  assert.match(damaged.out, /NOT WHOLE .*1 damaged/)
})

test('the recovery key opens packs when nothing else is left: search, one chart, everything', async () => {
  await using all = await clinics()
  const data = await all.siteData('only')
  const { packs } = siteFolder(data)
  await publishBoth(all, packs)
  const key = join(all.folder, 'recovery.key')
  await writeFile(key, recoveryKeyFile(all.practice.recovery, 'Harbor Valley', '2026-11-23', all.hubKey))
  const open = (...words: string[]): Promise<Said> =>
    holdfast('pack', 'open', '--recovery-key', key, '--from', packs, ...words)

  assert.match((await open()).out, /2 patients/)
  assert.match((await open('--search', 'munoz')).out, /p1 {2}Muñoz, Ana {2}born 1980-03-07 .*MRN M-p1/)
  assert.match((await open('--patient', 'p1')).out, /"text": "stable"/)
  assert.doesNotMatch((await open('--patient', 'p2')).out, /secret/)
  assert.match((await open('--patient', 'p2', '--restricted')).out, /secret/)

  const out = join(all.folder, 'out')
  const written = await open('--out', out)
  assert.equal(written.code, 0, written.out)
  const charts = await readFile(join(out, 'charts.ndjson'), 'utf8')
  assert.equal(charts.trimEnd().split('\n').length, 2)
  assert.ok(!charts.includes('secret'))
  assert.equal((await stat(join(out, 'charts.ndjson'))).mode & 0o777, 0o600)
  assert.deepEqual((await readdir(join(out, 'site-east'))).toSorted(), [
    'day-sheet .._.._x.pdf',
    'schedule.json',
    'settings.json',
  ])
})

test('a wrong key, a wrong folder and a forged pack are told apart', async () => {
  await using all = await clinics()
  const data = await all.siteData('only')
  const { packs } = siteFolder(data)
  await publishBoth(all, packs)
  const key = join(all.folder, 'recovery.key')
  const open = (...words: string[]): Promise<Said> => holdfast('pack', 'open', '--recovery-key', key, ...words)
  assert.match((await open('--from', packs)).out, /recovery key cannot be read/)
  await writeFile(key, 'nothing\n')
  assert.match((await open('--from', packs)).out, /holds no line that begins with AGE-SECRET-KEY-1/)
  await using stranger = await smallPractice()
  await writeFile(key, stranger.recovery.identity)
  assert.match((await open('--from', packs)).out, /made for others[^]*No pack in .* opens with this key/)
  await writeFile(key, all.practice.recovery.identity)
  assert.match((await open('--from', join(all.folder, 'nowhere'))).out, /cannot be read/)
  assert.match(
    (await open('--from', packs, '--hub-key', stranger.publisher.keys.signing.publicKey)).out,
    /may be forged/,
  )
  const notEnrolled = await holdfast('pack', 'import', '--from', packs, '--data', join(all.folder, 'new'))
  assert.equal(notEnrolled.code, 1)
  assert.match(notEnrolled.out, /Enrol it first/)
})
