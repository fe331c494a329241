import { act } from './finding.ts'
import { answered } from './looking.ts'
import type { Answer, Finding, Measured } from './probe.ts'

/** What a login to a database showed: how long it took, and the first column of the known row as text (undefined: no row). */
export type KnownRow = {
  signInMs: number
  readMs: number
  row: string | undefined
  standby: boolean
  findings: Finding[]
}

/** Judged alike for every engine. What was read is never told: it may be anything. */
export function knownRowAnswer(what: string, seen: KnownRow, expected: string): Answer {
  const measured: Measured[] = [
    { what: 'signed in within', value: Math.round(seen.signInMs), unit: 'ms' },
    { what: 'row read within', value: Math.round(seen.readMs), unit: 'ms' },
    { what: 'role', value: seen.standby ? 'read-only' : 'writable', unit: 'text' },
  ]
  const wrong =
    seen.row === undefined
      ? [act('The known row is not there: this is an empty, a half restored, or another database.')]
      : seen.row === expected
        ? []
        : [act('The known row does not hold what it should: is this the right database?')]
  const found = wrong.length === 0 ? 'and the known row is there' : 'and the known row is not as it should be'
  return answered(`${what} let us sign in, ${found}.`, measured, [...wrong, ...seen.findings])
}

/** The server understood us and refuses: it lives, and people may be refused too. `because` never quotes the server: it may quote values. */
export function refusedAnswer(what: string, because: string): Answer {
  return answered(`${what} answers, and refuses.`, [], [act(because)])
}
