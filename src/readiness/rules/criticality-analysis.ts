import type { PlanRule } from '../readiness.ts'

const ASKED = [
  ['owner', 'the id of the person who answers for it'],
  ['rtoMs', 'rto: how soon it is to be back, such as 4h'],
  ['rpoMs', 'rpo: how much of what was written last may be lost, such as 15m'],
  ['mtdMs', 'mtd: after how long without it the practice cannot work, such as 3d'],
  ['workaround', 'how people work while it is away'],
] as const

/** Each system has its criticality; one that matters has its times, its owner and a way to work without it. */
export const criticalityAnalysis: PlanRule = {
  name: 'criticality-analysis',
  serves: 'HIPAA 164.308(a)(7)(ii)(E): applications and data criticality analysis',
  reads: ['systems'],
  each: true,
  *judge({ systems: { systems } }) {
    for (const [nth, system] of systems.entries()) {
      if (system.criticality === undefined)
        yield {
          part: 'systems',
          path: ['systems', nth, 'criticality'],
          weight: 'error',
          says: `nobody has said how much ${system.name} matters`,
          instead: 'criticality: critical, important or deferrable',
        }
      if (system.criticality === undefined || system.criticality === 'deferrable') continue
      for (const [key, instead] of ASKED) {
        if (system[key] !== undefined) continue
        const written = key.replace(/Ms$/, '')
        yield {
          part: 'systems',
          path: ['systems', nth, written],
          weight: 'error',
          says: `${system.name} is ${system.criticality} and has no ${written}`,
          instead,
        }
      }
    }
  },
}
