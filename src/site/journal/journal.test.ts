import assert from 'node:assert/strict'
import { appendFile, mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { AuditLine } from '../../access/access.ts'
import { followLines, openJournalHeader, openLine, readJournalHeader } from '../../access/site-journal.ts'
import { silentLog } from '../../base/log.ts'
import type { JournalHandOver } from '../../pack/link.ts'
import { judgeFile } from './files.ts'
import { type Journal, openJournal } from './journal.ts'
import { JournalWriter } from './writer.ts'

const hub = await generateIdentity()
const recipients = [await identityToRecipient(hub)]
const clock = { now: () => Date.parse('2026-11-23T11:00:00Z') }
let folder = ''
let journal: Journal

const open = () => openJournal({ folder, siteId: 'site_1', recipients, clock, log: silentLog })
const line = (n: number): AuditLine => ({
  at: clock.now(),
  who: { personId: 'person_1', login: 'amy' },
  place: 'site_1',
  what: 'chart-viewed',
  about: { n },
  outcome: 'done',
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-journal-'))
  journal = await open()
})
afterEach(async () => {
  await journal.close().catch(() => {})
  await rm(folder, { recursive: true, force: true })
})

async function numbersIn(offered: JournalHandOver): Promise<unknown[]> {
  const seal = await openJournalHeader(offered.header, hub)
  const { links, fault } = followLines(undefined, offered.lines)
  assert.equal(fault, undefined)
  return links.map((link) => openLine(seal, link).about.n)
}

test('what was appended is handed over, in order, and only once it is confirmed no more', async () => {
  await Promise.all([1, 2, 3].map((n) => journal.append(line(n))))
  const offered = journal.nextHandOver()
  assert.ok(offered)
  assert.deepEqual(await numbersIn(offered), [1, 2, 3])
  assert.deepEqual(journal.nextHandOver(), offered, 'offered again until it is confirmed')
  await journal.settle(offered, { file: offered.file, through: 2 })
  assert.equal(journal.nextHandOver()?.from, 3)
  await journal.settle(offered, { file: offered.file, through: 99 })
  assert.equal(journal.waiting(), 0)
  await journal.settle(offered, { file: offered.file, through: 1 })
  assert.equal(journal.nextHandOver(), undefined, 'an old receipt moves nothing back')
})

test('each start begins a file that names the last line of the one before', async () => {
  await journal.append(line(1))
  await journal.close()
  journal = await open()
  await journal.append(line(2))
  const first = journal.nextHandOver()
  assert.ok(first)
  await journal.settle(first, { file: first.file, through: 1 })
  const second = journal.nextHandOver()
  assert.ok(second)
  const { links } = followLines(undefined, first.lines)
  assert.deepEqual(readJournalHeader(second.header).previous, { file: first.file, seq: 1, hash: links[0]?.hash })
})

test('what the hub confirmed is remembered across a restart', async () => {
  await journal.append(line(1))
  const offered = journal.nextHandOver()
  assert.ok(offered)
  await journal.settle(offered, { file: offered.file, through: 1 })
  await journal.close()
  journal = await open()
  assert.equal(journal.waiting(), 0)
})

test('a torn tail is cut, and every whole line stays', async () => {
  await journal.append(line(1))
  await journal.append(line(2))
  await journal.close()
  const path = join(folder, 'journal-000001.jsonl')
  const whole = await readFile(path)
  for (const tail of ['{"seq":3,"prev', '\0\0\0\0\0', 'rubbish\n', '{"seq":3}\n{"se']) {
    await writeFile(path, whole)
    await appendFile(path, tail)
    journal = await open()
    assert.deepEqual(await readFile(path), whole, JSON.stringify(tail))
    assert.deepEqual(journal.faults(), [])
    await journal.close()
  }
})

test('a line that was taken out of the middle is said, and the file is left for whoever looks into it', async () => {
  for (const n of [1, 2, 3]) await journal.append(line(n))
  await journal.close()
  const path = join(folder, 'journal-000001.jsonl')
  const texts = (await readFile(path, 'utf8')).split('\n')
  const changed = [...texts.slice(0, 2), ...texts.slice(3)].join('\n')
  await writeFile(path, changed)
  journal = await open()
  assert.match(journal.faults()[0] ?? '', /journal-000001.*line 2 is missing/)
  assert.equal(await readFile(path, 'utf8'), changed)
})

test('cut at any byte, a file is believed up to its last whole line and no further', async () => {
  for (const n of [1, 2, 3]) await journal.append(line(n))
  await journal.close()
  const bytes = await readFile(join(folder, 'journal-000001.jsonl'))
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1)
  for (let cut = ends[0] ?? 0; cut <= bytes.length; cut++) {
    const judged = judgeFile('j', bytes.subarray(0, cut))
    const whole = ends.filter((end) => end <= cut).length - 1
    assert.equal(judged.lines.length, whole, `cut at ${cut}`)
    assert.equal(judged.goodBytes, ends[whole])
    assert.equal(judged.fault, undefined)
  }
})

test('lines of a write that failed are taken off the file, and the next file follows from the last that was acknowledged', async () => {
  const writer = await JournalWriter.begin(
    folder,
    { siteId: 'site_1', file: 'journal-000009.jsonl', startedAt: 1, previous: null },
    recipients,
  )
  await writer.append(line(1))
  const path = join(folder, 'journal-000009.jsonl')
  const acknowledged = await readFile(path)
  // What a full disk leaves of lines that were written together: some whole, one torn.
  await appendFile(path, `${acknowledged.toString().split('\n')[1]}\n{"seq":3,`)
  await writer.cutBack()
  assert.deepEqual(await readFile(path), acknowledged)
  await writer.append(line(2))
  const { lines, fault, sizeBytes, goodBytes } = judgeFile('journal-000009.jsonl', await readFile(path))
  assert.equal(fault, undefined)
  assert.equal(sizeBytes, goodBytes)
  assert.equal(lines.length, 2)
  await writer.close()
})

test('many people who look at once share the waits for the disk', async (t) => {
  const lines = 200
  const some = await openFile(join(folder, 'any'), 'a')
  const waits = t.mock.method(Object.getPrototypeOf(some), 'datasync')
  await some.close()
  for (let n = 0; n < 10; n++) await journal.append(line(n))
  assert.equal(waits.mock.callCount(), 10, 'one after another, each waits for itself')
  await Promise.all(Array.from({ length: lines }, (_, n) => journal.append(line(n))))
  assert.equal(journal.waiting(), 10 + lines)
  assert.ok(waits.mock.callCount() <= 10 + 3, `${waits.mock.callCount() - 10} waits for ${lines} lines`)
})
