import { agoInWords, spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { amountInWords, positionInWords } from './position.ts'
import type { Answer, Said } from './standby.ts'

/** What one side said of itself, as people read it; no more than that is kept. */
export type SideTold = {
  askedAt: Instant
  answered: boolean
  /** By its own word. */
  role: Said['role'] | undefined
  /** What became of the write that was tried on it; undefined where it did not answer. */
  write: Said['write'] | undefined
  says: string
  lines: { what: string; value: string }[]
}

export function toldBy(answer: Answer): SideTold {
  const askedAt = Math.round(answer.askedAt)
  if (!answer.answered)
    return { askedAt, answered: false, role: undefined, write: undefined, says: answer.because, lines: [] }
  const { said } = answer
  const tookMs = Math.round(answer.answeredAt - answer.askedAt)
  return {
    askedAt,
    answered: true,
    role: said.role,
    write: said.write,
    says: SAYS[said.role],
    lines: [
      ...(said.role === 'primary' ? ofPrimary(said) : ofStandby(said)),
      ...slotLines(said),
      { what: 'Clock against the hub’s', value: offInWords(said.clock, answer) },
      { what: 'Answer took', value: `${tookMs} ms` },
    ],
  }
}

function ofPrimary({ current, senders, synchronous, archive, clock }: Said): SideTold['lines'] {
  const sends = senders.map(({ state, slot }) => `${state}${slot === undefined ? '' : ` (slot ${slot})`}`)
  return [
    { what: 'End of its log', value: current === undefined ? 'not said' : positionInWords(current) },
    { what: 'Sends to', value: sends.length === 0 ? 'nobody' : sends.join(', ') },
    { what: 'Commits wait for a standby', value: synchronous.on ? `yes; ${synchronous.waiting} wait now` : 'no' },
    ...(archive === undefined
      ? []
      : [
          {
            what: 'Last segment archived',
            value: archive.archivedAt === undefined ? 'never' : agoInWords(clock - archive.archivedAt),
          },
        ]),
  ]
}

function slotLines({ slots }: Said): SideTold['lines'] {
  return slots.map(({ name, active, status, logical, keptBytes }) => ({
    what: `Slot ${name}`,
    value: [
      ...(logical === true ? ['logical'] : []),
      active ? 'in use' : 'used by nobody',
      status,
      ...(keptBytes === undefined || keptBytes <= 0
        ? []
        : [`keeps ${amountInWords({ amount: keptBytes, unit: 'bytes' })}`]),
    ].join(', '),
  }))
}

function ofStandby({ received, replayed, replay, receiver, write, heartbeat, clock }: Said): SideTold['lines'] {
  const heard = receiver?.heardMs === undefined ? '' : `, last message ${agoInWords(receiver.heardMs)}`
  return [
    { what: 'Received', value: received === undefined ? 'not said' : positionInWords(received) },
    { what: 'Replayed', value: replayed === undefined ? 'not said' : positionInWords(replayed) },
    { what: 'Replay', value: replay ?? 'not said' },
    {
      what: `Receiver${receiver?.name === undefined ? '' : ` ${receiver.name}`}, by its own word`,
      value: receiver === undefined ? 'none' : `${receiver.status}${heard}`,
    },
    { what: 'A write that we tried', value: WRITE[write] },
    {
      what: 'Newest heartbeat that can be read there',
      value: heartbeat === undefined ? 'none' : agoInWords(clock - heartbeat.at),
    },
  ]
}

const SAYS: Record<Said['role'], string> = {
  primary: 'I take writes.',
  standby: 'I am a standby.',
  unknown: 'I take no writes and follow nobody.',
}

const WRITE: Record<Said['write'], string> = {
  refused: 'was refused, as it must be',
  accepted: 'was accepted (and taken back)',
  'not-tried': 'was not tried',
}

/** Only what cannot be the length of the look itself. */
function offInWords(clock: Instant, { askedAt, answeredAt }: Answer): string {
  if (clock > answeredAt + 500) return `${spanInWords(Math.max(1000, clock - answeredAt))} ahead`
  if (clock < askedAt - 500) return `${spanInWords(Math.max(1000, askedAt - clock))} behind`
  return 'agrees'
}
