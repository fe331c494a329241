import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { acknowledgement, secondAcknowledgement } from './acknowledge.ts'
import { batchIn, batchOf } from './batch.ts'
import type { Hl7v2Config } from './config.ts'
import type { Duplicates } from './duplicates.ts'
import type { Frame } from './framing.ts'
import type { Journal } from './journal.ts'
import type { LastSaid } from './last-said.ts'
import { type Decision, decide } from './receive.ts'

export type Tools = { log: Log; clock: Clock }
export type State = {
  heard: Instant | undefined
  taken: number
  known: number
  refused: number
  unwritten: boolean
  serial: number
  lastSaid: LastSaid
}

type Desk = Tools & { config: Hl7v2Config; journal: Journal; duplicates: Duplicates; state: State }

type Received = { answers: string[]; refused: boolean }

/** One frame: a message, or a batch of which every message is stored and answered as if it came alone. */
export async function received(frame: Frame, peer: string, desk: Desk): Promise<Received> {
  const batch = frame.type === 'message' ? batchIn(frame.bytes) : undefined
  if (batch === undefined) return receivedOne(frame, peer, desk)
  if ('because' in batch && frame.type === 'message') {
    const bytes = frame.bytes.subarray(0, 64 * 1024)
    const refusal = {
      type: 'refuse',
      header: undefined,
      code: 'E',
      because: batch.because,
      bytes,
      answer: true,
    } as const
    return refused(refusal, peer, desk)
  }
  const messages = 'messages' in batch ? batch.messages : []
  // All are begun before any is awaited: what comes after the batch is stored after it.
  const all = await Promise.all(messages.map((bytes) => receivedOne({ type: 'message', bytes }, peer, desk)))
  const answer = batchOf(all.flatMap(({ answers }) => answers))
  return { answers: answer === undefined ? [] : [answer], refused: all.some((one) => one.refused) }
}

async function receivedOne(frame: Frame, peer: string, desk: Desk): Promise<Received> {
  const { config, state, clock } = desk
  const now = clock.now()
  const { zone, reading, limits } = config
  const sense = {
    zone,
    fallbackEncoding: reading.fallbackEncoding,
    limitBytes: limits.messageBytes,
    now,
    lastSaid: state.lastSaid.of,
  }
  const decision = decide(frame, sense)
  if (decision.type === 'ignore') {
    if (decision.alive) state.heard = Math.max(state.heard ?? 0, now)
    return { answers: [], refused: false }
  }
  if (decision.type === 'refuse') return refused(decision, peer, desk)
  state.lastSaid.note(decision.sender, decision.said)
  const { header } = decision
  try {
    await keepTaken(decision, peer, now, desk)
    const first = acknowledgement(header, { code: 'A' }, answerOptions(desk, now))
    const second = secondAcknowledgement(header, answerOptions(desk, now))
    return { answers: [first, second].filter((answer) => answer !== undefined), refused: false }
  } catch (thrown) {
    state.unwritten = true
    desk.log.error({ err: thrown }, 'an HL7 message could not be stored and was refused')
    const verdict = { code: 'E', because: 'It cannot be stored at the moment. Send it again.' } as const
    const answer = acknowledgement(header, verdict, answerOptions(desk, now))
    return { answers: answer === undefined ? [] : [answer], refused: false }
  }
}

async function refused(decision: Decision & { type: 'refuse' }, peer: string, desk: Desk): Promise<Received> {
  const now = desk.clock.now()
  await keepRefused(decision, peer, now, desk)
  const verdict = { code: decision.code, because: decision.because }
  const answer = decision.answer ? acknowledgement(decision.header, verdict, answerOptions(desk, now)) : undefined
  return { answers: answer === undefined ? [] : [answer], refused: true }
}

function answerOptions({ state, config }: Desk, now: Instant): Parameters<typeof acknowledgement>[2] {
  state.serial += 1
  return { now, serial: `HF${state.serial.toString(36).toUpperCase()}`, mode: config.acknowledge }
}

async function keepTaken(decision: Decision & { type: 'take' }, peer: string, now: Instant, desk: Desk): Promise<void> {
  const { journal, duplicates, state } = desk
  const { sender, controlId, bytes, said } = decision
  const outcome = await duplicates.once(sender, controlId, bytes, () => journal.append({ at: now, said, peer }, bytes))
  state.unwritten = false
  state.heard = Math.max(state.heard ?? 0, said)
  if (outcome === 'new') state.taken += 1
  else state.known += 1
}

/** A refused message is kept for a person where the disk lets us; its sender has been told either way. */
async function keepRefused(
  decision: Decision & { type: 'refuse' },
  peer: string,
  now: Instant,
  desk: Desk,
): Promise<void> {
  desk.state.refused += 1
  desk.log.warn({ peer, because: decision.because }, 'an HL7 message was refused')
  const { journal } = desk
  try {
    await journal.append({ at: now, said: now, peer, refused: decision.because }, decision.bytes)
  } catch (thrown) {
    desk.log.error({ err: thrown }, 'a refused HL7 message could not be kept')
  }
}
