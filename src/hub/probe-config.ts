import { z } from 'zod'
import { MINUTE, SECOND } from '../base/time.ts'
import { clamavShape } from '../connect/clamav/config.ts'
import { dnsShape } from '../connect/dns/config.ts'
import { heartbeatShape } from '../connect/heartbeat/config.ts'
import { httpShape } from '../connect/http/config.ts'
import { icmpShape } from '../connect/icmp/config.ts'
import { linesShape } from '../connect/lines/config.ts'
import { mariadbLoginShape } from '../connect/mariadb-login/config.ts'
import { nutShape } from '../connect/nut/config.ts'
import { ownStoreShape } from '../connect/own-store/config.ts'
import { postgresLoginShape } from '../connect/postgres-login/config.ts'
import { snmpSwitchShape, snmpUpsShape } from '../connect/snmp/config.ts'
import { sshHostShape } from '../connect/ssh-host/config.ts'
import { tcpShape } from '../connect/tcp/config.ts'
import { duration, id } from './config-words.ts'
import { powerOrderShape } from './power-config.ts'

const common = {
  id,
  name: z.string().min(1).max(80).optional(),
  /** The system that it tells of, as the contingency plan names it; its own id unless told otherwise. */
  observes: id.optional(),
  /** The place that it looks from, as the dependency map names it: the hub, unless somebody else's eyes are borrowed. */
  vantage: id.default('hub'),
  every: duration.refine((ms) => ms >= 1000, 'at least 1s').optional(),
  /** How many looks in a row have to stay without an answer before the system counts as down. */
  misses: z.number().int().min(1).max(10).default(2),
  /** How long after the hub's start it may take until the system answers for the first time, before that counts as down. */
  firstAnswerWithin: duration.default(2 * MINUTE),
}

/** One entry of `probes:`, of whatever kind: what it may hold besides stands in the connector's own folder. */
export const probeShape = z.discriminatedUnion('kind', [
  tcpShape.extend({ ...common, kind: z.literal('tcp') }),
  httpShape.extend({ ...common, kind: z.literal('http') }),
  dnsShape.extend({ ...common, kind: z.literal('dns') }),
  icmpShape.extend({ ...common, kind: z.literal('icmp') }),
  postgresLoginShape.extend({ ...common, kind: z.literal('postgres-login') }),
  mariadbLoginShape.extend({ ...common, kind: z.literal('mariadb-login') }),
  sshHostShape.extend({ ...common, kind: z.literal('ssh-host') }),
  nutShape.extend({ ...common, kind: z.literal('nut'), onBattery: powerOrderShape.optional() }),
  snmpSwitchShape.extend({ ...common, kind: z.literal('snmp-switch') }),
  snmpUpsShape.extend({ ...common, kind: z.literal('snmp-ups'), onBattery: powerOrderShape.optional() }),
  linesShape.extend({ ...common, kind: z.literal('lines') }),
  clamavShape.extend({ ...common, kind: z.literal('clamav') }),
  heartbeatShape.extend({ ...common, kind: z.literal('heartbeat') }),
  ownStoreShape.extend({ ...common, kind: z.literal('own-store') }),
])

type ProbeEntry = z.infer<typeof probeShape>

export type ProbeConfig = {
  id: string
  name: string
  observes: string
  /** The place that it looks from, as the dependency map names it. */
  vantage: string
  everyMs: number
  /** How long an answer may take; of a script that looks for us, how often it looks at least. */
  deadlineMs: number
  misses: number
  firstAnswerMs: number
  /** What its connector is opened with. */
  entry: ProbeEntry
}

export function probeConfigOf(entry: ProbeEntry): ProbeConfig {
  const { id: probeId, name, observes, vantage, every, misses, firstAnswerWithin } = entry
  // A power failure does not wait for the next minute.
  const everyMs = every ?? ('onBattery' in entry && entry.onBattery !== undefined ? 5 * SECOND : MINUTE)
  const ownMs = 'deadlineMs' in entry ? entry.deadlineMs : 0
  const deadlineMs = entry.kind === 'heartbeat' && entry.looks ? entry.periodMinutes * MINUTE : ownMs
  return {
    id: probeId,
    name: name ?? probeId,
    observes: observes ?? probeId,
    vantage,
    everyMs,
    deadlineMs,
    misses,
    firstAnswerMs: firstAnswerWithin,
    entry,
  }
}
