import { newToken, tokenHash } from '../../access/secret.ts'
import { type Clock, HOUR, type Instant } from '../../base/time.ts'

/** Nobody stays signed in longer than a shift, however busy. */
const LONGEST_MS = 12 * HOUR

type Visitor = { kind: 'person'; personId: string } | { kind: 'envelope'; codeId: string; name: string; reason: string }

/** One person at one browser. Sessions live in memory only: a restart ends them all. */
export type Session = {
  visitor: Visitor
  /** The word that every form of this session carries. */
  csrf: string
  startedAt: Instant
  seenAt: Instant
  /** Restricted charts that were opened with a reason in this session. */
  opened: Set<string>
  /** What is on the person's screen already: a page that refreshes itself is one view, written down once. */
  viewed: Set<string>
}

export type Sessions = {
  /** The cookie's value. */
  begin(visitor: Visitor): string
  /** The session, undefined when it is over. `there`: a person did something, not a page by itself. */
  find(token: string | undefined, idleLockMs: number, there?: boolean): Session | undefined
  end(token: string): void
  /** Ends the sessions of those who may not work here any more. */
  endWhere(over: (visitor: Visitor) => boolean): void
  count(): number
}

export function openSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Session>()
  const isOver = (session: Session, idleLockMs: number): boolean =>
    clock.now() - session.seenAt > idleLockMs || clock.now() - session.startedAt > LONGEST_MS
  return {
    begin(visitor) {
      const token = newToken()
      const now = clock.now()
      sessions.set(tokenHash(token), {
        visitor,
        csrf: newToken(),
        startedAt: now,
        seenAt: now,
        opened: new Set(),
        viewed: new Set(),
      })
      return token
    },
    find(token, idleLockMs, there = true) {
      if (token === undefined) return undefined
      const session = sessions.get(tokenHash(token))
      if (session === undefined) return undefined
      if (isOver(session, idleLockMs)) {
        sessions.delete(tokenHash(token))
        return undefined
      }
      if (there) session.seenAt = clock.now()
      return session
    },
    end(token) {
      sessions.delete(tokenHash(token))
    },
    endWhere(over) {
      for (const [hash, session] of sessions) if (over(session.visitor)) sessions.delete(hash)
    },
    count: () => sessions.size,
  }
}
