import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { framed, makeFramer } from '../../src/connect/hl7v2/framing.ts'
import { openJournal } from '../../src/connect/hl7v2/journal.ts'

const ROUNDS = Number(process.env.HOLDFAST_CRASH_ROUNDS ?? 5)
const MESSAGES = 60

async function listener(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const script = join(import.meta.dirname, 'hl7v2-listener.ts')
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  assert.ok(child.stdout)
  const [line]: Buffer[] = await once(child.stdout, 'data')
  return { child, port: Number(line?.toString()) }
}

const message = (serial: number): Buffer =>
  framed(`MSH|^~\\&|APP|FAC|||20261122||ADT^A08|${serial}|P|2.5\rPID|1||${serial}||Rivera^Ana\r`)

/** Sends what was not acknowledged yet, until all is, or the listener dies; `acknowledged` fills up. */
async function send(port: number, serials: number[], acknowledged: Set<number>, onAnswer: () => void): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  const framer = makeFramer(1e6)
  socket.on('data', (chunk) => {
    for (const frame of framer.push(chunk)) {
      const answer = frame.type === 'message' ? frame.bytes.toString() : ''
      const [, code, serial] = /MSA\|(..)\|(\d+)/.exec(answer) ?? []
      if (code === 'AA') acknowledged.add(Number(serial))
      onAnswer()
      if (serials.every((one) => acknowledged.has(one))) socket.end()
    }
  })
  for (const serial of serials) socket.write(message(serial))
  // A listener that was killed resets its connections: that is an end like any other.
  await new Promise((resolve) => socket.once('close', resolve))
}

test(`a listener that is killed at ${ROUNDS} random moments has every message that it acknowledged, once`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-crash-hl7v2-'))
  const acknowledged = new Set<number>()
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const { child, port } = await listener(folder)
      const left = Array.from({ length: MESSAGES * (round + 1) }, (_none, at) => at).filter(
        (one) => !acknowledged.has(one),
      )
      let answersUntilDeath = Math.floor(Math.random() * MESSAGES)
      const dead = once(child, 'exit')
      await send(port, left, acknowledged, () => {
        answersUntilDeath -= 1
        if (answersUntilDeath <= 0) child.kill('SIGKILL')
      })
      child.kill('SIGKILL')
      await dead
    }
    await using journal = await openJournal({ folder, key: 'k'.repeat(32), rotateBytes: 20_000, log: silentLog })
    const kept: number[] = []
    for await (const line of journal.read(null, journal.end))
      kept.push(Number(/ADT\^A08\|(\d+)/.exec(line.message.toString())?.[1]))
    const lost = [...acknowledged].filter((serial) => !kept.includes(serial))
    assert.deepEqual(lost, [], 'acknowledged and lost')
    assert.equal(new Set(kept).size, kept.length, 'a message is kept twice')
    assert.ok(acknowledged.size > MESSAGES, `only ${acknowledged.size} messages were acknowledged`)
  } finally {
    await rm(folder, { recursive: true })
  }
})
