import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { followLines, openJournalHeader, openLine } from '../../src/access/site-journal.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { journalFiles } from '../../src/site/journal/files.ts'
import { openJournal } from '../../src/site/journal/journal.ts'

/** More rounds for the long run: `HOLDFAST_CRASH_ROUNDS=500`. */
const ROUNDS = Number(process.env.HOLDFAST_CRASH_ROUNDS ?? 6)
const CUTS_A_ROUND = 20
const hub = await generateX25519Identity()
const recipient = await identityToRecipient(hub)

/** A small generator with a seed, so that a round that failed can be played again. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** Lets a program append until it has acknowledged `most`, then kills it as a power cut would. Gives what it acknowledged. */
function appendUntilKilled(folder: string, first: number, together: number, most: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'journal-child.ts'), folder, recipient, String(first), String(together)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString()
      if (said.split('\n').length > most + 1) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', () => {
      // What stands after the last line end was cut off on its way to us, not acknowledged.
      resolve(
        said
          .split('\n')
          .slice(0, -1)
          .filter((line) => line !== 'ready')
          .map(Number),
      )
    })
  })
}

/** Opens the folder as the next start does, and gives every number that the hub would be handed, file by file. */
async function numbersAfterRestart(folder: string): Promise<{ numbers: number[]; faults: string[] }> {
  const journal = await openJournal({
    folder,
    siteId: 'site_1',
    recipients: [recipient],
    clock: systemClock,
    log: silentLog,
  })
  const numbers: number[] = []
  for (let offered = journal.nextHandOver(); offered !== undefined; offered = journal.nextHandOver()) {
    const seal = await openJournalHeader(offered.header, hub)
    const { links, fault } = followLines(offered.from === 1 ? undefined : lastLink, offered.lines)
    assert.equal(fault, undefined, 'what is handed over is a whole chain')
    numbers.push(...links.map((link) => Number(openLine(seal, link).about.number)))
    lastLink = links.at(-1)
    await journal.settle(offered, { file: offered.file, through: offered.from + offered.lines.length - 1 })
  }
  const faults = journal.faults()
  await journal.close()
  return { numbers, faults }
}
let lastLink: { seq: number; hash: string } | undefined

async function holdsAll(folder: string, acknowledged: number[], what: string): Promise<void> {
  const { numbers, faults } = await numbersAfterRestart(folder)
  assert.deepEqual(faults, [], what)
  assert.equal(new Set(numbers).size, numbers.length, `${what}: no line stands twice`)
  const missing = acknowledged.filter((number) => !numbers.includes(number))
  assert.deepEqual(missing, [], `${what}: nothing acknowledged is lost`)
}

for (let seed = 1; seed <= ROUNDS; seed++) {
  test(`killed at any moment and cut at any byte after it, the journal keeps what it acknowledged (seed ${seed})`, async () => {
    const chance = chanceOf(seed)
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-crash-'))
    try {
      const first = await appendUntilKilled(folder, 1, 1 + chance(6), 5 + chance(60))
      const second = await appendUntilKilled(folder, 10_000, 1 + chance(6), 5 + chance(60))
      const acknowledged = [...first, ...second]
      const name = (await journalFiles(folder)).at(-1) ?? ''
      const whole = await readFile(join(folder, name))
      const durable = bytesThrough(whole, second.length)
      for (let cut = 0; cut < CUTS_A_ROUND; cut++) {
        const copy = `${folder}-cut`
        await cp(folder, copy, { recursive: true })
        // The disk owes us nothing beyond the last fsync: half a line, noughts, or rubbish may stand there.
        const at = durable + chance(whole.length - durable + 1)
        const rubbish = [Buffer.alloc(0), Buffer.alloc(chance(600)), Buffer.from('}'.repeat(chance(50)) + '\n{"seq":')][
          cut % 3
        ]
        await writeFile(join(copy, name), Buffer.concat([whole.subarray(0, at), rubbish ?? Buffer.alloc(0)]))
        await holdsAll(copy, acknowledged, `cut at byte ${at} of ${whole.length}`)
        await rm(copy, { recursive: true })
      }
      await holdsAll(folder, acknowledged, 'killed')
    } finally {
      await rm(folder, { recursive: true, force: true })
      await rm(`${folder}-cut`, { recursive: true, force: true })
    }
  })
}

/** Bytes of the header and of the lines that were acknowledged at the least: lines are acknowledged in order. */
function bytesThrough(bytes: Buffer, lines: number): number {
  let at = 0
  for (let line = 0; line <= lines; line++) at = bytes.indexOf(10, at) + 1
  return at
}
