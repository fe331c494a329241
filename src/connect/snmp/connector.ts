import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import { act } from '../finding.ts'
import { refusedAnswer } from '../known-row.ts'
import { answered, looking, notAnswered } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import type { Answer, Probe, ProbeKind, ProbeName } from '../probe.ts'
import { upsOf } from '../ups.ts'
import type { SnmpSwitchConfig, SnmpUpsConfig } from './config.ts'
import { readSwitch, type WantedPort } from './read-switch.ts'
import { readUps } from './read-ups.ts'
import { type SwitchSeen, switchOf } from './switch.ts'
import { type SnmpTalk, snmpTalk } from './talk.ts'
import { furtherFindings, lostContact, nutVariables } from './ups-mib.ts'

/** Whether a switch runs since long, and whether its uplinks and other ports are up (IF-MIB, RFC 2863). Remembers what it counted at the last look. */
export function snmpSwitchProbe(name: ProbeName, config: SnmpSwitchConfig): Probe {
  const what = `The switch at ${placeOf(config.host, config.port)}`
  const wanted: WantedPort[] = [
    ...config.uplinks.map((port) => ({ name: port, uplink: true })),
    ...config.ports.map((port) => ({ name: port, uplink: false })),
  ]
  let before: SwitchSeen | undefined
  return snmpProbe(name, 'snmp-switch', what, config, async (talk) => {
    const seen = await readSwitch(talk, wanted)
    if (seen === undefined)
      return nothingOf(what, 'no ports (noSuchObject for IF-MIB)', '1.3.6.1.2.1.2 and 1.3.6.1.2.1.31')
    const answer = switchOf(what, seen, before, config)
    before = seen
    return answer
  })
}

/** What a UPS says of itself in UPS-MIB (RFC 1628), told in the words of one that NUT looks after. */
export function snmpUpsProbe(name: ProbeName, config: SnmpUpsConfig, clock: Clock): Probe {
  const what = `The UPS at ${placeOf(config.host, config.port)}`
  return snmpProbe(name, 'snmp-ups', what, config, async (talk) => {
    const seen = await readUps(talk)
    if (seen === undefined) return nothingOf(what, 'nothing of a UPS (noSuchObject for UPS-MIB)', '1.3.6.1.2.1.33')
    if (lostContact(seen))
      return notAnswered(
        `${what} cannot be seen: its card has lost contact with it (upsAlarmCommunicationsLost): what was last known of it counts for nothing.`,
      )
    // UPS-MIB does not tell how old the batteries are: the plan does.
    const answer = upsOf(what, nutVariables(seen), { ...config, batteryYears: Number.POSITIVE_INFINITY }, clock.now())
    if (answer.answer !== 'answered') return answer
    return { ...answer, findings: [...answer.findings, ...furtherFindings(seen)] }
  })
}

function snmpProbe(
  { id, observes }: ProbeName,
  kind: ProbeKind,
  what: string,
  config: SnmpSwitchConfig | SnmpUpsConfig,
  read: (talk: SnmpTalk) => Promise<Answer>,
): Probe {
  const { host, port, access, deadlineMs } = config
  const lookOnce = async (over: AbortSignal): Promise<Answer> => {
    // A little before the deadline, so that what silence may mean is still said.
    const untilMs = performance.now() + 0.9 * deadlineMs
    await nameKnown(host, deadlineMs, over)
    using talk = await snmpTalk({ what, host, port, access, untilMs }, over)
    return await read(talk).catch((thrown: unknown) => {
      if (thrown instanceof Failure && thrown.kind === 'permanent') return refusedAnswer(what, thrown.message)
      throw thrown
    })
  }
  return { id, kind, observes, look: (signal) => looking({ what, deadlineMs, signal }, lookOnce) }
}

function nothingOf(what: string, shown: string, view: string): Answer {
  return answered(
    `${what} answers, and shows ${shown}.`,
    [],
    [act(`It shows ${shown}: let this user or community read ${view}, or ask it another way.`)],
  )
}
