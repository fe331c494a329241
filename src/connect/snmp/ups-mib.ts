import { MINUTE, SECOND } from '../../base/time.ts'
import { act, watch } from '../finding.ts'
import type { Finding } from '../probe.ts'

/**
 * What a UPS says of itself in UPS-MIB (RFC 1628). `alarms`: the numbers of the well-known alarms that it sounds now (upsWellKnownAlarms);
 * an alarm of its maker's own is a 0.
 */
export type UpsSeen = {
  batteryStatus?: number | undefined
  secondsOnBattery?: number | undefined
  minutesLeft?: number | undefined
  chargePercent?: number | undefined
  outputSource?: number | undefined
  alarmsPresent?: number | undefined
  testSummary?: number | undefined
  /** upsConfigLowBattTime: from where on it calls its battery low. */
  lowMinutes?: number | undefined
  alarms: readonly number[]
  loadPercents: readonly number[]
  inputVolts: readonly number[]
}

/** upsOutputSource in the words of NUT's `ups.status`, as NUT's own driver for this MIB has it. 1 (other) says nothing of the mains. */
const SOURCE: { [source: number]: string } = { 2: 'OFF', 3: 'OL', 4: 'OL BYPASS', 5: 'OB', 6: 'OL BOOST', 7: 'OL TRIM' }
const ON_BATTERY = 2
const LOST_CONTACT = 20

/** Alarms for which NUT has a word, so that everything that reads a UPS understands them. */
const WORDS: { [alarm: number]: string } = { 1: 'RB', 3: 'LB', 4: 'LB', 8: 'OVER', 9: 'BYPASS' }

/** The others. 22 and 23 are told, and are no forced shutdown (FSD): somebody or something commanded them, and the order of this hub is not theirs. */
const TOLD: { [alarm: number]: Finding } = {
  5: act('It is too hot or too cold (upsAlarmTempBad).'),
  7: act('What it gives out is out of bounds (upsAlarmOutputBad).'),
  10: watch('Its bypass is out of bounds: without its batteries it could not carry on (upsAlarmBypassBad).'),
  11: act('Its output is off, as somebody asked (upsAlarmOutputOffAsRequested).'),
  12: act('It is off, as somebody asked (upsAlarmUpsOffAsRequested).'),
  13: act('Its charger has failed: the battery will not be full when it is needed (upsAlarmChargerFailed).'),
  14: act('Its output is off: nothing behind it has power from it (upsAlarmUpsOutputOff).'),
  15: act('It is off: nothing behind it has power from it (upsAlarmUpsSystemOff).'),
  16: act('A fan of it has failed (upsAlarmFanFailure).'),
  17: act('A fuse of it has failed (upsAlarmFuseFailure).'),
  18: act('It has found a fault in itself (upsAlarmGeneralFault). Its display says which.'),
  21: act('It is off and waits for the mains (upsAlarmAwaitingPower).'),
  22: act('It counts down to switching off what is behind it, as somebody asked (upsAlarmShutdownPending).'),
  23: act('It switches off what is behind it within seconds (upsAlarmShutdownImminent).'),
  24: watch('It is testing itself now (upsAlarmTestInProgress).'),
}

/** Of a UPS with which its card has lost contact, what was last known counts for nothing. */
export function lostContact({ alarms }: UpsSeen): boolean {
  return alarms.includes(LOST_CONTACT)
}

/** The same in NUT's variables (RFC 9271), for whatever judges a UPS. What it did not say is not there. */
export function nutVariables(seen: UpsSeen): Map<string, string> {
  const load = seen.loadPercents.length === 0 ? undefined : Math.max(...seen.loadPercents)
  const volts = seen.inputVolts.length === 0 ? undefined : Math.min(...seen.inputVolts)
  const runtimeS = seen.minutesLeft === undefined ? undefined : (seen.minutesLeft * MINUTE) / SECOND
  const runtimeLowS = seen.lowMinutes === undefined ? undefined : (seen.lowMinutes * MINUTE) / SECOND
  const failed = seen.testSummary === 3 || seen.alarms.includes(19)
  const variables = {
    'ups.status': statusOf(seen),
    'battery.runtime': runtimeS,
    'battery.runtime.low': runtimeLowS,
    'battery.charge': seen.chargePercent,
    // It sounds that it runs on its battery; where its power comes from may say otherwise.
    'battery.charger.status': seen.alarms.includes(ON_BATTERY) ? 'discharging' : undefined,
    'ups.load': load,
    'input.voltage': volts,
    'ups.test.result': failed ? 'failed' : undefined,
  }
  return new Map(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const])),
  )
}

/** What NUT has no word for. */
export function furtherFindings(seen: UpsSeen): Finding[] {
  const status = statusOf(seen).split(' ')
  const { alarms, alarmsPresent = 0 } = seen
  return [
    ...(seen.batteryStatus === 2 || seen.batteryStatus === 3 || seen.batteryStatus === 4
      ? []
      : [watch('It does not know how its battery is (upsBatteryStatus).')]),
    ...alarms.flatMap((alarm) => TOLD[alarm] ?? []),
    ...(alarms.includes(6) && !status.includes('OB') ? [watch('Its mains are out of bounds (upsAlarmInputBad).')] : []),
    ...(alarms.includes(0) ? [act('It sounds an alarm that only its maker knows. Its display says which.')] : []),
    ...(alarmsPresent > 0 && alarms.length === 0
      ? [
          act(
            `It sounds ${alarmsPresent === 1 ? 'an alarm' : `${alarmsPresent} alarms`} and does not say which (upsAlarmsPresent).`,
          ),
        ]
      : []),
  ]
}

/**
 * Where its power comes from decides. Only where it does not say is the time on battery taken instead: there are cards that go on counting it
 * after the mains are back.
 */
function statusOf(seen: UpsSeen): string {
  const source =
    SOURCE[seen.outputSource ?? 0] ?? ((seen.secondsOnBattery ?? 0) > 0 || seen.alarms.includes(ON_BATTERY) ? 'OB' : '')
  const low = seen.batteryStatus === 3 || seen.batteryStatus === 4 ? ['LB'] : []
  const words = [...source.split(' '), ...low, ...seen.alarms.flatMap((alarm) => WORDS[alarm] ?? [])]
  return [...new Set(words)].filter((one) => one !== '').join(' ')
}
