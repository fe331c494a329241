import type { Complaint, SideSays } from '../../replication.ts'
import { gtidPosition, newestOfEach, reachOf } from './gtid.ts'

/** One row as the server wrote it, by column. */
export type TextRow = { readonly [column: string]: string | null | undefined }

/**
 * What was asked, each as rows of text. `replicas`: SHOW ALL REPLICAS STATUS, a row for each replication connection, named or not.
 * `expected`: what the practice says that this server is.
 */
export type Asked = {
  variables: TextRow
  status: TextRow
  replicas: readonly TextRow[]
  expected: 'primary' | 'standby'
}

type Beside = Pick<SideSays, 'heartbeat' | 'write'>

export function readFacts(asked: Asked, beside: Beside): SideSays {
  const { variables, status } = asked
  const clock = Number(variables.clock)
  const replicas = asked.replicas.filter(({ Master_Host: host }) => (host ?? '') !== '')
  const role = roleOf(asked, replicas)
  const { binlog, state, replayed } = variables
  return {
    engine: 'mariadb',
    systemId: undefined,
    serverId: `${variables.server_id} at ${variables.hostname}:${variables.port} in ${variables.datadir}`,
    startedAt: clock - Number(status.Uptime ?? 0) * 1000,
    clock,
    role,
    current: role === 'primary' ? gtidPosition(binlog) : undefined,
    received: role === 'standby' ? receivedOf(replicas, replayed) : undefined,
    replayed: role === 'standby' ? gtidPosition(replayed) : undefined,
    replayedAt: undefined,
    replay: role === 'standby' ? replayOf(replicas) : undefined,
    receiver: receiverOf(replicas),
    complaint: worstComplaint(replicas),
    transactions: {
      serverId: Number(variables.server_id),
      newest: newestOfEach([state, binlog, replayed, ...replicas.map(({ Gtid_IO_Pos: position }) => position)]),
    },
    senders: Array.from({ length: Number(status.Slaves_connected ?? 0) }, () => ({
      name: '',
      slot: undefined,
      state: 'streaming',
      sync: 'hidden',
      repliedMs: undefined,
    })),
    slots: [],
    archive: undefined,
    synchronous: {
      on: status.Rpl_semi_sync_master_status === 'ON',
      standbys: Number(status.Rpl_semi_sync_master_clients ?? 0),
      waiting: Number(status.Rpl_semi_sync_master_wait_sessions ?? 0),
      longestMs: 0,
    },
    accountUntil: undefined,
    ...beside,
  }
}

/**
 * Who has a replication connection is a standby, also when it is stopped and when the server takes writes: a stopped standby that somebody can write
 * to is no primary. Only where the practice calls it its primary is a connection that stands still a leftover of an earlier switchover.
 */
function roleOf({ variables, expected }: Asked, replicas: readonly TextRow[]): SideSays['role'] {
  const takesWrites = variables.read_only === '0' || variables.read_only === 'OFF'
  if (replicas.length === 0) return takesWrites ? 'primary' : 'unknown'
  const isIdle = replicas.every((row) => ioOf(row) === 'No' && row.Slave_SQL_Running !== 'Yes')
  return takesWrites && isIdle && expected === 'primary' ? 'primary' : 'standby'
}

function ioOf({ Slave_IO_Running: io }: TextRow): string {
  return io ?? 'No'
}

/** Undefined where no connection says it: what one that goes by files and places shows in Gtid_IO_Pos is empty, or from before. */
function receivedOf(replicas: readonly TextRow[], replayed: string | null | undefined): SideSays['received'] {
  const said = replicas.flatMap(({ Gtid_IO_Pos: position, Using_Gtid: using }) =>
    (position ?? '') === '' || using === 'No' ? [] : [position],
  )
  return said.length === 0 ? undefined : reachOf([...said, replayed])
}

const REPLAY = ['stopped', 'paused', 'running'] as const

/** The worst of all connections. */
function replayOf(replicas: readonly TextRow[]): SideSays['replay'] {
  const each = replicas.map((row) =>
    row.Slave_SQL_Running === 'Yes' ? 'running' : numbered(row.Last_SQL_Errno) ? 'stopped' : 'paused',
  )
  return REPLAY.find((one) => each.includes(one))
}

const RECEIVER = ['stopped', 'connecting', 'streaming'] as const

function receiverOf(replicas: readonly TextRow[]): SideSays['receiver'] {
  const each = replicas.map((row) => {
    const io = ioOf(row)
    const status: (typeof RECEIVER)[number] = io === 'Yes' ? 'streaming' : io === 'No' ? 'stopped' : 'connecting'
    return { status, row }
  })
  const worst = RECEIVER.flatMap((status) => each.find((one) => one.status === status) ?? [])[0]
  if (worst === undefined) return undefined
  const { status, row } = worst
  return {
    status,
    heardMs: undefined,
    from: `${row.Master_Host}:${row.Master_Port}`,
    name: (row.Connection_name ?? '') === '' ? undefined : (row.Connection_name ?? undefined),
    place: replicas.map((one) => `${one.Master_Log_File}:${one.Read_Master_Log_Pos}`).join(' '),
  }
}

function numbered(errno: string | null | undefined): boolean {
  return errno !== undefined && errno !== null && errno !== '0'
}

const COMPLAINTS: readonly Complaint[] = [
  'other-history',
  'log-removed',
  'sign-in-refused',
  'cannot-apply',
  'cannot-connect',
]

function worstComplaint(replicas: readonly TextRow[]): Complaint | undefined {
  const each = replicas.map(complaintOf)
  return COMPLAINTS.find((one) => each.includes(one))
}

/** By number; the text of an SQL error quotes rows and is never looked at. The text of error 1236 tells of files and positions only. */
function complaintOf(replica: TextRow): Complaint | undefined {
  if (numbered(replica.Last_SQL_Errno)) return 'cannot-apply'
  if (ioOf(replica) === 'Yes') return undefined
  const errno = Number(replica.Last_IO_Errno)
  if (errno === 1236) return brokenOff(replica.Last_IO_Error ?? '')
  if (errno === 1045 || errno === 4151) return 'sign-in-refused'
  return errno === 2002 || errno === 2003 || errno === 2013 ? 'cannot-connect' : undefined
}

/** 1236 is every fatal error of the sender: only what names another history is one. */
function brokenOff(text: string): Complaint | undefined {
  if (/purged|too old|Could not find first log file/i.test(text)) return 'log-removed'
  return /not in the master's binlog|slave has diverged|missing the GTID/i.test(text) ? 'other-history' : undefined
}
