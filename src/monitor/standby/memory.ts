import { HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { Expected, Look, PairFacts, Sample, WentBack } from './standby.ts'
import { viewOf } from './view.ts'
import { wentBack } from './went-back.ts'

/** What is kept of a pair between looks: about a minute of looks, and the primary's positions as far back as a day, fewer the older. */
export type Memory = {
  looks: readonly Look[]
  samples: readonly Sample[]
  expected: Expected
  wentBack?: WentBack | undefined
}

const LOOKS_FOR_MS = MINUTE

export function remember(memory: Memory, look: Look): Memory & PairFacts {
  const now = look.standby.answeredAt
  const sample = sampleOf(look)
  const looks: PairFacts['looks'] = [
    ...memory.looks.filter((one) => now - one.standby.answeredAt <= LOOKS_FOR_MS),
    look,
  ]
  const facts: Memory & PairFacts = {
    ...memory,
    looks,
    samples: thinned(sample === undefined ? memory.samples : [...memory.samples, sample], now),
    expected: { ...memory.expected, systemId: memory.expected.systemId ?? firstSystemId(look) },
  }
  return { ...facts, wentBack: wentBack(viewOf(facts)) }
}

/** Only a server that takes writes and is the one expected says where the log ends. */
export function sampleOf({ primary }: Look): Sample | undefined {
  if (!primary.answered || primary.said.current === undefined || primary.said.role !== 'primary') return undefined
  return { at: primary.askedAt, systemId: primary.said.systemId, position: primary.said.current }
}

/** A pair is known by its id from the first look in which both sides said the same one. */
function firstSystemId({ primary, standby }: Look): string | undefined {
  if (!primary.answered || !standby.answered) return undefined
  return primary.said.systemId === standby.said.systemId ? primary.said.systemId : undefined
}

/** All of the last two minutes, one of each ten seconds for an hour, one of each minute for a day. The older of a slot stays: it claims less. */
function thinned(samples: readonly Sample[], now: Instant): Sample[] {
  const slots = new Set<string>()
  return samples.filter(({ at }) => {
    const age = now - at
    if (age <= 2 * MINUTE) return true
    if (age > 24 * HOUR) return false
    const widthMs = age <= HOUR ? 10 * SECOND : MINUTE
    const slot = `${widthMs}:${Math.floor(at / widthMs)}`
    return !slots.has(slot) && slots.add(slot) !== undefined
  })
}
