import type { LogPosition, Transactions } from '../../replication.ts'

type Newest = Transactions['newest']

/** `0-1-55,2-3-7` as its parts; what is not of that form is left out. */
function partsOf(text: string | null | undefined): Newest {
  return (text ?? '').split(',').flatMap((one) => {
    const [, domain, server, sequence] = /^\s*(\d+)-(\d+)-(\d+)\s*$/.exec(one) ?? []
    return domain === undefined ? [] : [{ domain: Number(domain), server: Number(server), sequence: Number(sequence) }]
  })
}

/** `0-1-55,2-3-7` as a position; undefined when it is empty, which says nothing: the binary log may be off. */
export function gtidPosition(text: string | null | undefined): LogPosition | undefined {
  return reachOf([text])
}

/** As far as the furthest of these in each domain; undefined when all are empty. */
export function reachOf(texts: readonly (string | null | undefined)[]): LogPosition | undefined {
  const domains: Extract<LogPosition, { kind: 'gtid' }>['domains'] = {}
  for (const { domain, server, sequence } of texts.flatMap(partsOf)) {
    const before = domains[domain]
    if (before === undefined || before.sequence < sequence) domains[domain] = { server, sequence }
  }
  return Object.keys(domains).length === 0 ? undefined : { kind: 'gtid', domains }
}

/** The newest of each server in each domain over all of these: `@@gtid_binlog_state` names every server that wrote into this log. */
export function newestOfEach(texts: readonly (string | null | undefined)[]): Newest {
  const found = new Map<string, Newest[number]>()
  for (const one of texts.flatMap(partsOf)) {
    const key = `${one.domain}-${one.server}`
    const before = found.get(key)
    if (before === undefined || before.sequence < one.sequence) found.set(key, one)
  }
  return [...found.values()]
}
