import { systemClock } from '../base/time.ts'
import { leaveAt } from '../readiness/duty/leave.ts'
import { type OnCall, zoneOf } from '../readiness/duty/on-call.ts'
import { dutyPeriods } from '../readiness/duty/periods.ts'
import { phonesAway } from '../readiness/duty/reachable.ts'
import { momentInWords, spanAsWritten } from '../readiness/duty/said.ts'
import { siteAt } from '../readiness/duty/site-open.ts'
import { readPlanFolder } from '../readiness/folder/store.ts'
import { lostWithout } from '../readiness/map/lost-without.ts'
import { systemsAmong } from '../readiness/map/systems-among.ts'
import { checkPlan } from '../readiness/plan/check-plan.ts'
import type { Plan } from '../readiness/readiness.ts'

const WEEK = 7 * 86_400_000

/** A plan on one page: who is on call now, which sites are open, which systems matter, what falls with what. */
export async function showPlan(folder: string): Promise<void> {
  const now = systemClock.now()
  const { plan, notWhole, faults, blanks } = checkPlan(await readPlanFolder(folder), now)
  const { practice } = plan.practice
  console.log(
    `${practice.name}, as the plan in ${folder} stands at ${momentInWords(now, practice.zone)} (${practice.zone})`,
  )
  if (notWhole.size > 0)
    console.log(
      `Not to be read whole, so something of it is missing below: ${[...notWhole].map((part) => `${part}.yaml`).join(', ')}.`,
    )
  console.log(`${faults} faults and ${blanks} blanks; holdfast plan check names them.`)
  for (const [title, lines] of [
    ['On call', onCallNow(plan, now)],
    ['On leave', onLeave(plan, now)],
    ['Sites', sites(plan, now)],
    ['Systems', systems(plan)],
    ['What falls with what', falls(plan)],
  ] as const) {
    console.log(`\n${title}`)
    for (const line of lines.length === 0 ? ['nothing'] : lines) console.log(`  ${line}`)
  }
}

function onCallNow(plan: Plan, now: number): string[] {
  return plan.roster.rosters.map((roster) => {
    const zone = zoneOf(plan, roster)
    const [first, ...later] = dutyPeriods(plan, roster, { from: now, to: now + WEEK })
    const second = later.find(({ onCall }) => !isSame(onCall, first?.onCall))
    const until = second === undefined ? '' : ` until ${momentInWords(second.from, zone)}`
    if (first?.onCall.status !== 'on-call')
      return `${roster.name}: ${first?.needed === false ? 'nobody is needed' : 'NOBODY'}${until}`
    const { person: id, by, passedOver } = first.onCall
    const person = plan.people.people.find((one) => one.id === id)
    const phones = person === undefined ? [] : phonesAway(person)
    const instead = passedOver.length === 0 ? '' : `, for ${passedOver.join(', ')} on leave`
    return `${roster.name}: ${person?.name ?? id} ${phones.length === 0 ? 'WITHOUT A TELEPHONE' : phones.join(', ')} (${by}${instead})${until}`
  })
}

function isSame(a: OnCall, b: OnCall | undefined): boolean {
  return a.status === b?.status && (a.status === 'nobody' || (b.status === 'on-call' && a.person === b.person))
}

function onLeave(plan: Plan, now: number): string[] {
  const { zone } = plan.practice.practice
  return plan.people.people.flatMap((person) => {
    const leave = leaveAt(person, now, zone)
    return leave === undefined ? [] : [`${person.name} until ${momentInWords(leave.to, zone)}`]
  })
}

function sites(plan: Plan, now: number): string[] {
  const { zone } = plan.practice.practice
  return plan.sites.sites.map((site) => {
    const hours = siteAt(site, now, zone)
    const own = site.zone ?? zone
    if (hours.status === 'open') return `${site.name}: open until ${momentInWords(hours.until, own)}`
    if (hours.status === 'unknown') return `${site.name}: the plan does not say when it is open`
    return `${site.name}: closed${hours.opensAt === undefined ? '' : `, opens ${momentInWords(hours.opensAt, own)}`}`
  })
}

function systems(plan: Plan): string[] {
  const rank = ['critical', 'important', 'deferrable', undefined]
  const span = (word: string, ms: number | undefined) => `${word} ${ms === undefined ? '?' : spanAsWritten(ms)}`
  return plan.systems.systems
    .toSorted((a, b) => rank.indexOf(a.criticality) - rank.indexOf(b.criticality))
    .map(
      ({ name, criticality, rtoMs, rpoMs, mtdMs, workaround }) =>
        `${name}: ${criticality ?? 'criticality not said'}; ${span('back in', rtoMs)}, ${span('may lose', rpoMs)}, ${span('bearable', mtdMs)}; meanwhile: ${workaround ?? '?'}`,
    )
}

const SHOWN = 12

function falls(plan: Plan): string[] {
  const names = new Map(plan.systems.systems.map(({ id, name }) => [id, name]))
  return plan.map.nodes
    .map((node) => ({ node, systems: systemsAmong(plan, lostWithout(plan, [node.id])) }))
    .filter(({ systems }) => systems.length > 1)
    .toSorted((a, b) => b.systems.length - a.systems.length)
    .slice(0, SHOWN)
    .map(({ node, systems }) => `Without ${node.name}: ${systems.map((id) => names.get(id) ?? id).join(', ')}`)
}
