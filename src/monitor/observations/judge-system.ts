import { agoInWords, spanInWords } from '../../base/ago.ts'
import { type Instant, MINUTE, SECOND } from '../../base/time.ts'
import {
  type Finding,
  type ObserverFacts,
  type ObserverStatus,
  SYSTEM_STATUSES,
  type SystemStatus,
  type SystemStatusWord,
} from './observations.ts'

/** After three intervals without a look an answer counts for nothing: who asks may have died. */
export function tooOldMs(everyMs: number): number {
  return 3 * everyMs + 15 * SECOND
}

/** A look that stayed without an answer is made again so much later, while that does not count yet. */
export function askedAgainMs(everyMs: number): number {
  return Math.min(everyMs / 4, 5 * SECOND)
}

/** What starts late is not down: it was first asked a short while ago and has not answered since. */
function isNotYet({ unheardSince, firstAnswerMs }: ObserverFacts, at: Instant): boolean {
  return unheardSince !== undefined && at - unheardSince < firstAnswerMs
}

function notYet({ unheardSince, firstAnswerMs }: ObserverFacts, because: string, now: Instant): string {
  return `It has not answered yet; it was first asked ${agoInWords(now - (unheardSince ?? now))}, and ${spanInWords(firstAnswerMs)} without an answer count as down. ${because}`
}

function never({ unheardSince }: ObserverFacts, now: Instant): string {
  return unheardSince === undefined || now - unheardSince < MINUTE
    ? ''
    : ` It has not answered since it was first asked, ${agoInWords(now - unheardSince)}.`
}

/** What one observer's last looks say of its system. */
export function judgeObserver(observer: ObserverFacts, now: Instant): ObserverStatus {
  const { last, missed, misses, everyMs } = observer
  const said = (status: SystemStatusWord, because: string): ObserverStatus => ({ observer, status, because })
  if (last === undefined) return said('unknown', 'It has not been asked yet.')
  const ageMs = now - last.at
  if (ageMs > tooOldMs(everyMs))
    return said(
      'unknown',
      `It was last asked ${agoInWords(ageMs)}, and should be every ${spanInWords(everyMs)}: what it said then counts no longer.`,
    )
  const { observation } = last
  if (observation.answer === 'not-observable') return said('not-observable', observation.because)
  if (observation.answer !== 'answered') {
    if (isNotYet(observer, last.at)) return said('unknown', notYet(observer, observation.because, now))
    return missed < misses
      ? said('unknown', `${observation.because} It is asked again before that counts.`)
      : said('down', `${observation.because}${never(observer, now)}`)
  }
  const { findings } = observation
  const weighed = (weight: Finding['weight']): string[] =>
    findings.filter((finding) => finding.weight === weight).map((finding) => finding.because)
  const [act, watch] = [weighed('act'), weighed('watch')]
  if (act.length > 0) return said('failing', [...act, ...watch].join(' '))
  return watch.length > 0 ? said('watch', watch.join(' ')) : said('well', observation.because)
}

/**
 * What all observers of one system say together. Who cannot see it has no vote unless nobody can. Down is what everybody says who can ask: when some
 * get an answer and others get none, it is failing, and where the fault lies is a question for the dependency map.
 */
export function judgeSystem(systemId: string, observers: readonly ObserverFacts[], now: Instant): SystemStatus {
  const seen = observers.map((observer) => judgeObserver(observer, now))
  const voting = seen.filter((one) => one.status !== 'not-observable')
  const of = voting.length === 0 ? seen : voting
  const down = of.filter((one) => one.status === 'down')
  const others = of.filter((one) => one.status !== 'down' && one.status !== 'unknown')
  if (down.length > 0 && others.length > 0)
    return {
      systemId,
      status: 'failing',
      because: [
        `${down.length} of ${of.length} observers get no answer.`,
        ...new Set([...down, ...others.filter((one) => one.status !== 'well')].map((one) => one.because)),
      ].join(' '),
      agree: down.length,
      observers: of.length,
      seen,
    }
  const status = SYSTEM_STATUSES.find((word) => of.some((one) => one.status === word)) ?? 'unknown'
  const agreeing = of.filter((one) => one.status === status)
  return {
    systemId,
    status,
    because: [...new Set(agreeing.map((one) => one.because))].join(' ') || 'Nobody observes it.',
    agree: agreeing.length,
    observers: of.length,
    seen,
  }
}
