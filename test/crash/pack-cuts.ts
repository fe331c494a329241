import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { Failure, reasonOf } from '../../src/base/failure.ts'
import type { Carrier } from '../../src/pack/carrier.ts'
import { folderCarrier } from '../../src/pack/carriers/folder.ts'
import { checkPack } from '../../src/pack/check.ts'
import { readAll } from '../../src/pack/files.ts'
import { dataKeysOf, openKeyring } from '../../src/pack/keyring.ts'
import type { Expected } from '../../src/pack/manifest.ts'
import { openPanel } from '../../src/pack/panel.ts'
import { heldManifest, receivePack } from '../../src/pack/receive.ts'
import { openVault } from '../../src/pack/vault/store.ts'
import { changed, chartOf, noteOf, smallPractice } from '../pack/small-practice.ts'

/** What came of many cuts. `torn`: whatever opened and was not what was published; must stay empty. `fellBack`: a reason was given instead. */
export type Cuts = { points: number; opened: number; fellBack: number; torn: string[] }

export type Seeded = { rounds: number; seed: number; said?: (line: string) => void }

/** A number from 0 up to 1 for each call, the same ones for the same seed. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Tells whether what a vault holds is exactly a publication: every file whole, and the panel's one chart says the manifest's number. */
export async function lookInto(
  folder: string,
  expected: Expected,
  identity: string,
): Promise<{ sequence: number } | { reason: string } | { torn: string }> {
  try {
    const vault = await openVault(folder)
    const held = await heldManifest(vault, expected)
    if (held === undefined) return { reason: 'no manifest that verifies' }
    const { manifest } = held
    const keyring = await openKeyring(await readAll(await vault.open(manifest.keyring)), identity, manifest.packId)
    const panel = await openPanel({ manifest, keys: dataKeysOf(keyring), open: (name) => vault.open(name) })
    try {
      const notes = [noteOf(await panel.chart('a')), noteOf(await panel.chart('b'))]
      const { total } = panel.search('sample', { today: '2026-11-23' })
      if (notes.some((note) => note !== `${manifest.sequence}`))
        return { torn: `number ${manifest.sequence} says ${notes.join(' and ')}` }
      if (total !== panel.patients) return { torn: `${panel.patients} patients, ${total} of them found` }
      return { sequence: manifest.sequence }
    } finally {
      await panel.close()
    }
  } catch (thrown) {
    return thrown instanceof Failure ? { reason: thrown.message } : { torn: `not a Failure: ${reasonOf(thrown)}` }
  }
}

function publishedWith(sequence: number) {
  return ['a', 'b'].map((id) => changed(chartOf({ id }, { note: `${sequence}` })))
}

async function note(
  cuts: Cuts,
  folder: string,
  expected: Expected,
  identity: string,
  where: string,
): Promise<number | undefined> {
  const found = await lookInto(folder, expected, identity)
  cuts.points++
  if ('torn' in found) cuts.torn.push(`${where}: ${found.torn}`)
  else if ('reason' in found) cuts.fellBack++
  else cuts.opened++
  return 'sequence' in found ? found.sequence : undefined
}

/** A site that receives pack after pack and loses power at any byte of any transfer: it opens the last pack that it adopted, whole. */
export async function cutWhileReceiving({ rounds, seed }: Seeded): Promise<Cuts> {
  const chance = chanceOf(seed)
  const cuts: Cuts = { points: 0, opened: 0, fellBack: 0, torn: [] }
  await using hub = await smallPractice()
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-cuts-'))
  const expected = {
    practiceId: 'harbor',
    kind: 'panel',
    packId: 'panel',
    hubKeys: [hub.publisher.keys.signing.publicKey],
  } as const
  const good = folderCarrier(hub.folder)
  const sizes = Array.from({ length: 60 }, (_, id) => changed(chartOf({ id: `p${id}` })))
  for (let round = 0, sequence = 0; round < rounds; round++) {
    if (round % 5 === 0) {
      sequence++
      const { signed, manifest } = await hub.publish([...(sequence === 1 ? sizes : []), ...publishedWith(sequence)])
      await hub.vault.adopt('panel', signed, manifest.sequence)
    }
    let left = round % 5 === 4 ? Number.POSITIVE_INFINITY : Math.floor(chance() * 12_000)
    const carrier: Carrier = {
      ...good,
      file: async (name, from) =>
        cut(
          await good.file(name, from),
          () => left,
          (count) => (left -= count),
        ),
    }
    const before = (await heldManifest(await openVault(folder), expected))?.manifest.sequence
    const got = await receivePack({ carrier, vault: await openVault(folder), expected }).catch((thrown: unknown) =>
      reasonOf(thrown),
    )
    const now = await note(cuts, folder, expected, hub.site.identity, `round ${round}`)
    const due = typeof got === 'string' ? before : sequence
    if (now !== due) cuts.torn.push(`round ${round}: ${now} is open, ${due} is due`)
  }
  await rm(folder, { recursive: true })
  return cuts
}

