import { didYouMean } from '../base/did-you-mean.ts'
import { Failure } from '../base/failure.ts'
import type { Plan } from '../readiness/readiness.ts'
import { appendicitisTest, harmOf } from '../readiness/without/appendicitis.ts'
import { everyRemoval } from '../readiness/without/removals.ts'
import { harmLines, testInLines } from '../readiness/without/said.ts'
import { keyOf, type Removal } from '../readiness/without/without.ts'
import { planAtNight } from './plan-moment.ts'

/** The appendicitis test: of everything, or of what is named. Works on the folder alone; rehearsals are then only what the plan says of them. */
export async function planWithout(
  ids: string[],
  { plan: folder, at: when }: { plan: string; at?: string },
): Promise<void> {
  const { plan, at, zone } = await planAtNight(folder, when)
  const lines =
    ids.length === 0
      ? testInLines(appendicitisTest(plan, [], at), zone)
      : harmLines(harmOf(plan, [], at, removalsNamed(plan, ids)))
  for (const line of lines) console.log(line)
  console.log('\nRead from the folder alone: what the plan says of rehearsals is its word, not proof.')
}

function removalsNamed(plan: Plan, ids: readonly string[]): Removal[] {
  const all = everyRemoval(plan)
  return ids.map((id) => {
    const found = all.filter((one) => one.id === id || keyOf(one) === id)
    const [only] = found
    if (only === undefined)
      throw new Failure(
        'permanent',
        `The plan has no person, credential, line, host, switch or vendor "${id}".${didYouMean(
          id,
          all.map((one) => one.id),
        )}`,
      )
    if (found.length > 1)
      throw new Failure('permanent', `"${id}" is several things of the plan. Name one: ${found.map(keyOf).join(', ')}.`)
    return only
  })
}
