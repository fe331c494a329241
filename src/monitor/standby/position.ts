/** A place in the log: a byte of a timeline (PostgreSQL), or the newest transaction of each domain (MariaDB). */
export type LogPosition =
  | { kind: 'lsn'; timeline: number | undefined; byte: number }
  | { kind: 'gtid'; domains: { [domain: string]: { server: number; sequence: number } } }

/** How much `has` lacks of `wanted`; 0: nothing. `other-line`: the two do not lie on one line, so no number means anything. */
export type Distance = { amount: number; unit: 'bytes' | 'transactions' } | 'other-line'

export function distance(has: LogPosition, wanted: LogPosition): Distance {
  if (has.kind === 'lsn' && wanted.kind === 'lsn') {
    if (has.timeline !== undefined && has.timeline !== wanted.timeline) return 'other-line'
    return { amount: Math.max(0, wanted.byte - has.byte), unit: 'bytes' }
  }
  if (has.kind === 'lsn' || wanted.kind === 'lsn') return 'other-line'
  let amount = 0
  for (const [domain, want] of Object.entries(wanted.domains)) {
    const held = has.domains[domain]
    if (held !== undefined && held.sequence === want.sequence && held.server !== want.server) return 'other-line'
    amount += Math.max(0, want.sequence - (held?.sequence ?? 0))
  }
  return { amount, unit: 'transactions' }
}

/** Whether all of `wanted` is in `has`. */
export function holds(has: LogPosition, wanted: LogPosition): boolean {
  const missing = distance(has, wanted)
  return missing !== 'other-line' && missing.amount === 0
}

/** As the engine writes it: `1/39FFFF50`, `0-1-55`. */
export function positionInWords(position: LogPosition): string {
  if (position.kind === 'lsn')
    return `${Math.floor(position.byte / 2 ** 32).toString(16)}/${(position.byte % 2 ** 32).toString(16)}`.toUpperCase()
  return Object.entries(position.domains)
    .map(([domain, { server, sequence }]) => `${domain}-${server}-${sequence}`)
    .join(',')
}

/** `40 bytes`, `1.5 MB`, `3 transactions`. */
export function amountInWords({ amount, unit }: Exclude<Distance, string>): string {
  if (unit === 'transactions') return `${amount} ${amount === 1 ? 'transaction' : 'transactions'}`
  if (amount < 1000) return `${amount} bytes`
  const power = Math.min(3, Math.floor(Math.log10(amount) / 3))
  return `${(amount / 1000 ** power).toFixed(amount / 1000 ** power < 10 ? 1 : 0)} ${['', 'kB', 'MB', 'GB'][power]}`
}
