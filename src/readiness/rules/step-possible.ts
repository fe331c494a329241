import type { PlanRule } from '../readiness.ts'
import { obstaclesOf } from '../without/obstacles.ts'

/** Each step of a runbook can be done while everybody is there and everything works; and a runbook that cannot be taken back has its steps written. */
export const stepPossible: PlanRule = {
  name: 'step-possible',
  serves: 'a gate that nobody can ever pass is found before the night in which it is needed',
  reads: ['people', 'systems', 'map', 'vendors', 'runbooks'],
  *judge(plan) {
    const left = { plan, there: plan.people.people, down: new Set<string>(), gone: new Set<string>() }
    for (const [nth, runbook] of plan.runbooks.runbooks.entries()) {
      if (runbook.dangerous && runbook.steps === undefined)
        yield {
          part: 'runbooks',
          path: ['runbooks', nth, 'steps'],
          weight: 'warning',
          says: `${runbook.name} cannot be taken back everywhere, and its steps do not say what they ask for`,
          instead: 'steps: each with id, name, and its people, roles, credentials, with (nodes) and vendors',
        }
      for (const { step, says } of obstaclesOf(runbook, left))
        if (step !== undefined)
          yield {
            part: 'runbooks',
            path: ['runbooks', nth, 'steps', runbook.steps?.indexOf(step) ?? 0, 'name'],
            weight: 'error',
            says: `“${step.name}” can never be done: ${says}`,
            instead: 'somebody who can do it, or ask for less',
          }
    }
  },
}
