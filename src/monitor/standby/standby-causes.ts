import { spanInWords } from '../../base/ago.ts'
import { type Instant, MINUTE } from '../../base/time.ts'
import type { Cause } from '../monitor.ts'
import { CLASSES, type Class, classOfFault, FAULT_WORDS, STILL } from './fault-words.ts'
import type { PairState } from './pair-state.ts'
import { type Finding, LIMITS } from './standby.ts'

/** A configured pair with how it stands now. `state` undefined: it was never looked at. */
export type WatchedPair = {
  id: string
  name: string
  state: PairState | undefined
  behindAfterMs: number
  unknownAfterMs: number
  /** Since when hubs have been watching without a break: what was not asked before that counts against nobody. */
  watchedSince: Instant | undefined
  /** Sources that read from its standby, by id. */
  readBy: readonly string[]
}

const KEY = 'standby:'

/** What somebody must act on, at most one cause for each pair: its worst trouble, the others listed under it. `open`: keys of open alarms. */
export function standbyCauses(pairs: readonly WatchedPair[], open: readonly string[], now: Instant): Cause[] {
  return pairs.flatMap((pair) => {
    const [worst, ...others] = troublesOf(pair, now).toSorted((a, b) => rank(a.class) - rank(b.class))
    if (worst === undefined || pair.state === undefined) return []
    const told = open.filter((key) => key.startsWith(`${KEY}${pair.id}:`)).map(classOf)
    const [before] = told.toSorted((a, b) => rank(a) - rank(b))
    const key = before !== undefined && rank(before) <= rank(worst.class) ? before : worst.class
    const replaces = before !== undefined && before !== key ? keyOf(pair.id, before) : undefined
    return [
      {
        key: keyOf(pair.id, key),
        since: pair.state.since,
        headline: `${pair.name}: ${worst.headline}`,
        because: `${worst.because} ${provenInWords(pair.state, now)}`,
        symptoms: others.map(({ because }) => because),
        advice: adviceOf(worst),
        ...(worst.class === 'later' ? { canWait: true } : {}),
        ...(replaces === undefined ? {} : { replaces }),
      },
    ]
  })
}

/**
 * A source that reads from a standby which is in trouble stands still or fails because of it: it is a symptom. Gives all that is to be told. Where the
 * source was noticed first, its alarm goes on as that of the standby.
 */
export function joinStandbys(
  known: readonly Cause[],
  causes: readonly Cause[],
  pairs: readonly WatchedPair[],
  open: readonly string[],
): Cause[] {
  const taken = new Set(aftermath(causes, pairs, open))
  const joined = causes.map((cause): Cause => {
    const pair = pairs.find(({ id }) => cause.key.startsWith(`${KEY}${id}:`))
    if (pair === undefined || cause.canWait === true) return cause
    const keys = new Set(pair.readBy.map((id) => `source:${id}`))
    const its = known.filter(({ key }) => keys.has(key))
    for (const { key } of its) taken.add(key)
    const wasOpen = open.includes(cause.key) || cause.replaces !== undefined
    const first = wasOpen ? undefined : open.find((key) => keys.has(key))
    return {
      ...cause,
      symptoms: [...cause.symptoms, ...its.flatMap(({ headline, symptoms }) => [`${headline}.`, ...symptoms])],
      ...(first === undefined ? {} : { replaces: first }),
    }
  })
  return [...joined, ...known.filter(({ key }) => !taken.has(key))]
}

/** A standby has just come right: until its alarm is over, what its readers still show old is on its way. */
function aftermath(causes: readonly Cause[], pairs: readonly WatchedPair[], open: readonly string[]): string[] {
  return pairs.flatMap(({ id, readBy }) => {
    const own = (key: string): boolean => key.startsWith(`${KEY}${id}:`) && classOf(key) !== 'later'
    const ending = open.some(own) && !causes.some(({ key }) => own(key))
    return ending ? readBy.map((source) => `source:${source}`) : []
  })
}

type Trouble = { class: Class; headline: string; because: string; remedy: string }

function troublesOf({ state, behindAfterMs, unknownAfterMs, watchedSince }: WatchedPair, now: Instant): Trouble[] {
  if (state === undefined) return []
  const { verdict, findings, since } = state
  const named = findings.map((finding) => troubleOf(finding, state))
  const hasWorse = named.some((one) => rank(one.class) <= rank('reading'))
  if (verdict.verdict === 'DIVERGED' && !named.some((one) => one.class === 'histories'))
    return [
      { class: 'histories', headline: 'the two have different histories', because: verdict.because, remedy: '' },
      ...named,
    ]
  if (verdict.verdict === 'BEHIND' && !hasWorse) {
    const behindMs = verdict.behindMs ?? now - since
    if (behindMs > behindAfterMs)
      named.unshift({
        class: 'log',
        headline: `the standby is ${spanInWords(behindMs)} behind`,
        because: verdict.because,
        remedy:
          'Look at the line between the two and at the load of the standby: it receives, but slower than the primary writes.',
      })
  }
  if (verdict.verdict === 'UNKNOWN' && !hasWorse && now - Math.max(since, watchedSince ?? since) > unknownAfterMs)
    named.unshift({
      class: 'reading',
      headline: 'nobody knows what the standby has',
      because: verdict.because,
      remedy:
        'Make the side that does not answer answer: its address, its line, its sign-in. Until then count the standby as not there.',
    })
  return named
}

/** What still works, what to do, and once what must not be done. */
function adviceOf({ class: of, remedy }: Trouble): string {
  const isSaid = of !== 'writes' || /promote|never answered/i.test(remedy)
  const not = isSaid ? [] : ['Do not promote it before the primary is proven to be stopped.']
  return [STILL[of], ...not, remedy].join(' ')
}

/** Not yet a pair: what is not there has nothing that could be promoted, and its address is what to look at. */
const NEVER =
  'It has never answered since it was configured: look first at its address, its line and its sign-in in the configuration of the hub.'

function troubleOf({ fault, because, remedy }: Finding, { proven, primaryAnsweredAt }: PairState): Trouble {
  if (fault === 'primary-unreachable' && proven === undefined && primaryAnsweredAt === undefined)
    return { class: classOfFault(fault), headline: FAULT_WORDS[fault], because, remedy: NEVER }
  return { class: classOfFault(fault), headline: FAULT_WORDS[fault], because, remedy }
}

/** "Everything up to 00:41:20" is said on the pages, with the zone; here the age. */
function provenInWords({ proven }: PairState, now: Instant): string {
  if (proven === undefined) return 'It was never proven what the standby has.'
  const ageMs = Math.max(LIMITS.provenMs, now - proven.at)
  const words = ageMs < MINUTE ? `${Math.ceil(ageMs / 1000)} s` : spanInWords(ageMs)
  return `Everything that is older than ${words} is proven to be on the standby.`
}

function rank(of: Class): number {
  return CLASSES.indexOf(of)
}

function keyOf(pair: string, of: Class): string {
  return `${KEY}${pair}:${of}`
}

/** The pair that an alarm is about, by its key; undefined: it is about something else. */
export function pairOfCause(key: string): string | undefined {
  return key.startsWith(KEY) ? key.slice(KEY.length, key.lastIndexOf(':')) : undefined
}

function classOf(key: string): Class {
  return CLASSES.find((one) => key.endsWith(`:${one}`)) ?? 'later'
}
