import { agoInWords, spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { beatsOnStandby } from './own-beat.ts'
import { parted } from './parted.ts'
import { amountInWords, distance, type LogPosition, positionInWords } from './position.ts'
import { LIMITS, type PairFacts, type Said, type Verdict } from './standby.ts'
import { hasOf, newestHeld, newestWithin, receives, type View, viewOf } from './view.ts'
import { beforeThat, wentBack } from './went-back.ts'

/** Whether the standby has what the primary wrote. `now` is the time of asking, so an old look is never proof. */
export function judgeStandby(facts: PairFacts, now: Instant): Verdict {
  const view = viewOf(facts)
  const { primary, standby } = view
  const held = standby === undefined ? undefined : newestHeld(beforeThat(wentBack(view), facts.samples), standby)
  const proven = { provenAt: held?.at, provenTo: held?.position }
  const unknown = (because: string): Verdict => ({ verdict: 'UNKNOWN', because, ...proven })

  if (!view.look.primary.answered) return unknown(`The primary did not answer: ${view.look.primary.because}`)
  if (!view.look.standby.answered) return unknown(`The standby did not answer: ${view.look.standby.because}`)
  if (primary === undefined || standby === undefined) return unknown('One side did not answer.')
  if (now - view.look.standby.answeredAt > LIMITS.provenMs)
    return unknown(`Nobody has looked for ${spanInWords(now - view.look.standby.answeredAt)}.`)
  const apart = parted(view)
  if (apart !== undefined)
    return apart.sure ? { verdict: 'DIVERGED', because: apart.because, ...proven } : unknown(apart.because)

  const neither = (['primary', 'standby'] as const).find((side) => view[side]?.role === 'unknown')
  if (neither !== undefined)
    return unknown(
      `The ${neither} takes no writes and follows nobody: whether it is a primary or a standby is not known.`,
    )
  const has = hasOf(standby)
  if (has === undefined || primary.current === undefined)
    return unknown('The standby does not say what it has, or the primary where its log ends.')
  const missing = distance(has, primary.current)
  if (missing === 'other-line') return unknown('The positions of the two lie on different lines.')
  if (aheadAtFirst(view, has, primary.current))
    return unknown(
      'The standby is ahead of the primary in the first look: one more is needed to see whether it follows.',
    )
  const unread = notReplayed(facts, standby, primary.current, now)
  if (unread !== undefined) return { ...unread, ...proven }
  // Where servers have no id of their cluster, only our own row shows that the one repeats the other.
  const known = standby.systemId !== undefined || standby.heartbeat === undefined || beatsOnStandby(view) === 'ours'
  if (held !== undefined && now - held.at <= LIMITS.provenMs && !known)
    return unknown('No heartbeat of this primary was seen on the standby yet, so it may repeat another server.')
  if (held !== undefined && now - held.at <= LIMITS.provenMs && !receives(standby))
    return unknown(
      `Nothing brings log to the standby now${connection(standby)}: it had everything ${agoInWords(now - held.at)}, and what is written since is not known to reach it.`,
    )
  if (held !== undefined && now - held.at <= LIMITS.provenMs)
    return {
      verdict: 'PROVEN',
      provenAt: held.at,
      provenTo: held.position,
      because: `The standby has everything that the primary had ${agoInWords(now - held.at)} (${positionInWords(held.position)}), by its own word.`,
    }
  const behindMs = held === undefined ? undefined : now - held.at
  const since = behindMs === undefined ? 'and was never seen to have it all' : `the oldest ${spanInWords(behindMs)} old`
  return {
    verdict: 'BEHIND',
    ...missing,
    behindMs,
    because: `The standby lacks ${amountInWords(missing)} of what the primary has, ${since}.`,
    ...proven,
  }
}

/** A standby is asked last, so it may have a little more; of a pair that was not seen before, that may also be another history. */
function aheadAtFirst({ earlier, samples, look }: View, has: LogPosition, current: LogPosition): boolean {
  if (earlier.length > 0 || samples.some(({ at }) => at < look.primary.askedAt)) return false
  const more = distance(current, has)
  return more !== 'other-line' && more.amount > 0
}

function connection({ receiver }: Said): string {
  return receiver?.name === undefined ? '' : ` over its connection ${receiver.name}`
}

type Behind = Pick<Extract<Verdict, { verdict: 'BEHIND' }>, 'verdict' | 'because' | 'amount' | 'unit' | 'behindMs'>

/** Where replay was paused or has stopped, the log arrives and nobody can read it: whoever turns to such a standby finds an old state. */
function notReplayed({ samples }: PairFacts, standby: Said, wanted: LogPosition, now: Instant): Behind | undefined {
  const { replay, replayed } = standby
  if ((replay !== 'paused' && replay !== 'stopped') || replayed === undefined) return undefined
  const missing = distance(replayed, wanted)
  // All can be read; what is wrong then is that nothing more comes.
  if (missing === 'other-line' || (missing.amount === 0 && !receives(standby))) return undefined
  const shown = newestWithin(samples, standby, replayed)
  const reached = newestHeld(samples, standby)
  const isOnDisk = receives(standby) && reached !== undefined && now - reached.at <= LIMITS.provenMs
  const behindMs = shown === undefined ? undefined : now - shown.at
  const age = behindMs === undefined ? 'an unknown time ago' : agoInWords(behindMs)
  return {
    verdict: 'BEHIND',
    ...missing,
    behindMs,
    because: `Replay ${replay === 'paused' ? 'is paused' : 'has stopped'}: whoever reads the standby sees the state of ${age} and not ${missing.amount === 0 ? 'what is written from now on' : `the ${amountInWords(missing)} written since`}. ${isOnDisk ? 'Its disk has the log.' : 'Whether its disk has the log is not proven.'}`,
  }
}
