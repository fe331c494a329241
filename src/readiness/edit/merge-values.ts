import { isSameValue } from './card-values.ts'
import type { Card } from './cards.ts'
import { rowsIn, type Value, type Values, wordsIn } from './value-parts.ts'

/** What somebody else changed meanwhile. `is` is theirs; `clash`: both changed it, and mine stands in the form. */
export type Meanwhile = { key: string; label: string; was: Value; is: Value; clash: boolean }

/**
 * Two people changed the same thing: `base` is what both began with, `theirs` is kept already, `mine` was just sent. What only one of them changed is as that
 * one wrote it; of lists both keep what they added, and lose what either took out; where both wrote another word, mine stands and theirs is told.
 */
export function mergeValues(
  card: Card,
  base: Values,
  theirs: Values,
  mine: Values,
): { values: Values; meanwhile: Meanwhile[] } {
  const meanwhile: Meanwhile[] = []
  const values: { [key: string]: Value } = {}
  for (const { key, label, kind } of card.asks) {
    const [was, is, sent] = [base[key] ?? '', theirs[key] ?? '', mine[key] ?? '']
    const byMe = !isSameValue(was, sent)
    const byThem = !isSameValue(was, is)
    values[key] = byMe ? sent : is
    if (!byThem || isSameValue(is, sent)) continue
    const both = byMe && (kind === 'rows' || kind === 'ticks')
    if (both)
      values[key] =
        kind === 'rows'
          ? mergedList(rowsIn(was), rowsIn(is), rowsIn(sent))
          : mergedList(wordsIn(was), wordsIn(is), wordsIn(sent))
    meanwhile.push({ key, label, was, is, clash: byMe && !both })
  }
  return { values, meanwhile }
}

function mergedList<One>(was: readonly One[], is: readonly One[], sent: readonly One[]): readonly One[] {
  const holds = (list: readonly One[], one: One): boolean => list.some((other) => isSameValue(other, one))
  const kept = is.filter((one) => holds(sent, one) || !holds(was, one))
  const added = sent.filter((one) => !holds(was, one) && !holds(is, one))
  return [...kept, ...added]
}
