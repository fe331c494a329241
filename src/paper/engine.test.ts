import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../base/failure.ts'
import { Press } from './engine.ts'
import type { SheetValues } from './paper.ts'

/** A list of `visits` lines; enough of them keep the press busy for a while. */
function daySheet(visits: number, more: { [name: string]: unknown } = {}): SheetValues {
  return {
    template: 'day-sheet',
    title: 'Day sheet',
    paper: 'us-letter',
    practice: 'Harbor Valley',
    site: 'East',
    day: '2026-11-23',
    sample: true,
    source: 'the EHR',
    asOf: '2026-11-23 05:40, made 06:27',
    number: 'EAST-20261123-day-sheet',
    provider: 'Dr. Ada Fenn',
    headline: `${visits} visits`,
    rows: Array.from({ length: visits }, (_, at) => ({
      time: '08:00',
      name: `Quillfeather ${at}`,
      status: '',
      known: '1961-04-09 (65 y)',
      cells: ['Follow-up', 'Room 1'],
      short: true,
    })),
    addOns: 3,
    ...more,
  }
}

/** Resolves as soon as the press has a child, without waiting for a fixed time. */
async function childOf(press: Press): Promise<number> {
  for (;;) {
    const [pid] = press.children
    if (pid !== undefined) return pid
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('a child that is killed in the middle costs nothing: its sheet is set by the next', async () => {
  await using press = new Press(1)
  const first = press.print(daySheet(400))
  const second = press.print(daySheet(4))
  const pid = await childOf(press)
  process.kill(pid, 'SIGKILL')
  assert.ok((await first).pages > 10)
  assert.equal((await second).pages, 1)
  assert.notEqual(await childOf(press), pid)
})

test('a sheet whose child dies twice is given up for now, and the next is set', async () => {
  await using press = new Press(1)
  const doomed = press.print(daySheet(400)).catch((thrown: unknown) => thrown)
  const next = press.print(daySheet(4))
  const first = await childOf(press)
  process.kill(first, 'SIGKILL')
  for (;;) {
    const pid = await childOf(press)
    if (pid !== first) {
      process.kill(pid, 'SIGKILL')
      break
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  const failed = await doomed
  assert.ok(failed instanceof Failure && failed.kind === 'transient', String(failed))
  assert.equal((await next).pages, 1)
})

test('a sheet that cannot be set says so without a word of the patient, and the others go on', async () => {
  await using press = new Press(1)
  const odd = press
    .print(daySheet(1, { rows: [{ time: '08:00', name: 'Quillfeather' }] }))
    .catch((thrown: unknown) => thrown)
  const next = press.print(daySheet(2))
  const failed = await odd
  assert.ok(failed instanceof Failure && failed.kind === 'permanent', String(failed))
  assert.match(failed.message, /^One sheet could not be set: /)
  assert.doesNotMatch(failed.message, /Quillfeather/)
  assert.equal((await next).pages, 1)
})

test('a character that no font has costs that character, not the sheet', async () => {
  await using press = new Press(1)
  const { pages } = await press.print(daySheet(1, { headline: '1 visit \u{f0000} \u{e123} \u0007 \ud800 \u0085' }))
  assert.equal(pages, 1)
})

test('a name with letters that no font has is told to whoever prints, a note with such is not', async () => {
  await using press = new Press(1)
  const row = { time: '08:00', status: '', known: '1961-04-09 (65 y)', cells: ['Follow-up', ''], short: true }
  const named = (name: string) => press.print(daySheet(1, { rows: [{ ...row, name }], headline: '1 visit \u{e123}' }))
  // A script of the desert of Chad and one of no place: no machine has fonts for both.
  assert.equal((await named('\u{1e900}\u{16ab0}, \u{105c0}\u{16d40}')).namesNotDrawn, 1)
  assert.equal((await named('Nu\u00f1ez, Ana')).namesNotDrawn, 0)
})

test('a press that is put away leaves no process behind', async () => {
  const press = new Press(2)
  await Promise.all([press.print(daySheet(2)), press.print(daySheet(2))])
  const children = press.children
  assert.equal(children.length, 2)
  await press[Symbol.asyncDispose]()
  for (const pid of children) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
})
