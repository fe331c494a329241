import { agoInWords, spanInWords } from '../base/ago.ts'
import { type Instant, SECOND } from '../base/time.ts'
import type { SourceFacts, SourceStatus } from './monitor.ts'

/** What lies between a stamp that was written and the end of the read that finds it, beyond the interval. */
const SLACK_MS = 5 * SECOND

/**
 * A source is current when reads end and what they bring moves. Two intervals without that are the limit. A read that succeeds and brings
 * nothing newer is the dangerous case: it looks well from every side but the end.
 */
export function judgeSource(facts: SourceFacts, now: Instant): SourceStatus {
  const { sourceId, name, everyMs } = facts
  const limitMs = 2 * everyMs
  if (facts.failing !== undefined)
    return { sourceId, name, status: 'failing', since: facts.failing.since, because: facts.failing.because }
  if (facts.readAt === undefined)
    return { sourceId, name, status: 'starting', because: 'It is being read for the first time.' }
  if (now - facts.readAt > limitMs + SLACK_MS) {
    const under =
      facts.readingSince === undefined ? '' : ` A read has been under way for ${spanInWords(now - facts.readingSince)}.`
    return {
      sourceId,
      name,
      status: 'late',
      since: facts.readAt,
      because: `No read has ended for ${spanInWords(now - facts.readAt)}; one is due every ${spanInWords(everyMs)}.${under}`,
    }
  }
  return facts.canary === undefined ? judgeQuiet(facts, now) : judgeCanary(facts, facts.canary, now, limitMs)
}

function judgeCanary(
  facts: SourceFacts,
  canary: NonNullable<SourceFacts['canary']>,
  now: Instant,
  limitMs: number,
): SourceStatus {
  const { sourceId, name } = facts
  if (canary.back === undefined)
    return { sourceId, name, status: 'starting', because: canary.failing ?? 'No stamp has come back through it yet.' }
  const age = now - canary.back
  if (age <= limitMs + SLACK_MS)
    return { sourceId, name, status: 'current', because: `A stamp written ${agoInWords(age)} came back through it.` }
  const because =
    canary.failing === undefined
      ? `Reads succeed, but no stamp written in the last ${spanInWords(age)} has come through: it shows an older state as if it were now.`
      : `Reads succeed, but no stamp can be written (${canary.failing}) and the newest is ${spanInWords(age)} old.`
  return { sourceId, name, status: 'frozen', since: canary.back, because }
}

function judgeQuiet(facts: SourceFacts, now: Instant): SourceStatus {
  const { sourceId, name } = facts
  if (facts.asOf === undefined)
    return { sourceId, name, status: 'starting', because: 'It has not said yet how current it is.' }
  const age = now - facts.asOf
  if (age > facts.quietMs)
    return {
      sourceId,
      name,
      status: 'frozen',
      since: facts.asOf,
      because: `Reads succeed, but it says nothing newer than ${spanInWords(age)} ago.`,
    }
  return { sourceId, name, status: 'current', because: `It was read and said it was current ${agoInWords(age)}.` }
}
