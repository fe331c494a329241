import { agoInWords, spanInWords } from '../../base/ago.ts'
import { type Clock, type Instant, MINUTE } from '../../base/time.ts'
import { answered, looking, notAnswered, notObservable } from '../looking.ts'
import type { Answer, Finding, Measured, Probe, ProbeName } from '../probe.ts'
import type { Beat } from './beat.ts'
import type { HeartbeatConfig } from './config.ts'

/** What was heard: the newest beats, newest first, and since when anybody has listened. */
export type Heard = { beats: Beat[]; listeningSince: Instant }

export type HeartbeatTools = { clock: Clock; heard(id: string): Promise<Heard> }

/** A script that calls us: late when it is silent, bad when it says so or does not end. */
export function heartbeatProbe({ id, observes }: ProbeName, config: HeartbeatConfig, tools: HeartbeatTools): Probe {
  return {
    id,
    kind: 'heartbeat',
    observes,
    look: (signal) =>
      looking({ what: 'The list of what was heard', deadlineMs: 5000, signal }, async () =>
        // That we cannot read our own list says nothing about the script.
        tools.heard(id).then(
          (heard) => judgeBeats(heard, config, tools.clock.now()),
          () => notObservable('What was heard cannot be read at the hub now.'),
        ),
      ),
  }
}

/** What its beats say of a script, pure. */
export function judgeBeats({ beats, listeningSince }: Heard, config: HeartbeatConfig, now: Instant): Answer {
  const limitMs = (config.periodMinutes + config.graceMinutes) * MINUTE
  const every = `every ${spanInWords(config.periodMinutes * MINUTE)}`
  const [last] = beats
  if (last === undefined)
    return config.looks || now - listeningSince <= limitMs
      ? notObservable(`Nothing has been heard from it yet; it is expected ${every}.`)
      : notAnswered(`Nothing was ever heard from it, and it is expected ${every}. Was the call put into the script?`)
  const ended = beats.find((beat) => beat.word === 'done' || beat.word === 'failed')
  const started = beats.find((beat) => beat.word === 'start' && (ended === undefined || beat.at > ended.at))
  const measured = measuredOf(beats, ended, now)
  if (config.looks && (now - last.at > limitMs || last.word === 'failed')) return lookedFrom(last, limitMs, now)
  if (now - last.at > limitMs)
    return notAnswered(
      `Nothing has been heard from it for ${spanInWords(now - last.at)}, and it is expected ${every}. ${LAST_WORDS[last.word]}`,
      measured,
    )
  const said = answered(`It said “${last.word}” ${agoInWords(now - last.at)}.`, measured, [
    ...(ended?.word === 'failed' ? [failed(ended)] : []),
    ...runFindings(started, ended, config, limitMs, now),
  ])
  return config.looks ? { ...said, asOf: last.at } : said
}

/** Borrowed eyes: closed, they say nothing of what they looked at; open, they saw it when they called, not when we read that. */
function lookedFrom(last: Beat, limitMs: number, now: Instant): Answer {
  return now - last.at > limitMs
    ? notObservable(
        `Who looks there has said nothing for ${spanInWords(now - last.at)}: from there nobody can see it now.`,
      )
    : { ...notAnswered(`From there it did not answer, ${agoInWords(now - last.at)}.`), asOf: last.at }
}

const LAST_WORDS: { [Word in Beat['word']]: string } = {
  start: 'It had started and did not say that it ended.',
  progress: 'It had been at work and did not say that it ended.',
  done: 'It had ended well the last time.',
  failed: 'It had failed the last time.',
}

function failed({ exit }: Beat): Finding {
  return { weight: 'act', because: `It said that it failed${exit === undefined ? '' : ` (exit ${exit})`}.` }
}

/** A script may call `start` in time for ever and never end: a run that takes too long, and an end too long ago, count too. */
function runFindings(
  started: Beat | undefined,
  ended: Beat | undefined,
  { runMinutes }: HeartbeatConfig,
  limitMs: number,
  now: Instant,
): Finding[] {
  if (started === undefined) return []
  const runMs = now - started.at
  if (runMinutes !== undefined && runMs > runMinutes * MINUTE)
    return [
      {
        weight: 'act',
        because: `It started ${spanInWords(runMs)} ago and has not ended; ${spanInWords(runMinutes * MINUTE)} is its limit.`,
      },
    ]
  if (ended !== undefined && now - ended.at > limitMs + (runMinutes ?? 0) * MINUTE)
    return [{ weight: 'act', because: `It starts, and has not ended for ${spanInWords(now - ended.at)}.` }]
  return []
}

function measuredOf(beats: Beat[], ended: Beat | undefined, now: Instant): Measured[] {
  const began = ended === undefined ? undefined : beats.find((beat) => beat.word === 'start' && beat.at <= ended.at)
  return [
    { what: 'silent for', value: Math.max(0, Math.round((now - (beats[0]?.at ?? now)) / 1000)), unit: 's' },
    ...(ended === undefined || began === undefined
      ? []
      : [{ what: 'last run took', value: Math.round((ended.at - began.at) / 1000), unit: 's' } as const]),
  ]
}
