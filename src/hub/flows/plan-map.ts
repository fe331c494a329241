import { HUB } from '../../monitor/known-causes.ts'
import type { DependencyMap, Need, Thing, WrittenAnswer } from '../../monitor/map.ts'
import type { Plan } from '../../readiness/readiness.ts'
import type { MapNode } from '../../readiness/shape/map.ts'

/** The system of the plan that Holdfast itself is: its hub, and the lockbox of each site. */
const HOLDFAST = 'holdfast'

/**
 * The plan's map as the naming of causes takes it. The hub and the sites, which see and are seen, are put on top of what the plan says that they run on;
 * what to do is the runbook of the scenario that takes away what is down, and whom to call.
 */
export function mapOfPlan(plan: Plan): DependencyMap {
  const { nodes } = plan.map
  const own = nodes.filter(({ system }) => system === HOLDFAST)
  const hub = own.find(({ site, kind }) => kind === 'application' || site === undefined)
  const boxes = own.filter((node) => node !== hub && node.site !== undefined)
  const things = [
    ...nodes.map((node) => thingOfNode(plan, node)),
    { id: HUB, name: 'The hub', kind: 'vantage', needs: hub === undefined ? [] : [hub.id] } satisfies Thing,
    ...boxes.map((box) => siteThing(plan, box)),
  ]
  const ids = new Set(things.map(({ id }) => id))
  return {
    things: things.map((thing) => ({ ...thing, needs: knownOf(thing.needs, ids) })),
    probes: [],
    answers: answersOf(plan),
    pairs: plan.protections.standbys.map(({ id, primary, standby }) => ({ id, primary, standby })),
  }
}

/** What the plan says for each case; which of its runbooks turn to a standby stands with that standby. */
function answersOf({ scenarios, runbooks, protections }: Plan): WrittenAnswer[] {
  return scenarios.scenarios.flatMap(({ name, takesOut, runbook: id }) => {
    const runbook = runbooks.runbooks.find((one) => one.id === id)
    if (runbook === undefined || takesOut.length === 0) return []
    const turnsTo = protections.standbys.find(({ failover }) => failover === id)?.standby
    const when =
      turnsTo === undefined ? '' : ', once the primary is proven to be stopped and the standby to have everything'
    const says = `The plan's answer is the runbook “${runbook.name}”${when}.`
    return [{ name, takesOut, says, ...(turnsTo === undefined ? {} : { turnsTo }) }]
  })
}

function thingOfNode(plan: Plan, node: MapNode): Thing {
  const advice = adviceFor(plan, node)
  return {
    id: node.id,
    name: node.name,
    kind: node.kind,
    ...(node.system === undefined ? {} : { system: node.system }),
    needs: [...node.needs, ...node.needsOneOf.map((anyOf) => ({ anyOf }))],
    ...(advice === '' ? {} : { advice }),
  }
}

/** A site speaks when its lockbox runs and one of its lines carries. */
function siteThing(plan: Plan, box: MapNode): Thing {
  const { site = '' } = box
  const lines = plan.map.nodes.filter((node) => node.kind === 'line' && node.site === site).map(({ id }) => id)
  const name = plan.sites.sites.find(({ id }) => id === site)?.name ?? site
  const needs: Need[] = [box.id, ...(lines.length === 0 ? [] : [{ anyOf: lines }])]
  return { id: `site:${site}`, name: `The site ${name}`, kind: 'vantage', needs }
}

function adviceFor(plan: Plan, node: MapNode): string {
  const vendor = plan.vendors.vendors.find(({ id }) => id === node.vendor)
  const phone = vendor?.tiers.find((tier) => tier.phone !== undefined)?.phone
  return vendor === undefined || phone === undefined ? '' : `${vendor.name}: ${phone}.`
}

/** What a plan names and does not draw is told by its check; here it must not make the rest unusable. */
function knownOf(needs: readonly Need[], ids: ReadonlySet<string>): Need[] {
  return needs.flatMap((need): Need[] => {
    if (typeof need === 'string') return ids.has(need) ? [need] : []
    const anyOf = need.anyOf.filter((id) => ids.has(id))
    return anyOf.length === 0 ? [] : [{ anyOf }]
  })
}
