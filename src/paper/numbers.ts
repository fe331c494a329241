/**
 * The numbers of one site's sheets on one day, each given once and never to another: what is written on paper is found by it, so an add-on in the
 * morning must not renumber what was printed before. `packet` is by appointment id, `day-sheet` by provider id.
 */
export type SheetNumbers = { packet: ReadonlyMap<string, number>; 'day-sheet': ReadonlyMap<string, number> }

/** Numbers for those of `ids` that have none yet, after the highest that was ever given, in the order of `ids`. From 1. */
export function newNumbers(given: ReadonlyMap<string, number>, ids: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>()
  let highest = Math.max(0, ...given.values())
  for (const id of ids) if (!given.has(id) && !found.has(id)) found.set(id, ++highest)
  return found
}

/** The numbers of a day of which nothing was printed before. */
export function firstNumbers(visits: readonly { id: string; providerId: string; start: number }[]): SheetNumbers {
  const inOrder = visits.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
  return {
    packet: newNumbers(
      new Map(),
      inOrder.map((visit) => visit.id),
    ),
    'day-sheet': newNumbers(
      new Map(),
      inOrder.map((visit) => visit.providerId),
    ),
  }
}
