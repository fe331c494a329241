import { canonicalJson } from '../../base/hash.ts'
import type { Plan } from '../readiness.ts'
import { LISTED, LISTS, type Listed } from '../rules/references.ts'

/** One thing of the plan that is not as it was. `keys`: what of it changed. */
export type PlanChange = { kind: Listed; id: string; change: 'new' | 'changed' | 'gone'; keys: string[] }

/** What is new, changed or gone between two versions of a plan, thing by thing; the order in which it is written does not matter. */
export function comparePlans(before: Plan, after: Plan): PlanChange[] {
  return LISTED.flatMap((kind): PlanChange[] => {
    const was = listed(before, kind)
    const is = listed(after, kind)
    const gone = [...was.keys()].filter((id) => !is.has(id))
    return [
      ...[...is].flatMap(([id, thing]): PlanChange[] => {
        const old = was.get(id)
        if (old === undefined) return [{ kind, id, change: 'new', keys: [] }]
        const keys = changedKeys(old, thing)
        return keys.length === 0 ? [] : [{ kind, id, change: 'changed', keys }]
      }),
      ...gone.map((id): PlanChange => ({ kind, id, change: 'gone', keys: [] })),
    ]
  })
}

function listed(plan: Plan, kind: Listed): Map<string, object> {
  const { part, list } = LISTS[kind]
  const things: unknown = Reflect.get(plan[part], list)
  return new Map(Array.isArray(things) ? things.map((thing: { id: string }) => [thing.id, thing]) : [])
}

function changedKeys(before: object, after: object): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter((key) => said(before, key) !== said(after, key)).sort()
}

function said(thing: object, key: string): string | undefined {
  const held: unknown = Reflect.get(thing, key)
  return held === undefined ? undefined : canonicalJson(held)
}
