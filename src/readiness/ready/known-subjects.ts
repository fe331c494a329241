import { didYouMean } from '../../base/did-you-mean.ts'
import type { Instant } from '../../base/time.ts'
import { everyCheck } from '../checks/every-check.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Plan } from '../readiness.ts'

/** What of a record the plan does not know: a slip of the pen, or a thing that the plan lacks. One line each, with what was perhaps meant. */
export function notInPlan(
  plan: Plan,
  { subject, people }: Pick<Evidence, 'subject' | 'people'>,
  now: Instant,
): string[] {
  const subjects = knownSubjects(plan, now)
  const ids = plan.people.people.map(({ id }) => id)
  return [
    ...(subjects.has(subject) ? [] : [`the plan knows nothing called "${subject}".${didYouMean(subject, subjects)}`]),
    ...people
      .filter((one) => !ids.includes(one))
      .map((one) => `the plan knows no person "${one}".${didYouMean(one, ids)}`),
  ]
}

/** Everything of a plan that evidence can be about, by the words that evidence uses. */
function knownSubjects(plan: Plan, now: Instant): Set<string> {
  const { protections, sites, people, runbooks, drills, systems, map, vendors, scenarios } = plan
  const things: [word: string, its: readonly { id: string }[]][] = [
    ['backup', protections.backups],
    ['backup-key', protections.backups],
    ['standby', protections.standbys],
    ['ups', protections.ups],
    ['line', protections.lines],
    ['antivirus', protections.antivirus],
    ['site', sites.sites],
    ['lockbox', sites.sites],
    ['clock:site', sites.sites],
    ['person', people.people],
    ['runbook', runbooks.runbooks],
    ['drill', drills.drills],
    ['system', systems.systems],
    ['system', map.nodes],
    ['clock', map.nodes],
    ['vendor', vendors.vendors],
    ['scenario', scenarios.scenarios],
  ]
  return new Set([
    'plan',
    ...everyCheck.flatMap((check) => [
      `item:${check.id.toLowerCase()}`,
      ...(check.wants?.(plan, now) ?? []).map(({ subject }) => subject),
    ]),
    ...things.flatMap(([word, its]) => its.map(({ id }) => `${word}:${id}`)),
  ])
}