async function* cut(
  bytes: AsyncIterable<Uint8Array>,
  left: () => number,
  taken: (count: number) => void,
): AsyncIterable<Uint8Array> {
  for await (const piece of bytes) {
    const most = left()
    taken(piece.length)
    yield piece.subarray(0, Math.max(0, most))
    if (piece.length > most) throw new Error('the power is gone')
  }
}

/** A disk that lost the end of any file, or gives zeros for it: what opens is what was published, or a reason is given. */
export async function loseTails({ rounds, seed }: Seeded): Promise<Cuts> {
  const chance = chanceOf(seed)
  const cuts: Cuts = { points: 0, opened: 0, fellBack: 0, torn: [] }
  await using hub = await smallPractice()
  for (let sequence = 1; sequence <= 3; sequence++) {
    const { signed, manifest } = await hub.publish(publishedWith(sequence))
    await hub.vault.adopt('panel', signed, manifest.sequence)
  }
  const expected = {
    practiceId: 'harbor',
    kind: 'panel',
    packId: 'panel',
    hubKeys: [hub.publisher.keys.signing.publicKey],
  } as const
  const names = await filesIn(hub.folder)
  for (let round = 0; round < rounds; round++) {
    const name = names[Math.floor(chance() * names.length)] ?? ''
    const whole = await readFile(join(hub.folder, name))
    const at = Math.floor(chance() * whole.length)
    const zeroed = chance() < 0.5
    const bad = zeroed ? Buffer.concat([whole.subarray(0, at), Buffer.alloc(whole.length - at)]) : whole.subarray(0, at)
    await writeFile(join(hub.folder, name), bad)
    const sequence = await note(
      cuts,
      hub.folder,
      expected,
      hub.site.identity,
      `${name} ${zeroed ? 'zeroed' : 'cut'} at ${at}`,
    )
    if (sequence !== undefined && sequence !== 3) cuts.torn.push(`${name} at ${at}: number ${sequence} came back`)
    await writeFile(join(hub.folder, name), whole)
  }
  return cuts
}

async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = []
  for (const name of await readdir(folder, { recursive: true }))
    if ((await stat(join(folder, name))).isFile()) names.push(name)
  return names.toSorted()
}

/**
 * A real process that publishes as fast as it can, killed with SIGKILL again and again: what stands in the vault each time is the last publication, whole, and the next
 * process goes on with a higher number.
 */
export async function killTheWriter({ rounds, seed, said }: Seeded): Promise<Cuts> {
  const chance = chanceOf(seed)
  const cuts: Cuts = { points: 0, opened: 0, fellBack: 0, torn: [] }
  await using hub = await smallPractice()
  const first = await hub.publish(publishedWith(1))
  await hub.vault.adopt('panel', first.signed, first.manifest.sequence)
  const { keys } = hub.publisher
  await writeFile(join(hub.folder, 'writer-keys.json'), JSON.stringify({ keys, recipients: [hub.site.recipient] }))
  const expected = { practiceId: 'harbor', kind: 'panel', packId: 'panel', hubKeys: [keys.signing.publicKey] } as const
  let last = 1
  for (let round = 0; round < rounds; round++) {
    await killedWriter(hub.folder, Math.floor(chance() * 4), Math.floor(chance() * 120))
    const sequence = await note(cuts, hub.folder, expected, hub.site.identity, `kill ${round}`)
    if (sequence === undefined || sequence < last) cuts.torn.push(`kill ${round}: number ${sequence} after ${last}`)
    const held = await heldManifest(hub.vault, expected)
    const checked = held === undefined ? undefined : await checkPack(hub.vault, held.manifest)
    if (checked === undefined || checked.missing.length + checked.damaged.length > 0)
      cuts.torn.push(`kill ${round}: files are missing or damaged`)
    if (sequence !== undefined && sequence > last) said?.(`kill ${round}: publication ${sequence} stands whole`)
    last = sequence ?? last
  }
  if (last === 1) cuts.torn.push('no writer ever published anything')
  return cuts
}

/** The stream stays open afterwards: a writer that cannot speak any more would end by itself. */
function linesOf(stream: Readable, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0
    stream.setEncoding('utf8').on('data', (text) => {
      seen += String(text).split('\n').length - 1
      if (seen >= count) resolve()
    })
  })
}

/** Lets a writer publish so many times, waits so much longer, and kills it. */
async function killedWriter(folder: string, publications: number, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'pack-writer-child.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await Promise.race([linesOf(child.stdout, publications + 1), exited])
  await after(delayMs)
  child.kill('SIGKILL')
  await exited
}
