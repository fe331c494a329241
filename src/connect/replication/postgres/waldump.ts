import type { Instant } from '../../../base/time.ts'
import type { LogPosition } from '../../replication.ts'

export type DiskCommit = { xid: string; at: Instant; position: LogPosition }

/** A commit as pg_waldump (of version 15, in UTC) prints it. The rest of its line names relations and is not read. */
const COMMIT =
  /tx:\s+(\d+), lsn: ([0-9A-F]+)\/([0-9A-F]+), .*?desc: COMMIT(?:_PREPARED)?(?: PREPARED)? (?:\d+: )?(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})\d* UTC/

export function commitsIn(output: string, timeline: number): DiskCommit[] {
  return output.split('\n').flatMap((line) => {
    const [, xid, high, low, day, time] = COMMIT.exec(line) ?? []
    if (xid === undefined || high === undefined || low === undefined) return []
    const byte = Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
    // The position of a record is its beginning; a server has it whole only when it has a byte more.
    return [{ xid, at: Date.parse(`${day}T${time}Z`), position: { kind: 'lsn', timeline, byte: byte + 1 } }]
  })
}
