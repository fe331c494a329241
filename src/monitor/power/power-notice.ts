import { spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { timeOfDay } from '../../base/zone.ts'
import type { NoticeText } from '../notice.ts'
import { isStop, type PowerRun, type PowerStep } from './power.ts'

type Practice = { name: string; zone: string }

/** That the order of a UPS has begun: what was done for the paper, and what is stopped when. `stopsWait`: not before the battery is low. No patient data can be in it. */
export function begunNotice(
  run: PowerRun,
  stopsWait: boolean,
  at: Instant,
  practice: Practice,
  hubUrl: string,
): NoticeText {
  const drill = run.mode === 'drill'
  const lines = [
    ...(drill ? ['This is a drill: nothing is stopped.', ''] : []),
    run.because,
    ...run.steps.filter(({ state }) => state.status !== 'waiting' && state.status !== 'started').map(stepLine),
    stopsLine(run, stopsWait),
    ...(drill ? [] : ['If the mains come back, what has not begun is left out.']),
    '',
    `${hubUrl}/power/${run.id}`,
  ]
  const what = drill ? `drill: power of ${run.ups}` : `power has failed at ${run.ups}`
  return textOf(run, 'begun', `${practice.name}: ${what}`, lines, at)
}

function stopsLine({ mode, steps, stopsOnlyWhenLow }: PowerRun, waits: boolean): string {
  const stops = steps.filter(({ kind }) => isStop(kind)).map(({ name }) => name)
  if (stops.length === 0) return 'Nothing will be stopped.'
  const inOrder = `${stops.length === 1 ? '' : ', in this order'}: ${stops.join(', ')}.`
  if (mode === 'drill') return `${stopsOnlyWhenLow ? 'Once the battery is low it' : 'It'} would stop${inOrder}`
  if (!waits) return `Will be stopped now${inOrder}`
  return `If the battery gets low, or the UPS cannot be asked any more, ${stops.length === 1 ? 'this is' : 'these are'} stopped${inOrder}`
}

/** How it ended: what was stopped and must be started again, what was not. */
export function endedNotice(run: PowerRun, at: Instant, practice: Practice, hubUrl: string): NoticeText {
  const because = run.state.status === 'going' ? '' : run.state.because
  const lines = [
    ...(run.mode === 'drill' ? ['This was a drill: nothing was stopped.'] : []),
    because,
    `It took ${spanInWords(at - run.beganAt)}, until ${timeOfDay(at, practice.zone)}.`,
    ...run.steps.map(stepLine),
    '',
    `${hubUrl}/power/${run.id}`,
  ]
  const what = run.mode === 'drill' ? `drill: power of ${run.ups}` : `power at ${run.ups}`
  return textOf(run, 'ended', `${practice.name}: ${what}: ${ENDS[run.state.status]}`, lines, at)
}

const ENDS: { [Status in PowerRun['state']['status']]: string } = {
  going: 'it goes on',
  done: 'the order was carried out',
  'fell-short': 'the order was carried out, and something needs you',
  'called-off': 'called off, the mains are back',
}

function stepLine({ name, state }: PowerStep): string {
  return 'because' in state ? `- ${name}: ${state.status}. ${state.because}` : `- ${name}: ${state.status}.`
}

function textOf(run: PowerRun, turn: string, subject: string, lines: string[], at: Instant): NoticeText {
  const key = `power:${run.orderId}`
  return { kind: 'event', subject, text: `${lines.join('\n')}\n`, alarmId: `${key}:${run.id}:${turn}`, key, at }
}
