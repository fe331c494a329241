import { ACTS, type Act } from '../judge/acts.ts'
import type { CheckId } from '../shape/check-ids.ts'
import type { Judged } from './judge-checks.ts'

/** Something that a practice can do, and what that would settle. */
export type Help = { act: Act; does: string; settles: CheckId[]; failed: number; gravest: 1 | 2 | 3; because: string }

/**
 * What would help most, best first. Each check that is not met names one act. An act comes first that settles the gravest check; among equals one that
 * puts right what failed, before what was never shown; then the one that settles the most, each check by its weight; then the order of the list.
 */
export function helpMost(judged: readonly Judged[], most = 3): Help[] {
  const open = judged.filter((one) => one.status === 'failed' || one.status === 'missing')
  const byAct = Map.groupBy(open, ({ check }) => check.act)
  const order = Object.keys(ACTS)
  return [...byAct]
    .map(([act, its]) => {
      const failed = its.filter(({ status }) => status === 'failed')
      const worst = gravest(its)
      const [first] = failed.length > 0 ? failed : its.filter(({ check }) => check.gravity === worst)
      const help: Help = {
        act,
        does: ACTS[act],
        settles: its.map(({ check }) => check.id),
        failed: failed.length,
        gravest: worst,
        because: first !== undefined && first.status !== 'excluded' ? first.verdict.because : '',
      }
      return { help, weight: its.reduce((sum, { check }) => sum + check.gravity, 0), worstFailed: gravest(failed) }
    })
    .toSorted(
      (a, b) =>
        b.help.gravest - a.help.gravest ||
        b.worstFailed - a.worstFailed ||
        b.weight - a.weight ||
        order.indexOf(a.help.act) - order.indexOf(b.help.act),
    )
    .slice(0, most)
    .map(({ help }) => help)
}

function gravest(its: readonly Judged[]): 1 | 2 | 3 {
  return its.reduce<1 | 2 | 3>((worst, { check }) => (check.gravity > worst ? check.gravity : worst), 1)
}
