import type { PlanRule } from '../readiness.ts'
import { CAUSES, SCOPES } from '../shape/scenarios.ts'

/** For most causes a backup is no help: each has an answer of its own, and Internet and power one for a single site too. */
const WANTED: readonly (readonly [(typeof CAUSES)[number], readonly (typeof SCOPES)[number][]])[] = CAUSES.map(
  (cause) => [cause, cause === 'internet' || cause === 'power' ? ['one-site', 'central'] : []],
)

export const causesAnswered: PlanRule = {
  name: 'causes-answered',
  serves: 'HIPAA 164.308(a)(7)(i): policies and procedures for an emergency; cause by cause',
  reads: ['scenarios'],
  *judge({ scenarios: { scenarios } }) {
    for (const [cause, scopes] of WANTED) {
      const mine = scenarios.filter((scenario) => scenario.cause === cause)
      const missing = scopes.filter(
        (scope) => !mine.some((one) => one.scope === scope || (scope === 'central' && one.scope === 'all-sites')),
      )
      if (mine.length > 0 && missing.length === 0) continue
      const where = missing.length === 0 ? '' : ` at ${missing.join(' and at ')}`
      yield {
        part: 'scenarios',
        path: ['scenarios'],
        weight: 'error',
        says: `the plan has no answer to ${cause}${where}`,
        instead: `a scenario with cause: ${cause}, scope: ${missing[0] ?? SCOPES.join(', ')} and its runbook`,
      }
    }
    for (const [nth, { name, runbook }] of scenarios.entries())
      if (runbook === undefined)
        yield {
          part: 'scenarios',
          path: ['scenarios', nth, 'runbook'],
          weight: 'error',
          says: `${name}: there is no written answer`,
          instead: 'runbook: and the id of one in runbooks.yaml',
        }
  },
}
