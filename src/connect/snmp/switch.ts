import { spanInWords } from '../../base/ago.ts'
import { MINUTE, SECOND } from '../../base/time.ts'
import { act, watch } from '../finding.ts'
import { answered } from '../looking.ts'
import type { Answer, Finding, Measured } from '../probe.ts'

/** What was seen of a switch in one look. `upForMs`: since it, or the part of it that answers, was started. */
export type SwitchSeen = { upForMs: number | undefined; ports: PortSeen[] }

/** `of`: how many of its ports have the name. `admin`, `oper`: IF-MIB's ifAdminStatus and ifOperStatus; `inErrors`: a counter of 32 bits. */
export type PortSeen = { name: string; uplink: boolean; of: number } & PortState
export type PortState = { admin?: number | undefined; oper?: number | undefined; inErrors?: number | undefined }

type Rules = { restartMinutes: number; errorsPerMinute: number }

/** RFC 2863, ifOperStatus: what each means for whoever is behind the port. 1 is up; 4 (unknown) is not among them: it is not down. */
const NOT_UP: { [oper: number]: string } = {
  2: 'is down: it has no link',
  3: 'is being tested and carries nothing',
  5: 'waits for something outside of it and carries nothing (dormant)',
  6: 'is not there: a part of the switch is missing (notPresent)',
  7: 'is down, because what it stands on is down (lowerLayerDown)',
}

/** How a switch is, by what it says of itself now and what it said before: an uplink that is not up is wrong now, another port deserves a look. */
export function switchOf(what: string, seen: SwitchSeen, before: SwitchSeen | undefined, rules: Rules): Answer {
  const findings = [...restartFindings(seen, rules), ...seen.ports.flatMap((port) => portFindings(port))]
  const faults = seen.ports.map((port) => ({ port, perMinute: faultsPerMinute(port, seen, before) }))
  for (const { port, perMinute } of faults)
    if (perMinute !== undefined && perMinute >= rules.errorsPerMinute)
      findings.push(
        watch(`${named(port)} takes in ${Math.round(perMinute)} faulty frames in a minute: look at its cable.`),
      )
  return answered(`${what} ${sinceWhen(seen)}${portsInWords(seen.ports)}.`, measuredOf(seen, faults), findings)
}

/** Undefined where nothing can be compared: no look before, a restart in between, a counter that it does not have or that began again. */
export function faultsPerMinute(port: PortSeen, now: SwitchSeen, before: SwitchSeen | undefined): number | undefined {
  const was = before?.ports.find(({ name }) => name === port.name)?.inErrors
  const spanMs = (now.upForMs ?? 0) - (before?.upForMs ?? 0)
  if (was === undefined || port.inErrors === undefined || before?.upForMs === undefined || spanMs <= 0) return undefined
  const more = port.inErrors - was
  return more < 0 ? undefined : (more * MINUTE) / spanMs
}

function restartFindings({ upForMs }: SwitchSeen, { restartMinutes }: Rules): Finding[] {
  if (upForMs === undefined) return [watch('It does not say since when it runs: a restart would go unseen.')]
  if (upForMs >= restartMinutes * MINUTE) return []
  return [watch(`It started ${spanInWords(upForMs)} ago: somebody restarted it, or it lost its power.`)]
}

function portFindings(port: PortSeen): Finding[] {
  const weigh = port.uplink ? act : watch
  if (port.of === 0)
    return [weigh(`It has no port called ${port.name}: was it renamed, taken out, or is this another switch?`)]
  if (port.of > 1) return [weigh(`${port.of} of its ports are called ${port.name}: which one is meant is not known.`)]
  if (port.admin === 2) return [weigh(`${named(port)} is switched off in its configuration (ifAdminStatus down).`)]
  if (port.oper === 1) return []
  const why = port.oper === undefined ? undefined : NOT_UP[port.oper]
  if (why !== undefined) return [weigh(`${named(port)} ${why}.`)]
  return [watch(`It does not say whether ${named(port).replace(/^T/, 't')} is up.`)]
}

const named = ({ uplink, name }: PortSeen): string => `The ${uplink ? 'uplink' : 'port'} ${name}`

/** `up`, `down`, `unknown`: unknown is neither of the others. */
function word({ of, admin, oper }: PortSeen): string {
  if (of !== 1) return of === 0 ? 'not there' : 'not known which'
  if (admin === 2) return 'switched off'
  if (oper === 1) return 'up'
  return oper !== undefined && NOT_UP[oper] !== undefined ? 'down' : 'unknown'
}

function sinceWhen({ upForMs }: SwitchSeen): string {
  return upForMs === undefined ? 'answers' : `has run for ${spanInWords(Math.max(SECOND, upForMs))}`
}

function portsInWords(ports: readonly PortSeen[]): string {
  const up = (uplink: boolean): string => {
    const all = ports.filter((port) => port.uplink === uplink)
    const well = all.filter((port) => word(port) === 'up').length
    return all.length === 0 ? '' : `, ${well} of ${all.length} ${uplink ? 'uplinks' : 'other ports'} up`
  }
  return `${up(true)}${up(false)}`
}

function measuredOf(seen: SwitchSeen, faults: { port: PortSeen; perMinute: number | undefined }[]): Measured[] {
  return [
    ...(seen.upForMs === undefined
      ? []
      : [{ what: 'runs since', value: Math.floor(seen.upForMs / SECOND), unit: 's' } as const]),
    ...seen.ports.map((port) => ({ what: port.name, value: word(port), unit: 'text' }) as const),
    ...faults.flatMap(({ port, perMinute }) =>
      perMinute === undefined || perMinute === 0
        ? []
        : [{ what: `${port.name} faulty frames a minute`, value: Math.round(perMinute), unit: 'count' } as const],
    ),
  ]
}
