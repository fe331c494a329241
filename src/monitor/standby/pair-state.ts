import { spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import type { LogPosition } from './position.ts'
import type { AtWork } from './record.ts'
import { type SideTold, toldBy } from './side-told.ts'
import { type Finding, LIMITS, type Look, type Verdict, type WentBack } from './standby.ts'

/** How a pair stood at its newest look, as it is kept for every hub and page. No patient data is in it. */
export type PairState = {
  lookedAt: Instant
  verdict: Verdict
  /** Since when the verdict has been this one. */
  since: Instant
  /** The newest proof there ever was, also while nothing can be proven: the standby had everything committed before `at`. */
  proven: { at: Instant; to: LogPosition } | undefined
  /** When the primary last answered us, taking writes by its own word; undefined: never, or not since a version that kept it. */
  primaryAnsweredAt?: Instant | undefined
  /** Worst first. */
  findings: Finding[]
  sides: { primary: SideTold; standby: SideTold }
  atWork: AtWork[]
  /** Since then the two write different histories, until the standby shows that it follows. */
  wentBack?: WentBack | undefined
}

export function stateAfter(
  before: PairState | undefined,
  look: Look,
  judged: { verdict: Verdict; findings: Finding[]; atWork: AtWork[]; wentBack?: WentBack | undefined },
): PairState {
  const lookedAt = Math.round(look.standby.answeredAt)
  const { primary } = look
  const isAnswer = primary.answered && primary.said.role === 'primary'
  const primaryAnsweredAt = isAnswer ? Math.round(primary.answeredAt) : before?.primaryAnsweredAt
  const { provenAt: at, provenTo: to } = judged.verdict
  return {
    ...judged,
    lookedAt,
    ...(primaryAnsweredAt === undefined ? {} : { primaryAnsweredAt }),
    // What the standby says now counts, also where it is less than before: it may have been copied anew.
    proven: at === undefined || to === undefined ? before?.proven : { at, to },
    since: before?.verdict.verdict === judged.verdict.verdict ? before.since : lookedAt,
    sides: { primary: toldBy(look.primary), standby: toldBy(look.standby) },
  }
}

/** The state as it may be told at `now`: when nobody has looked for a while it is unknown, whatever was seen then. */
export function stateAt(state: PairState, now: Instant): PairState {
  const idleMs = now - state.lookedAt
  if (idleMs <= LIMITS.provenMs) return state
  const { provenAt, provenTo } = state.verdict
  const because = `No hub has asked the two for ${spanInWords(idleMs)}. Before that: ${state.verdict.because}`
  return {
    ...state,
    verdict: { verdict: 'UNKNOWN', because, provenAt, provenTo },
    since: state.verdict.verdict === 'UNKNOWN' ? state.since : state.lookedAt,
  }
}

/** The verdict and every fault by name, as one word for the history: `PROVEN archive-failing`. */
export function stateWord({ verdict, findings }: Pick<PairState, 'verdict' | 'findings'>): string {
  return [verdict.verdict, ...new Set(findings.map(({ fault }) => fault))].join(' ')
}
