import { spanInWords } from '../base/ago.ts'
import { DAY, type Instant, MINUTE, SECOND } from '../base/time.ts'
import { act, watch } from './finding.ts'
import { answered, notAnswered } from './looking.ts'
import type { Answer, Finding, Measured } from './probe.ts'

/** `runtimeMinutes`: how long it has to carry everything. `batteryYears`: from which age batteries count as worn out. */
type Rules = { runtimeMinutes: number; batteryYears: number }

/** Words of `ups.status` (RFC 9271) that say that somebody must act or look; `OB` and `LB` are told with the runtime. */
const FLAGS: { [flag: string]: Finding } = {
  RB: { weight: 'act', because: 'It asks for new batteries (RB).' },
  FSD: { weight: 'act', because: 'The shutdown that follows an empty battery has begun (FSD).' },
  OVER: { weight: 'act', because: 'It is overloaded (OVER).' },
  OFF: { weight: 'act', because: 'It is switched off: nothing behind it has power from it (OFF).' },
  BYPASS: { weight: 'act', because: 'It is bypassed: the batteries would not take over (BYPASS).' },
  ALARM: { weight: 'act', because: 'It sounds an alarm (ALARM). Its display says which.' },
  CAL: { weight: 'watch', because: 'It is calibrating its batteries (CAL).' },
}

/**
 * How a UPS is, by what it says of itself in NUT's variables, whichever way they came: one language for every UPS. One that does not say
 * whether it is on the mains did not answer.
 */
export function upsOf(what: string, said: ReadonlyMap<string, string>, rules: Rules, now: Instant): Answer {
  const status = (said.get('ups.status') ?? '').split(/\s+/).filter((word) => word !== '')
  if (!status.includes('OL') && !status.includes('OB') && !status.includes('OFF') && !status.includes('BYPASS'))
    return notAnswered(`${what} does not say whether it is on the mains (${status.join(' ') || 'no status'}).`)
  const runtimeMs = number(said, 'battery.runtime', SECOND)
  const left = runtimeMs === undefined ? 'for how long it does not say' : `${spanInWords(runtimeMs)} left`
  const findings: Finding[] = [
    ...(status.includes('LB') ? [act(`Its battery is low (LB): ${left}.`)] : []),
    ...(status.includes('OB') && !status.includes('LB') ? [act(`It runs on its battery (OB): ${left}.`)] : []),
    ...status.flatMap((flag) => FLAGS[flag] ?? []),
    ...runtimeFindings(status, runtimeMs, rules),
    ...batteryFindings(said, rules, now),
    ...(/fail|bad|replace/i.test(said.get('ups.test.result') ?? '')
      ? [watch('Its last own test failed. Repeat it, then look at the batteries.')]
      : []),
  ]
  const where = status.includes('OB') ? 'on its battery' : status.includes('OL') ? 'on the mains' : 'not carrying'
  return answered(`${what} is ${where}, ${left}.`, measuredOf(said, runtimeMs, now), findings)
}

function runtimeFindings(status: string[], runtimeMs: number | undefined, { runtimeMinutes }: Rules): Finding[] {
  if (status.includes('OB')) return []
  if (runtimeMs === undefined) return [watch('It does not say for how long its battery would last.')]
  return runtimeMs >= runtimeMinutes * MINUTE
    ? []
    : [watch(`Its battery would last ${spanInWords(runtimeMs)}, and ${runtimeMinutes} min are wanted.`)]
}

function batteryFindings(said: ReadonlyMap<string, string>, { batteryYears }: Rules, now: Instant): Finding[] {
  const ageMs = batteryAge(said, now)
  if (ageMs === undefined || ageMs < batteryYears * 365 * DAY) return []
  return [watch(`Its batteries are ${years(ageMs)} years old; ${batteryYears} are the limit.`)]
}

function measuredOf(said: ReadonlyMap<string, string>, runtimeMs: number | undefined, now: Instant): Measured[] {
  const charge = number(said, 'battery.charge')
  const load = number(said, 'ups.load')
  const volt = number(said, 'input.voltage')
  const ageMs = batteryAge(said, now)
  return [
    { what: 'status', value: said.get('ups.status') ?? '', unit: 'text' },
    ...(runtimeMs === undefined ? [] : [{ what: 'battery lasts', value: runtimeMs / SECOND, unit: 's' } as const]),
    ...(charge === undefined ? [] : [{ what: 'battery charge', value: charge, unit: '%' } as const]),
    ...(load === undefined ? [] : [{ what: 'load', value: load, unit: '%' } as const]),
    ...(volt === undefined ? [] : [{ what: 'mains', value: volt, unit: 'V' } as const]),
    ...(ageMs === undefined ? [] : [{ what: 'battery age', value: Math.floor(ageMs / DAY), unit: 'd' } as const]),
  ]
}

/** By the date on the batteries: when they were last changed, else when they were made. */
function batteryAge(said: ReadonlyMap<string, string>, now: Instant): number | undefined {
  for (const name of ['battery.date', 'battery.mfr.date']) {
    const at = dateIn(said.get(name) ?? '')
    if (at !== undefined && at <= now) return now - at
  }
  return undefined
}

/** NUT passes on what the maker's UPS says: `2023/04/01`, `2023-04-01`, `04/01/23`; anything else is not a date that we know. */
export function dateIn(text: string): Instant | undefined {
  const ymd = /^(\d{4})[/-](\d{1,2})[/-](\d{1,2})$/.exec(text.trim())
  const mdy = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text.trim())
  const [year, month, day] =
    ymd !== null
      ? [Number(ymd[1]), Number(ymd[2]), Number(ymd[3])]
      : mdy !== null
        ? [Number(mdy[3]) + (Number(mdy[3]) < 100 ? 2000 : 0), Number(mdy[1]), Number(mdy[2])]
        : [0, 0, 0]
  if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31) return undefined
  return Date.UTC(year, month - 1, day)
}

function number(said: ReadonlyMap<string, string>, name: string, times = 1): number | undefined {
  const text = said.get(name)
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value * times : undefined
}

const years = (ms: number): string => (ms / (365 * DAY)).toFixed(1)
