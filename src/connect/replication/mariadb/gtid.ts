import type { LogPosition } from '../../replication.ts'

/** `0-1-55,2-3-7` as a position; undefined when it is empty, which says nothing: the binary log may be off. */
export function gtidPosition(text: string | null | undefined): LogPosition | undefined {
  const parts = (text ?? '').split(',').flatMap((one) => {
    const [, domain, server, sequence] = /^\s*(\d+)-(\d+)-(\d+)\s*$/.exec(one) ?? []
    return domain === undefined ? [] : [[domain, { server: Number(server), sequence: Number(sequence) }] as const]
  })
  return parts.length === 0 ? undefined : { kind: 'gtid', domains: Object.fromEntries(parts) }
}
