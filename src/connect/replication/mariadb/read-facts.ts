import type { Complaint, SideSays } from '../../replication.ts'
import { gtidPosition } from './gtid.ts'

/** One row as the server wrote it, by column. */
export type TextRow = { readonly [column: string]: string | null | undefined }

/** What was asked, each as rows of text. `replica`: SHOW REPLICA STATUS, empty where there is none. */
export type Asked = { variables: TextRow; status: TextRow; replica: TextRow | undefined }

type Beside = Pick<SideSays, 'heartbeat' | 'write'>

export function readFacts({ variables, status, replica }: Asked, beside: Beside): SideSays {
  const clock = Number(variables.clock)
  const io = replica?.Slave_IO_Running ?? 'No'
  const applies = replica?.Slave_SQL_Running === 'Yes'
  const follows = replica !== undefined && (io !== 'No' || applies)
  const standby = follows || variables.read_only !== '0'
  return {
    engine: 'mariadb',
    systemId: undefined,
    serverId: `${variables.server_id} at ${variables.hostname}:${variables.port} in ${variables.datadir}`,
    startedAt: clock - Number(status.Uptime ?? 0) * 1000,
    clock,
    role: standby ? 'standby' : 'primary',
    current: standby ? undefined : gtidPosition(variables.binlog),
    received: standby ? gtidPosition(replica?.Gtid_IO_Pos) : undefined,
    replayed: standby ? gtidPosition(variables.replayed) : undefined,
    replayedAt: undefined,
    replay:
      !standby || replica === undefined
        ? undefined
        : applies
          ? 'running'
          : numbered(replica.Last_SQL_Errno)
            ? 'stopped'
            : 'paused',
    receiver:
      replica === undefined || io === 'No'
        ? undefined
        : {
            status: io === 'Yes' ? 'streaming' : 'connecting',
            heardMs: undefined,
            from: `${replica.Master_Host}:${replica.Master_Port}`,
          },
    complaint: replica === undefined ? undefined : complaintOf(replica),
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

function numbered(errno: string | null | undefined): boolean {
  return errno !== undefined && errno !== null && errno !== '0'
}

/** By number; the text of an SQL error quotes rows and is never looked at. The text of error 1236 tells of files and positions only. */
function complaintOf(replica: TextRow): Complaint | undefined {
  if (numbered(replica.Last_SQL_Errno)) return 'cannot-apply'
  if (replica.Slave_IO_Running === 'Yes') return undefined
  const errno = Number(replica.Last_IO_Errno)
  if (errno === 1236) return /purged|too old/i.test(replica.Last_IO_Error ?? '') ? 'log-removed' : 'other-history'
  if (errno === 1045 || errno === 4151) return 'sign-in-refused'
  return errno === 2002 || errno === 2003 || errno === 2013 ? 'cannot-connect' : undefined
}
