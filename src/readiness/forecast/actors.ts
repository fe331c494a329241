import { DAY, type Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import { leaveAt } from '../duty/leave.ts'
import { phonesAway } from '../duty/reachable.ts'
import { newestOf } from '../evidence/evidence.ts'
import type { Person } from '../shape/people.ts'
import type { Runbook } from '../shape/runbooks.ts'
import type { Scenario } from '../shape/scenarios.ts'
import type { Site } from '../shape/sites.ts'
import type { Presence } from '../without/presence.ts'
import { type Rehearsed, rehearsedBy } from '../without/rehearsal.ts'
import type { Actor, CanAct, ForecastFacts } from './forecast.ts'

/** A test notice that was answered counts for a quarter. */
const REACHED_COUNTS_MS = 90 * DAY

/** Everybody who would have to act on a scenario tonight, those first who are called first. */
export function actorsOf(facts: ForecastFacts, scenario: Scenario, { onCall }: Presence): Actor[] {
  const { plan } = facts
  const runbook = plan.runbooks.runbooks.find(({ id }) => id === scenario.runbook)
  const as = new Map<string, string[]>()
  const add = (person: string | undefined, why: string): void => {
    if (person !== undefined) as.set(person, [...(as.get(person) ?? []), why])
  }
  for (const [id, [first]] of onCall)
    add(first, `on call (${plan.roster.rosters.find((roster) => roster.id === id)?.name ?? id})`)
  add(runbook?.lead, `leads “${runbook?.name}”`)
  add(runbook?.backup, `second for “${runbook?.name}”`)
  for (const person of runbook?.also ?? []) add(person, `can carry out “${runbook?.name}”`)
  for (const role of new Set(runbook?.steps?.flatMap(({ roles }) => roles)))
    for (const person of plan.people.people)
      if (person.roles.includes(role))
        add(person.id, `may speak as ${plan.people.roles.find(({ id }) => id === role)?.name ?? role}`)
  return [...as].flatMap(([id, why]) => {
    const person = plan.people.people.find((one) => one.id === id)
    return person === undefined ? [] : [actorOf(facts, person, why, runbook)]
  })
}

/** Those who lead a site, in the order in which the plan names them. */
export function leadsOf(facts: ForecastFacts, { leads }: Site): Actor[] {
  return leads.flatMap((id) => {
    const person = facts.plan.people.people.find((one) => one.id === id)
    return person === undefined ? [] : [actorOf(facts, person, ['leads the site'], undefined)]
  })
}

function actorOf(facts: ForecastFacts, person: Person, as: string[], runbook: Runbook | undefined): Actor {
  const { plan, evidence, now } = facts
  const { zone } = plan.practice.practice
  const carries = runbook !== undefined && [runbook.lead, runbook.backup, ...runbook.also].includes(person.id)
  const rehearsed = carries ? rehearsedBy(runbook, person.id, evidence, now) : undefined
  const phones = phonesAway(person)
  const leave = leaveAt(person, now, zone)
  const said: [CanAct, string][] = [
    ...(leave === undefined
      ? []
      : [['cannot', `on leave until ${dayOf(leave.to - 1, zone)}`] satisfies [CanAct, string]]),
    ...(phones.length > 0 ? [] : [['cannot', 'no telephone away from the desk'] satisfies [CanAct, string]]),
    reachedSaid(facts, person.id),
    ...(rehearsed === undefined ? [] : [rehearsedSaid(rehearsed, zone)]),
  ]
  const worst = (['cannot', 'doubtful', 'not-proven', 'can'] as const).find((can) => said.some(([one]) => one === can))
  return {
    id: person.id,
    name: person.name,
    as,
    phones,
    can: worst ?? 'not-proven',
    because: said.map(([, why]) => why),
    rehearsed,
  }
}

function reachedSaid({ evidence, reached, now, plan }: ForecastFacts, person: string): [CanAct, string] {
  const { zone } = plan.practice.practice
  const record = newestOf(evidence, 'person-reached', `person:${person}`)
  const answeredAt: Instant | undefined = reached.get(person)
  const at = Math.max(answeredAt ?? 0, record?.outcome === 'held' ? record.at : 0)
  if (record !== undefined && record.outcome !== 'held' && record.at > at)
    return ['doubtful', `did not answer the test notice of ${dayOf(record.at, zone)}`]
  if (at > 0)
    return now - at > REACHED_COUNTS_MS
      ? ['doubtful', `last answered a test notice on ${dayOf(at, zone)}, which is too long ago`]
      : ['can', `answered a test notice on ${dayOf(at, zone)}`]
  return reached.has(person)
    ? ['doubtful', 'has never answered a test notice in time']
    : ['not-proven', 'never tested whether a notice reaches them']
}

function rehearsedSaid(rehearsed: Rehearsed, zone: string): [CanAct, string] {
  if (rehearsed.status === 'never') return ['not-proven', 'has never rehearsed it']
  if (rehearsed.status === 'said')
    return ['not-proven', `rehearsed it on ${rehearsed.on} by the plan's word, without proof`]
  const day = dayOf(rehearsed.at, zone)
  if (rehearsed.status === 'failed') return ['doubtful', `the last rehearsal, on ${day}, did not succeed`]
  return rehearsed.current
    ? ['can', `rehearsed it on ${day}`]
    : ['doubtful', `rehearsed it on ${day}, which is too long ago`]
}
