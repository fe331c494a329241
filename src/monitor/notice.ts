import { spanInWords } from '../base/ago.ts'
import type { Instant } from '../base/time.ts'
import { dayOf, timeOfDay } from '../base/zone.ts'
import type { Alarm } from './monitor.ts'

export type NoticeKind = 'raised' | 'changed' | 'over' | 'escalated' | 'event' | 'test'

/** What is told of an alarm, for people and for programs. No patient data can be in it: causes are about machines. */
export type NoticeText = { kind: NoticeKind; subject: string; text: string; alarmId: string; key: string; at: Instant }

/** `before`: what people were told it was, where it turned out to be something else. */
export function noticeOf(
  kind: 'raised' | 'changed' | 'over',
  alarm: Alarm,
  at: Instant,
  practice: { name: string; zone: string },
  hubUrl: string,
  before?: string,
): NoticeText {
  const { cause } = alarm
  // Whoever was told of one thing is told of the end of that thing.
  const told = cause.toldAs ?? cause
  const since = `${dayOf(told.since, practice.zone)} ${timeOfDay(told.since, practice.zone)} (${practice.zone})`
  const lines =
    kind !== 'over'
      ? [
          ...(before === undefined ? [] : [`What was told as "${before}" comes from this:`]),
          `${cause.headline}.`,
          cause.because,
          ...cause.symptoms,
          '',
          `Since ${since}.`,
          cause.advice,
          '',
          `${hubUrl}/alarms`,
        ]
      : [`Over: ${told.headline}.`, `It lasted ${spanInWords(at - told.since)}, from ${since}.`, '', `${hubUrl}/alarms`]
  return {
    kind,
    subject: `${practice.name}: ${kind === 'over' ? 'over: ' : ''}${told.headline}`,
    text: `${lines.join('\n')}\n`,
    alarmId: alarm.id,
    key: alarm.key,
    at,
  }
}

/** That one person is asked to take an alarm. `says`: who has it now and why it comes to them. */
export function escalatedNotice(
  alarm: Alarm,
  says: string,
  at: Instant,
  practice: { name: string; zone: string },
  hubUrl: string,
): NoticeText {
  const { cause } = alarm
  return {
    kind: 'escalated',
    subject: `${practice.name}: please take: ${cause.headline}`,
    text: `${[says, '', `${cause.headline}.`, cause.because, cause.advice, '', `${hubUrl}/alarms`].join('\n')}\n`,
    alarmId: alarm.id,
    key: alarm.key,
    at,
  }
}

/** That somebody opened a site with a code from a sealed envelope. Who and why stands in the audit trail. */
export function envelopeNotice(
  opened: { siteId: string; site: string; codeId: string; at: Instant },
  now: Instant,
  practice: { name: string; zone: string },
): NoticeText {
  const { siteId, site, codeId, at } = opened
  const key = `envelope:${siteId}:${codeId}`
  const time = `${dayOf(at, practice.zone)} ${timeOfDay(at, practice.zone)} (${practice.zone})`
  return {
    kind: 'event',
    subject: `${practice.name}: a sealed envelope was opened at ${site}`,
    text: `The break-glass code of envelope ${codeId} opened ${site} on ${time}. Who used it and why stands in the audit trail. The code is spent: seal a new one.\n`,
    alarmId: key,
    key,
    at: now,
  }
}

export function testNotice(at: Instant, practice: { name: string; zone: string }, by: string): NoticeText {
  return {
    kind: 'test',
    subject: `${practice.name}: a test of notices`,
    text: `This is a test, sent by ${by} at ${timeOfDay(at, practice.zone)}. Alarms of Holdfast reach you this way. Nothing is wrong.\n`,
    alarmId: 'test',
    key: 'test',
    at,
  }
}

/** Why a notice that asks somebody to take an alarm was never sent. */
export const OVERTAKEN = 'It was over before this could be sent.'

const FIRST_WAIT_MS = 5000
const LONGEST_WAIT_MS = 5 * 60_000

/** How long to wait before the next try: doubling from 5 s to 5 min, for as long as it takes. */
export function retryAfter(tries: number, asked: number | undefined): number {
  return Math.max(asked ?? 0, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1)))
}
