import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock, Instant } from '../../base/time.ts'
import type { EhrSource, ReadRequest, SourcePart, SourceSignal } from '../ehr.ts'
import { acknowledgement } from './acknowledge.ts'
import type { Hl7v2Config } from './config.ts'
import { type Duplicates, makeDuplicates } from './duplicates.ts'
import { decodeMessage } from './encoding.ts'
import type { Frame } from './framing.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Position } from './journal-lines.ts'
import { type LastSaid, makeLastSaid } from './last-said.ts'
import { type Listener, listen } from './listener.ts'
import { parseMessage } from './message.ts'
import { readLines } from './read.ts'
import { type Decision, decide, senderOf } from './receive.ts'

export type Hl7v2Source = EhrSource & { readonly port: number }

type Tools = { log: Log; clock: Clock }
type State = {
  heard: Instant | undefined
  taken: number
  known: number
  refused: number
  unwritten: boolean
  serial: number
  lastSaid: LastSaid
}

/**
 * Listens for HL7 v2 over MLLP. What is acknowledged with AA (or CA) is in the message journal on this machine's disk; `read` tells what the journal
 * says from a cursor on, so a lost hub is rebuilt by reading from the start. Failure `permanent` when the address or the journal cannot be had.
 */
export async function openHl7v2Source(config: Hl7v2Config, { log, clock }: Tools): Promise<Hl7v2Source> {
  const journal = await openJournal({ ...config.journal, key: config.journal.key, log })
  const state: State = {
    heard: undefined,
    taken: 0,
    known: 0,
    refused: 0,
    unwritten: false,
    serial: clock.now(),
    lastSaid: makeLastSaid(),
  }
  const duplicates = makeDuplicates()
  let listener: Listener
  try {
    await recall(journal, config, duplicates, state, log)
    listener = await listen(
      config,
      (frame, peer) => received(frame, peer, { config, journal, duplicates, state, log, clock }),
      log,
    )
  } catch (thrown) {
    await journal[Symbol.asyncDispose]()
    throw thrown
  }
  return {
    id: config.id,
    kind: 'hl7v2',
    port: listener.port,
    probe: (signal) => Promise.resolve(probed(config, state, listener, journal, clock.now(), signal)),
    read: (request) => readFrom(config, journal, state, request),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      await journal[Symbol.asyncDispose]()
    },
  }
}

/** What was heard before the program started: how current we are, and which messages may come again. */
async function recall(
  journal: Journal,
  config: Hl7v2Config,
  duplicates: Duplicates,
  state: State,
  log: Log,
): Promise<void> {
  try {
    for await (const { received, message } of journal.readNewest()) {
      if (received.refused !== undefined) continue
      state.heard = Math.max(state.heard ?? 0, received.said)
      const parsed = parseMessage(headerLine(message, config))
      if (!('message' in parsed)) continue
      const { header } = parsed.message
      duplicates.remember(senderOf(header), header.get(10), message)
      state.lastSaid.note(senderOf(header), received.said)
    }
  } catch (thrown) {
    // New messages must be taken all the same; reading the journal says what is wrong with it.
    log.error({ err: thrown }, 'the message journal could not be recalled')
  }
}

function headerLine(message: Buffer, config: Hl7v2Config): string {
  const { text } = decodeMessage(message.subarray(0, 64 * 1024), config.reading.fallbackEncoding)
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? ''
}

type Desk = Tools & { config: Hl7v2Config; journal: Journal; duplicates: Duplicates; state: State }

async function received(
  frame: Frame,
  peer: string,
  desk: Desk,
): Promise<{ answer: string | undefined; refused: boolean }> {
  const { config, state, clock } = desk
  const now = clock.now()
  const { zone, reading, limits, acknowledge } = config
  const sense = {
    zone,
    fallbackEncoding: reading.fallbackEncoding,
    limitBytes: limits.messageBytes,
    now,
    lastSaid: state.lastSaid.of,
  }
  const answerOptions = (): Parameters<typeof acknowledgement>[2] => {
    state.serial += 1
    return { now, serial: `HF${state.serial.toString(36).toUpperCase()}`, mode: acknowledge }
  }
  const decision = decide(frame, sense)
  if (decision.type === 'ignore') {
    if (decision.alive) state.heard = Math.max(state.heard ?? 0, now)
    return { answer: undefined, refused: false }
  }
  if (decision.type === 'refuse') {
    await keepRefused(decision, peer, now, desk)
    const verdict = { code: decision.code, because: decision.because }
    const answer = decision.answer ? acknowledgement(decision.header, verdict, answerOptions()) : undefined
    return { answer, refused: true }
  }
  state.lastSaid.note(decision.sender, decision.said)
  try {
    await keepTaken(decision, peer, now, desk)
    return { answer: acknowledgement(decision.header, { code: 'A' }, answerOptions()), refused: false }
  } catch (thrown) {
    state.unwritten = true
    desk.log.error({ err: thrown }, 'an HL7 message could not be stored and was refused')
    const verdict = { code: 'E', because: 'It cannot be stored at the moment. Send it again.' } as const
    return { answer: acknowledgement(decision.header, verdict, answerOptions()), refused: false }
  }
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

function probed(
  config: Hl7v2Config,
  state: State,
  listener: Listener,
  journal: Journal,
  now: Instant,
  signal: AbortSignal | undefined,
): SourceSignal {
  const no = (because: string): SourceSignal => ({ answered: false, kind: 'transient', tookMs: 0, because })
  if (signal?.aborted) return no('The probe was called off.')
  const peers = listener.peers === 1 ? '1 sender is connected' : `${listener.peers} senders are connected`
  const counts = `${state.taken} messages taken, ${state.known} came twice, ${state.refused} refused since the start`
  const told = [`Listening on port ${listener.port}; ${peers}; ${counts}.`, ...journal.faults].join(' ')
  if (state.unwritten) return no(`${told} The last message could not be stored: look at the disk of this machine.`)
  if (state.heard === undefined) return no(`${told} No message has come yet.`)
  if (config.silentAfterMs !== undefined && now - state.heard > config.silentAfterMs)
    return no(`${told} The sender has been silent for longer than it may be.`)
  return { answered: true, asOf: state.heard, tookMs: 0, because: told }
}

async function* readFrom(
  config: Hl7v2Config,
  journal: Journal,
  state: State,
  request: ReadRequest,
): AsyncGenerator<SourcePart> {
  // Both are taken before anything is read: a message that comes meanwhile belongs to the next read.
  const asOf = state.heard
  const from = request.cursor === null ? null : positionOf(request.cursor)
  const end = journal.end
  if (asOf === undefined && journal.isEmpty)
    throw new Failure(
      'transient',
      'No HL7 message has come yet. What other sources told stays in use; look at the sender.',
    )
  try {
    yield* readLines(journal.read(from, end), { config, signal: request.signal })
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw new Failure('transient', `The message journal could not be read (${reasonOf(thrown)}).`, { cause: thrown })
  }
  if (asOf === undefined) throw new Failure('transient', 'Only messages that had to be refused have come so far.')
  yield { type: 'end', asOf, cursor: { ...end } }
}

function positionOf(cursor: NonNullable<ReadRequest['cursor']>): Position {
  const { file, offset, hash } = cursor
  if (typeof file === 'number' && typeof offset === 'number' && typeof hash === 'string') return { file, offset, hash }
  throw new Failure('permanent', 'The cursor is not one of an HL7 v2 source. Read the source from the start.')
}
