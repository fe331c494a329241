import type { PlanRule } from '../readiness.ts'
import { whoCanUse } from '../without/obstacles.ts'

/** What opens a system is in more than one person's hands, or under a seal that another can open. */
export const credentialHeld: PlanRule = {
  name: 'credential-held',
  serves: 'HIPAA 164.312(a)(2)(ii): emergency access procedure',
  reads: ['systems'],
  each: true,
  *judge({ systems: { credentials } }) {
    for (const [nth, credential] of credentials.entries()) {
      const who = whoCanUse(credential)
      if (who.length >= 2) continue
      yield {
        part: 'systems',
        path: ['credentials', nth, 'heldBy'],
        weight: who.length === 0 ? 'error' : 'warning',
        says:
          who.length === 0
            ? `nobody can use ${credential.name}`
            : `only one person can use ${credential.name}: nobody can when that person is ill`,
        instead: 'a second person, or a sealed copy: sealed: [{ where: safe, openedBy: [ids of people] }]',
      }
    }
  },
}
