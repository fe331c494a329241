import type { LeftOut } from '../readiness.ts'
import { LISTS, type Listed } from './references.ts'

/** Ids of entries that are in the plan, though they could not be read. */
export function idsLeftOut(leftOut: readonly LeftOut[], kind: Listed): string[] {
  return from(leftOut, kind).flatMap(({ ids }) => ids)
}

/** Whether something was left out of which not even the id is known: then any id of this kind may be there. */
export function isListOpen(leftOut: readonly LeftOut[], kind: Listed): boolean {
  return from(leftOut, kind).some(({ ids }) => ids.length === 0)
}

function from(leftOut: readonly LeftOut[], kind: Listed): LeftOut[] {
  const { part, list } = LISTS[kind]
  return leftOut.filter((one) => one.part === part && one.path.length === 1 && one.path[0] === list)
}
