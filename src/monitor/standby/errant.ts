import type { Said } from './standby.ts'
import type { View } from './view.ts'

type Transaction = NonNullable<Said['transactions']>['newest'][number]

/**
 * Transactions that only the standby has: they were written on it, or came to it from somebody who is not our primary. The primary was asked first, so it
 * may only lack what it has written itself since. Positions do not show them: a standby with a row of its own repeats the primary as before.
 */
export function errantTransactions({ primary, standby }: View): Transaction[] {
  if (primary?.role !== 'primary' || primary.current === undefined || standby?.role !== 'standby') return []
  const [its, own] = [primary.transactions, standby.transactions]
  if (its === undefined || own === undefined) return []
  const known = new Map(its.newest.map((one) => [`${one.domain}-${one.server}`, one.sequence]))
  const domains = new Set(its.newest.map(({ domain }) => domain))
  return own.newest.filter(({ domain, server, sequence }) => {
    if (server === its.serverId || (known.get(`${domain}-${server}`) ?? 0) >= sequence) return false
    // Another domain, written by a third server, is the log of another source that this standby repeats as well.
    return server === own.serverId || domains.has(domain)
  })
}

/** As the engine writes them: `0-2-37`. */
export function transactionsInWords(transactions: readonly Transaction[]): string {
  return transactions.map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`).join(', ')
}
