import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import { type Journal, openJournal } from './journal.ts'

const KEY = 'a secret of more than thirty-two bytes'

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-journal-'))
  try {
    await run(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const opened = (folder: string, key: string | null = KEY, rotateBytes = 1e6): Promise<Journal> =>
  openJournal({ folder, key: key ?? undefined, rotateBytes, log: silentLog })

const append = (journal: Journal, text: string): Promise<void> =>
  journal.append({ at: 2, said: 1, peer: '127.0.0.1' }, Buffer.from(text))

async function all<Line>(lines: AsyncIterable<Line>): Promise<Line[]> {
  const read: Line[] = []
  for await (const line of lines) read.push(line)
  return read
}

async function texts(journal: Journal): Promise<string[]> {
  return (await all(journal.read(null, journal.end))).map(({ message }) => message.toString())
}

const newest = async (folder: string): Promise<string> =>
  join(
    folder,
    (await readdir(folder))
      .filter((name) => name.endsWith('.hl7j'))
      .toSorted()
      .at(-1) ?? '',
  )

test('what was appended is read again, in order, over files and restarts, from any position', () =>
  inFolder(async (folder) => {
    const written = Array.from({ length: 300 }, (_, i) => `message ${i}`)
    {
      await using journal = await opened(folder, KEY, 5000)
      await Promise.all(written.slice(0, 200).map((text) => append(journal, text)))
    }
    await using journal = await opened(folder, KEY, 5000)
    for (const text of written.slice(200)) await append(journal, text)
    assert.ok((await readdir(folder)).length > 3, 'it never began a second file')
    assert.deepEqual(await texts(journal), written)
    const lines = await all(journal.read(null, journal.end))
    for (const at of [0, 1, 150, 298]) {
      const rest = await all(journal.read(lines[at]?.next ?? null, journal.end))
      assert.deepEqual(
        rest.map(({ message }) => message.toString()),
        written.slice(at + 1),
      )
    }
    assert.deepEqual(await all(journal.read(journal.end, journal.end)), [])
  }))

test('a sealed journal shows no word of a message, and opens with no other key', () =>
  inFolder(async (folder) => {
    await using journal = await opened(folder)
    await append(journal, 'PID|1||7||Rivera^Ana')
    assert.doesNotMatch(await readFile(await newest(folder), 'latin1'), /Rivera|127\.0\.0\.1/)
    await using other = await opened(folder, 'another secret of thirty-two bytes or so')
    await assert.rejects(texts(other), (thrown) => thrown instanceof Failure && thrown.kind === 'permanent')
    await assert.rejects(openJournal({ folder, key: undefined, rotateBytes: 1e6, log: silentLog }), Failure)
  }))

test('a tail that a power cut tore is cut off at any byte, kept beside, and nothing before it is lost', () =>
  inFolder(async (folder) => {
    {
      await using journal = await opened(folder)
      for (const text of ['one', 'two', 'three']) await append(journal, text)
    }
    const path = await newest(folder)
    const whole = await readFile(path)
    const ends: number[] = []
    {
      await using journal = await opened(folder)
      for await (const line of journal.read(null, journal.end)) ends.push(line.next.offset)
    }
    for (let cut = ends[1] ?? 0; cut < whole.length; cut += 7) {
      await writeFile(path, whole)
      await truncate(path, cut)
      await using journal = await opened(folder)
      assert.deepEqual(await texts(journal), ['one', 'two'])
      await append(journal, 'four')
      assert.deepEqual(await texts(journal), ['one', 'two', 'four'])
    }
    assert.ok((await readdir(folder)).some((name) => name.endsWith('.torn')))
  }))

test('a record that was changed is found, and new messages are still taken', () =>
  inFolder(async (folder) => {
    {
      await using journal = await opened(folder, null, 1)
      for (const text of ['one', 'two', 'three']) await append(journal, text)
    }
    const path = join(folder, 'messages-000002.hl7j')
    const bytes = await readFile(path)
    const at = bytes.indexOf('one')
    bytes.write('ONE', at)
    await writeFile(path, bytes)
    await using journal = await opened(folder, null, 1)
    await append(journal, 'four')
    await assert.rejects(
      texts(journal),
      (thrown) => thrown instanceof Failure && thrown.kind === 'permanent' && /file 2 .*damaged/.test(thrown.message),
    )
  }))

test('a position of another journal is refused, not read as nothing new', () =>
  inFolder(async (folder) => {
    await using journal = await opened(folder)
    await append(journal, 'one')
    const { end } = journal
    for (const position of [
      { ...end, hash: '0'.repeat(64) },
      { ...end, file: 9 },
      { ...end, offset: end.offset + 1 },
    ])
      await assert.rejects(all(journal.read(position, end)), Failure)
  }))

test('a message that cannot be written is not acknowledged, and the next one can be', () =>
  inFolder(async (folder) => {
    const journal = await opened(folder)
    await append(journal, 'one')
    await journal[Symbol.asyncDispose]()
    await assert.rejects(append(journal, 'two'), (thrown) => thrown instanceof Failure && thrown.kind === 'transient')
    await using again = await opened(folder)
    await append(again, 'three')
    assert.deepEqual(await texts(again), ['one', 'three'])
  }))
