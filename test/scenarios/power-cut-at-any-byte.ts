import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Cuts, cutWhileReceiving, killTheWriter, loseTails } from '../crash/pack-cuts.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The power goes at more than 500 seeded moments of pack writing and journal appending; nothing opens torn, nothing acknowledged is lost'

/** `HOLDFAST_CRASH_ROUNDS=60` makes a short sample of it. */
const ROUNDS = Number(process.env.HOLDFAST_CRASH_ROUNDS ?? 260)

export async function play(tell: Tell, { seed, signal }: PlayOptions): Promise<void> {
  const received = whole(await cutWhileReceiving({ rounds: ROUNDS, seed }))
  tell(
    `${received.points} transfers of packs are cut at any byte: ${received.opened} times the last good pack opens, never a torn one.`,
  )
  const tails = whole(await loseTails({ rounds: ROUNDS, seed }))
  tell(
    `${tails.points} sealed files lose their end or get noughts there: ${tails.fellBack} are refused with a reason, none opens as something else.`,
  )
  const killed = whole(await killTheWriter({ rounds: Math.ceil(ROUNDS / 10), seed }))
  tell(
    `${killed.points} times the publishing program is killed (-9) at a random moment: the last publication stands, and the next goes on.`,
  )
  const journalRounds = Math.ceil(ROUNDS / 20)
  const said = await journalTests(journalRounds, signal)
  assert.match(said, new RegExp(`^# pass ${journalRounds}$`, 'm'), said.slice(-2000))
  assert.match(said, /^# fail 0$/m)
  tell(
    `${journalRounds} appending programs are killed (-9), and their last file cut at ${journalRounds * 20} places after the last fsync: every acknowledged line is there, none twice.`,
  )
}

function whole(cuts: Cuts): Cuts {
  assert.deepEqual(cuts.torn, [])
  assert.ok(cuts.points > 0)
  return cuts
}

async function journalTests(rounds: number, signal: AbortSignal): Promise<string> {
  const file = join(import.meta.dirname, '../crash/journal-power-cut.test.ts')
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], {
    env: { ...env, HOLDFAST_CRASH_ROUNDS: String(rounds) },
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  await once(child, 'close')
  return said
}
