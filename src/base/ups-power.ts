/** What a UPS says of where its power comes from, in NUT's words (RFC 9271), whichever way they came. Undefined: it does not say. */
export type UpsSays = {
  /** `ups.status`: `OB DISCHRG`. */
  status: string
  runtimeS?: number | undefined
  chargePercent?: number | undefined
  inputVolts?: number | undefined
  loadPercent?: number | undefined
  /** By another word than `DISCHRG`. */
  discharging?: boolean | undefined
}

/** At or under either of them a battery that carries the load is low: there are UPSs that never say so themselves (LB). */
export type LowLimits = { runtimeS: number; chargePercent: number }

/** Time to stop an application and its database in turn; the charge at which most makers call a battery low. */
export const LOW_LIMITS: LowLimits = { runtimeS: 300, chargePercent: 20 }

/**
 * `shutdown`: it is about to cut the power off, whatever the mains do. `contradicts`: two of its words cannot both be true, so neither is believed.
 * `unknown`: it does not say. Neither of these is ever power that is there.
 */
export type UpsPower = 'mains' | 'battery' | 'low' | 'shutdown' | 'off' | 'contradicts' | 'unknown'

/** Under this no UPS takes its input for mains. */
const NO_VOLTS = 30

export function wordsOf(status: string): string[] {
  return status.split(/\s+/).filter((word) => word !== '')
}

/** Where the power comes from: one judgment for every UPS, so that a page, an alarm and a written order never differ. */
export function upsPower(says: UpsSays, limits: LowLimits = LOW_LIMITS): UpsPower {
  const words = new Set(wordsOf(says.status))
  if (words.has('FSD')) return 'shutdown'
  if (words.has('OB')) return words.has('LB') || isLow(says, limits) ? 'low' : 'battery'
  if (words.has('OFF')) return (says.loadPercent ?? 0) > 0 ? 'contradicts' : 'off'
  if (!words.has('OL')) return words.has('BYPASS') ? 'mains' : 'unknown'
  const discharges = (words.has('DISCHRG') || says.discharging === true) && !words.has('CAL')
  const hasNoInput = says.inputVolts !== undefined && says.inputVolts < NO_VOLTS
  if (discharges && hasNoInput) return words.has('LB') || isLow(says, limits) ? 'low' : 'battery'
  return discharges || hasNoInput ? 'contradicts' : 'mains'
}

/** By its numbers. A runtime of nothing beside a battery that is not low is no measurement: some say so for the first seconds on battery. */
export function isLow(
  { runtimeS, chargePercent }: Pick<UpsSays, 'runtimeS' | 'chargePercent'>,
  limits: LowLimits,
): boolean {
  if (chargePercent !== undefined && chargePercent <= limits.chargePercent) return true
  if (runtimeS === undefined || runtimeS > limits.runtimeS) return false
  return runtimeS > 0 || chargePercent === undefined
}
