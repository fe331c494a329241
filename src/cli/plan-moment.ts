import { Failure } from '../base/failure.ts'
import { type Instant, systemClock } from '../base/time.ts'
import { instantAt } from '../base/zone.ts'
import { readPlanFolder } from '../readiness/folder/store.ts'
import { readPlan } from '../readiness/plan/read-plan.ts'
import type { Plan } from '../readiness/readiness.ts'

export type AtNight = { plan: Plan; at: Instant; zone: string }

/**
 * A plan and the night that is asked about: `2026-11-23 02:00` on the wall of the practice, or now. Permanent Failure for a moment that is none, or a
 * plan that cannot be read whole: half a plan would say that nobody is needed.
 */
export async function planAtNight(folder: string, at: string | undefined): Promise<AtNight> {
  const { plan, notWhole } = readPlan(await readPlanFolder(folder))
  if (notWhole.size > 0)
    throw new Failure(
      'permanent',
      `The plan in ${folder} cannot be read whole (${[...notWhole].map((part) => `${part}.yaml`).join(', ')}), so nothing can be said of the night. See holdfast plan check ${folder}.`,
    )
  const { zone } = plan.practice.practice
  return { plan, zone, at: at === undefined ? systemClock.now() : momentOf(at, zone) }
}

function momentOf(at: string, zone: string): Instant {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[ T]((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(at) ?? []
  const found = day === undefined || time === undefined ? Number.NaN : instantAt(day, time, zone)
  if (!Number.isFinite(found))
    throw new Failure('permanent', `--at "${at}" is no moment. Write it like "2026-11-23 02:00", in ${zone}.`)
  return found
}
