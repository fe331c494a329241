import { numberIn } from './said.ts'
import type { Column, SnmpTalk } from './talk.ts'
import type { UpsSeen } from './ups-mib.ts'

/** UPS-MIB (RFC 1628). */
const UPS = '1.3.6.1.2.1.33.1'
const BATTERY_STATUS = `${UPS}.2.1.0`
const SECONDS_ON_BATTERY = `${UPS}.2.2.0`
const MINUTES_REMAINING = `${UPS}.2.3.0`
const CHARGE_REMAINING = `${UPS}.2.4.0`
const OUTPUT_SOURCE = `${UPS}.4.1.0`
const ALARMS_PRESENT = `${UPS}.6.1.0`
const TEST_RESULTS_SUMMARY = `${UPS}.7.3.0`
const LOW_BATTERY_MINUTES = `${UPS}.9.7.0`
const INPUT_VOLTAGE = `${UPS}.3.3.1.3`
const OUTPUT_PERCENT_LOAD = `${UPS}.4.4.1.5`
const ALARM_DESCR = `${UPS}.6.2.1.2`
const WELL_KNOWN_ALARMS = `${UPS}.6.3`

/** Reads a UPS. Undefined: the device has nothing of UPS-MIB for whoever asks. */
export async function readUps(talk: SnmpTalk): Promise<UpsSeen | undefined> {
  const said = await talk.get([
    BATTERY_STATUS,
    SECONDS_ON_BATTERY,
    MINUTES_REMAINING,
    CHARGE_REMAINING,
    OUTPUT_SOURCE,
    ALARMS_PRESENT,
    TEST_RESULTS_SUMMARY,
    LOW_BATTERY_MINUTES,
  ])
  if ([...said.values()].every((one) => 'absent' in one)) return undefined
  const columns = await talk.columns([ALARM_DESCR, OUTPUT_PERCENT_LOAD, INPUT_VOLTAGE])
  const number = (oid: string): number | undefined => numberIn(said.get(oid))
  return {
    batteryStatus: number(BATTERY_STATUS),
    secondsOnBattery: number(SECONDS_ON_BATTERY),
    minutesLeft: number(MINUTES_REMAINING),
    chargePercent: number(CHARGE_REMAINING),
    outputSource: number(OUTPUT_SOURCE),
    alarmsPresent: number(ALARMS_PRESENT),
    lowMinutes: number(LOW_BATTERY_MINUTES),
    testSummary: number(TEST_RESULTS_SUMMARY),
    alarms: alarmsIn(columns.get(ALARM_DESCR)),
    loadPercents: numbersIn(columns.get(OUTPUT_PERCENT_LOAD)),
    inputVolts: numbersIn(columns.get(INPUT_VOLTAGE)),
  }
}

function alarmsIn(column: Column | undefined): number[] {
  return [...(column?.values() ?? [])].flatMap((said) => ('oid' in said ? [alarmNumber(said.oid)] : []))
}

/** `1.3.6.1.2.1.33.1.6.3.3` is 3; whatever stands elsewhere is an alarm of a maker: 0. */
function alarmNumber(oid: string): number {
  if (!oid.startsWith(`${WELL_KNOWN_ALARMS}.`)) return 0
  const number = Number(oid.slice(WELL_KNOWN_ALARMS.length + 1))
  return Number.isInteger(number) && number >= 1 && number <= 24 ? number : 0
}

function numbersIn(column: Column | undefined): number[] {
  return [...(column?.values() ?? [])].flatMap((said) => numberIn(said) ?? [])
}
