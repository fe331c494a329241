import { DAY } from '../../base/time.ts'
import { type Html, html } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import type { EvidenceOutcome } from '../../readiness/evidence/evidence.ts'
import type { Citation } from '../../readiness/judge/citations.ts'
import type { Counted, Judged } from '../../readiness/ready/judge-checks.ts'
import { countOf } from './words.ts'

const TONES = { met: 'fine', failed: 'act', missing: 'unknown', excluded: 'watch' } as const satisfies {
  [status in Judged['status']]: Tone
}

export function judgedTone(of: Judged['status']): Tone {
  return TONES[of]
}

export function judgedWord(of: Judged['status']): Html {
  return status(TONES[of], of)
}

const OUTCOMES = { held: 'fine', failed: 'act', unclear: 'unknown' } as const satisfies {
  [outcome in EvidenceOutcome]: Tone
}

export function outcomeWord(of: EvidenceOutcome): Html {
  return status(OUTCOMES[of], of)
}

export function outcomeTone(of: EvidenceOutcome): Tone {
  return OUTCOMES[of]
}

/** What a check says now: its own because, or why it is left out. */
export function becauseOf(one: Judged): string {
  if (one.status !== 'excluded') return one.verdict.because
  const { owner, because, until } = one.excluded
  const lastDay = new Date(until - DAY / 2).toISOString().slice(0, 10)
  return `${owner} leaves it out until ${lastDay}: ${because} Otherwise it is ${one.otherwise.status}. ${one.otherwise.because}`
}

/** The answer in one sentence: never a bare number, never a yes while something failed or is not shown. */
export function readyHeadline({ met, failed, missing, excluded }: Counted, planVersion: number | undefined): string {
  const out = excluded === 0 ? '' : `, and ${countOf(excluded, 'is', 'are')} left out`
  if (planVersion === undefined)
    return 'Nobody can say: no plan is kept yet. Keep it with holdfast plan keep, and the checks have something to be held against.'
  if (failed > 0)
    return `No: ${countOf(failed, 'check has', 'checks have')} failed, ${missing} ${missing === 1 ? 'is' : 'are'} not shown by anything young enough, ${met} ${met === 1 ? 'is' : 'are'} met${out}.`
  if (missing > 0)
    return `Not known: ${countOf(missing, 'check is', 'checks are')} not shown by anything young enough, none has failed, ${met} ${met === 1 ? 'is' : 'are'} met${out}.`
  return excluded === 0
    ? `Yes: all ${met} checks are met, each by evidence that still counts.`
    : `Yes, but for what is left out: ${countOf(excluded, 'check')}. The other ${met} are met.`
}

export function citationWords({ cite, asks, sure }: Citation): Html {
  return html`${cite} <span class="soft">(${asks}${sure ? '' : '; wording not checked'})</span>`
}
