import type { PowerOrder } from '../monitor/power/power.ts'
import { powerOrder } from './power-config.ts'
import type { ProbeConfig } from './probe-config.ts'

/** The written orders of a hub's UPS probes. */
export function powerOrdersOf(probes: readonly ProbeConfig[]): PowerOrder[] {
  return probes.flatMap(({ id, name, entry }) =>
    'onBattery' in entry && entry.onBattery !== undefined ? [powerOrder({ id, name }, entry.onBattery)] : [],
  )
}
