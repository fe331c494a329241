import { agoInWords, spanInWords } from '../base/ago.ts'
import { inBrief } from '../base/in-brief.ts'
import { type Instant, SECOND } from '../base/time.ts'
import type { SourceFacts, SourceStatus } from './monitor.ts'
import { frozenAfterMs, watchedSpan } from './pace.ts'

/** A read of usual length that begins in time may end so much later. */
const SLACK_MS = 5 * SECOND
/** Longer than a connection that is refused or not answered takes to say so. */
const LONG_READ_MS = 30 * SECOND

/**
 * A source is current when reads end and what they bring moves. A read that succeeds and brings nothing newer is the dangerous case: it looks
 * well from every side but the end. What was not watched counts against nobody.
 */
export function judgeSource(facts: SourceFacts, now: Instant): SourceStatus {
  const { sourceId, name, everyMs, readAt, watchedSince } = facts
  const lateAfterMs = 2 * everyMs + SLACK_MS
  if (facts.failing !== undefined) {
    const { since, because } = facts.failing
    return { sourceId, name, status: 'failing', since, because: `${underWay(facts, now)}${inBrief(because)}` }
  }
  if (readAt === undefined)
    return { sourceId, name, status: 'starting', because: 'It is being read for the first time.' }
  if (watchedSpan(readAt, watchedSince, now) > lateAfterMs) {
    const under =
      facts.readingSince === undefined ? '' : ` A read has been under way for ${spanInWords(now - facts.readingSince)}.`
    const because = `No read has ended for ${spanInWords(now - readAt)}; one is due every ${spanInWords(everyMs)}.${under}`
    return { sourceId, name, status: 'late', since: readAt, because }
  }
  if (now - readAt > lateAfterMs)
    return {
      sourceId,
      name,
      status: 'starting',
      because: `It was last read ${agoInWords(now - readAt)}; the hub has begun to watch again.`,
    }
  return facts.canary === undefined ? judgeQuiet(facts, now) : judgeCanary(facts, facts.canary, now)
}

/** A read that has gone on for so long got further than the one that failed: what that one said is not how it stands. */
function underWay({ readingSince }: SourceFacts, now: Instant): string {
  return readingSince === undefined || now - readingSince < LONG_READ_MS
    ? ''
    : `A read has been under way for ${spanInWords(now - readingSince)}. The one before it failed: `
}

function judgeCanary(facts: SourceFacts, canary: NonNullable<SourceFacts['canary']>, now: Instant): SourceStatus {
  const { sourceId, name, everyMs, watchedSince } = facts
  const { back } = canary
  const limitMs = frozenAfterMs(everyMs)
  if (back === undefined)
    return { sourceId, name, status: 'starting', because: canary.failing ?? 'No stamp has come back through it yet.' }
  const age = now - back
  if (age <= limitMs)
    return { sourceId, name, status: 'current', because: `A stamp written ${agoInWords(age)} came back through it.` }
  if (watchedSpan(back, watchedSince, now) <= limitMs)
    return {
      sourceId,
      name,
      status: 'starting',
      because: `The newest stamp is from ${agoInWords(age)}; the hub has begun to watch again.`,
    }
  const because =
    canary.failing === undefined
      ? `Reads succeed, but no stamp written in the last ${spanInWords(age)} has come through: it shows an older state as if it were now.`
      : `Reads succeed, but ${canary.failing}, and the newest that came through is ${spanInWords(age)} old.`
  return { sourceId, name, status: 'frozen', since: back, because }
}

function judgeQuiet(facts: SourceFacts, now: Instant): SourceStatus {
  const { sourceId, name } = facts
  if (facts.asOf === undefined)
    return { sourceId, name, status: 'starting', because: 'It has not said yet how current it is.' }
  const age = now - facts.asOf
  if (watchedSpan(facts.asOf, facts.watchedSince, now) > facts.quietMs)
    return {
      sourceId,
      name,
      status: 'frozen',
      since: facts.asOf,
      because: `Reads succeed, but it says nothing newer than ${spanInWords(age)} ago.`,
    }
  return { sourceId, name, status: 'current', because: `It was read and said it was current ${agoInWords(age)}.` }
}
