import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Instant } from '../../base/time.ts'
import type { EhrSource, ReadRequest, SourcePart, SourceSignal } from '../ehr.ts'
import type { Hl7v2Config } from './config.ts'
import { type Duplicates, makeDuplicates } from './duplicates.ts'
import { decodeMessage } from './encoding.ts'
import { type Journal, openJournal } from './journal.ts'
import type { Position } from './journal-lines.ts'
import { makeLastSaid } from './last-said.ts'
import { type Listener, listen } from './listener.ts'
import { parseMessage } from './message.ts'
import { readLines } from './read.ts'
import { senderOf } from './receive.ts'
import { received, type State, type Tools } from './take.ts'

export type Hl7v2Source = EhrSource & { readonly port: number }

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
