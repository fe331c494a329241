import { spanInWords } from '../base/ago.ts'
import { DAY, type Instant, MINUTE, SECOND } from '../base/time.ts'
import { LOW_LIMITS, type LowLimits, type UpsPower, type UpsSays, upsPower, wordsOf } from '../base/ups-power.ts'
import { act, watch } from './finding.ts'
import { answered, notAnswered } from './looking.ts'
import type { Answer, Finding, Measured } from './probe.ts'

/**
 * `runtimeMinutes`: how long it has to carry everything. `batteryYears`: from which age batteries count as worn out. `low`: from where on its battery
 * counts as low; left out, the UPS's own limits, and where it has none ours.
 */
type Rules = {
  runtimeMinutes: number
  batteryYears: number
  lowRuntimeMinutes?: number | undefined
  lowChargePercent?: number | undefined
}

/** Words of `ups.status` (RFC 9271) that say that somebody must act or look; `OB` and `LB` are told with the runtime. */
const FLAGS: { [flag: string]: Finding } = {
  RB: { weight: 'act', because: 'It asks for new batteries (RB).' },
  FSD: { weight: 'act', because: 'Its forced shutdown has begun (FSD): what is behind it loses its power soon.' },
  OVER: { weight: 'act', because: 'It is overloaded (OVER).' },
  OFF: { weight: 'act', because: 'It is switched off: nothing behind it has power from it (OFF).' },
  BYPASS: { weight: 'act', because: 'It is bypassed: the batteries would not take over (BYPASS).' },
  ALARM: { weight: 'act', because: 'It sounds an alarm (ALARM). Its display says which.' },
  CAL: { weight: 'watch', because: 'It is calibrating its batteries (CAL).' },
}

/** Whoever reads the UPS has lost it: what else it says is from before. */
const LOST = new Set(['WAIT', 'DATA-STALE', 'STALE', 'NOCOMM', 'COMMLOST'])

/**
 * How a UPS is, by what it says of itself in NUT's variables, whichever way they came: one language for every UPS. One that says neither where its
 * power comes from nor that something is wrong did not answer; one that contradicts itself is never taken for well.
 */
export function upsOf(what: string, said: ReadonlyMap<string, string>, rules: Rules, now: Instant): Answer {
  const status = wordsOf(said.get('ups.status') ?? '')
  const lost = status.find((word) => LOST.has(word))
  if (lost !== undefined)
    return notAnswered(`${what} cannot be seen: whoever asks it has no contact with it (${lost}).`)
  const says = saysIn(said)
  const power = upsPower(says, lowLimits(said, rules))
  const runtimeMs = says.runtimeS === undefined ? undefined : says.runtimeS * SECOND
  const left = runtimeMs === undefined ? 'for how long it does not say' : `${spanInWords(runtimeMs)} left`
  const flags = status.flatMap((flag) => (flag === 'OFF' && power === 'contradicts' ? [] : (FLAGS[flag] ?? [])))
  if (power === 'unknown' && flags.length === 0 && !status.includes('LB'))
    return notAnswered(`${what} does not say whether it is on the mains (${status.join(' ') || 'no status'}).`)
  const findings: Finding[] = [
    ...powerFindings(power, status, says, left),
    ...flags,
    ...runtimeFindings(power, runtimeMs, rules),
    ...batteryFindings(said, rules, now),
    ...(/fail|bad|replace/i.test(said.get('ups.test.result') ?? '')
      ? [watch('Its last own test failed. Repeat it, then look at the batteries.')]
      : []),
  ]
  return answered(`${what} ${where(power, status)}, ${left}.`, measuredOf(said, says, power, now), findings)
}

function where(power: UpsPower, status: string[]): string {
  if (power === 'contradicts') return 'contradicts itself about its power'
  if (power === 'unknown') return 'does not say whether it is on the mains'
  if (power === 'off') return 'is not carrying'
  const battery = power === 'battery' || power === 'low' || status.includes('OB')
  return battery ? 'is on its battery' : status.includes('OL') ? 'is on the mains' : 'is not carrying'
}

