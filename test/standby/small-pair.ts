import type { Answer, Expected, Look, PairFacts, Said } from '../../src/monitor/standby/standby.ts'

/** A PostgreSQL pair in values, for tests: both sides answer, and nothing is wrong unless said. Byte positions on timeline 1. */
export const T = Date.parse('2026-11-22T00:41:20Z')
export const EXPECTED: Expected = { systemId: 'practice', synchronous: false, slotKeepBytes: 1e9 }

export function lsn(byte: number, timeline = 1): { kind: 'lsn'; timeline: number; byte: number } {
  return { kind: 'lsn', timeline, byte }
}

export function primarySays(at: number, byte: number, more: Partial<Said> = {}): Said {
  return {
    engine: 'postgres',
    systemId: 'practice',
    serverId: 'a',
    startedAt: T - 86_400_000,
    clock: at,
    role: 'primary',
    current: lsn(byte),
    received: undefined,
    replayed: undefined,
    replayedAt: undefined,
    replay: undefined,
    receiver: undefined,
    complaint: undefined,
    senders: [{ slot: 'b', state: 'streaming', repliedMs: 100 }],
    slots: [{ name: 'b', active: true, status: 'reserved', keptBytes: 0, safeBytes: undefined }],
    archive: undefined,
    synchronous: { on: false, standbys: 0, waiting: 0, longestMs: 0 },
    heartbeat: { beat: at, at },
    write: 'not-tried',
    accountUntil: undefined,
    ...more,
  }
}

export function standbySays(at: number, byte: number, more: Partial<Said> = {}): Said {
  return {
    ...primarySays(at, byte),
    serverId: 'b',
    role: 'standby',
    current: undefined,
    received: lsn(byte),
    replayed: lsn(byte),
    replayedAt: at,
    replay: 'running',
    receiver: { status: 'streaming', heardMs: 100, from: '10.99.0.1:5432' },
    senders: [],
    slots: [],
    write: 'refused',
    ...more,
  }
}

export function answer(at: number, said: Said): Answer {
  return { askedAt: at, answeredAt: at + 20, answered: true, said }
}

export function silence(at: number, why = 'silent'): Answer {
  return { askedAt: at, answeredAt: at + 2500, answered: false, why, because: 'It said nothing within 2.5 s.' }
}

/** Facts from looks, with the samples that those looks give. */
export function factsOf(looks: readonly Look[], expected: Partial<Expected> = {}): PairFacts {
  const [first, ...rest] = looks
  if (first === undefined) throw new RangeError('no look')
  return {
    looks: [first, ...rest],
    samples: looks.flatMap(({ primary }) =>
      primary.answered && primary.said.current !== undefined && primary.said.role === 'primary'
        ? [{ at: primary.askedAt, systemId: primary.said.systemId, position: primary.said.current }]
        : [],
    ),
    expected: { ...EXPECTED, ...expected },
  }
}

/** One look each two seconds, the last of them at `T`; `make` gets its time and its number counted back from the last (0). */
export function looksOf(count: number, make: (at: number, back: number) => Look): Look[] {
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index
    return make(T - 2000 * back, back)
  })
}