function powerFindings(power: UpsPower, status: string[], says: UpsSays, left: string): Finding[] {
  const isLB = status.includes('LB')
  const charge = says.chargePercent === undefined ? '' : `, ${says.chargePercent} % charged`
  const volts = says.inputVolts === undefined ? '' : ` and has ${says.inputVolts} V in`
  if (power === 'unknown')
    return [
      act(
        isLB
          ? `Its battery is low (LB): ${left}. It does not say whether it is on the mains.`
          : 'It does not say whether it is on the mains.',
      ),
    ]
  if (power === 'contradicts')
    return [
      ...(isLB ? [act(`Its battery is low (LB): ${left}.`)] : []),
      status.includes('OFF')
        ? act(
            `It says that it is switched off (OFF) and carries ${says.loadPercent} %: how it is, is not known. Go and look.`,
          )
        : watch(
            `It says that it is on the mains (${status.join(' ')})${volts}: whether the mains are there is not known. Look at its plug and its breaker.`,
          ),
    ]
  if (isLB) return [act(`Its battery is low (LB): ${left}.`)]
  if (power === 'low') return [act(`It runs on its battery (${status.join(' ')}), which is low: ${left}${charge}.`)]
  if (power === 'battery' && status.includes('OB')) return [act(`It runs on its battery (OB): ${left}.`)]
  if (power === 'battery')
    return [act(`It discharges${volts}, although it says that it is on the mains (${status.join(' ')}): ${left}.`)]
  return power === 'shutdown' && status.includes('OB') ? [act(`It runs on its battery (OB): ${left}.`)] : []
}

/** The configuration's word, then the UPS's own (battery.runtime.low, battery.charge.low), then ours. */
function lowLimits(said: ReadonlyMap<string, string>, rules: Rules): LowLimits {
  const own = (name: string): number | undefined => {
    const value = number(said, name)
    return value === undefined || value === 0 ? undefined : value
  }
  const configured = rules.lowRuntimeMinutes === undefined ? undefined : (rules.lowRuntimeMinutes * MINUTE) / SECOND
  return {
    runtimeS: configured ?? own('battery.runtime.low') ?? LOW_LIMITS.runtimeS,
    chargePercent: rules.lowChargePercent ?? own('battery.charge.low') ?? LOW_LIMITS.chargePercent,
  }
}

function saysIn(said: ReadonlyMap<string, string>): UpsSays {
  const charge = number(said, 'battery.charge')
  return {
    status: said.get('ups.status') ?? '',
    runtimeS: number(said, 'battery.runtime'),
    chargePercent: charge !== undefined && charge <= 100 ? charge : undefined,
    inputVolts: number(said, 'input.voltage'),
    loadPercent: number(said, 'ups.load'),
    discharging: said.get('battery.charger.status') === 'discharging',
  }
}

function runtimeFindings(power: UpsPower, runtimeMs: number | undefined, { runtimeMinutes }: Rules): Finding[] {
  if (power === 'battery' || power === 'low' || power === 'shutdown') return []
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

function measuredOf(said: ReadonlyMap<string, string>, says: UpsSays, power: UpsPower, now: Instant): Measured[] {
  const { runtimeS, chargePercent: charge, loadPercent: load, inputVolts: volt } = says
  const ageMs = batteryAge(said, now)
  return [
    { what: 'status', value: says.status, unit: 'text' },
    ...(runtimeS === undefined ? [] : [{ what: 'battery lasts', value: runtimeS, unit: 's' } as const]),
    ...(charge === undefined ? [] : [{ what: 'battery charge', value: charge, unit: '%' } as const]),
    ...(load === undefined ? [] : [{ what: 'load', value: load, unit: '%' } as const]),
    ...(volt === undefined ? [] : [{ what: 'mains', value: volt, unit: 'V' } as const]),
    ...(ageMs === undefined ? [] : [{ what: 'battery age', value: Math.floor(ageMs / DAY), unit: 'd' } as const]),
    // Where its words and numbers alone would be judged otherwise: the limits are its own.
    ...(upsPower({ ...says, discharging: undefined }) === power
      ? []
      : [{ what: 'power', value: power, unit: 'text' } as const]),
  ]
}

/** No battery of a UPS lives so long: a date before that is what the maker's firmware came with (2001/01/01). */
const OLDEST_BATTERY_MS = 15 * 365 * DAY

/** By the date on the batteries: when they were last changed, else when they were made. Undefined: not known, which is not new. */
function batteryAge(said: ReadonlyMap<string, string>, now: Instant): number | undefined {
  for (const name of ['battery.date', 'battery.mfr.date']) {
    const at = dateIn(said.get(name) ?? '')
    if (at !== undefined && at <= now && now - at < OLDEST_BATTERY_MS) return now - at
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
  const at = Date.UTC(year, month - 1, day)
  return new Date(at).getUTCDate() === day ? at : undefined
}

function number(said: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = said.get(name)
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

const years = (ms: number): string => (ms / (365 * DAY)).toFixed(1)
