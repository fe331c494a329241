import type { Path } from '../../base/yaml-text.ts'
import type { Finding, LeftOut, Plan, PlanMoment, PlanRule } from '../readiness.ts'

/** What a rule found, and what it asked for that was left out of the plan: what it would have said with that is not known. */
export type JudgedRule = { findings: Finding[]; missed: LeftOut[] }

/**
 * Holds a rule against a plan of which something was left out, as far as that goes: what it says before it asks for what is not there is true, and
 * what it says after may only come from that. A rule that judges `each` entry alone goes on with the others.
 */
export function judgeRule(rule: PlanRule, plan: Plan, at: PlanMoment): JudgedRule {
  const faults = at.leftOut.filter(({ because }) => because === 'fault')
  // What names and what is named is looked for everywhere, and such a rule minds by itself what was left out.
  if (rule.reads.length === 0 || faults.length === 0) return { findings: [...rule.judge(plan, at)], missed: faults }
  const missed = new Set<LeftOut>()
  const findings: Finding[] = []
  for (const finding of rule.judge(watched(plan, faults, missed), at)) {
    if (rule.each !== true && missed.size > 0) break
    findings.push(finding)
  }
  const told = findings.filter(
    ({ part, path }) => ![...missed].some((one) => one.part === part && isSameEntry(one.path, path)),
  )
  return { findings: rule.each === true ? told : findings, missed: [...missed] }
}

/** Of a list, its entry; of a list from which an entry was left out, the list. */
function isSameEntry(a: Path, b: Path): boolean {
  const steps = Math.min(2, a.length)
  return a.slice(0, steps).every((step, nth) => step === b[nth]) && (a.length > 1 || b.length === 1)
}

/** The plan, noting each time something is asked for that was left out of it. */
function watched(plan: Plan, faults: readonly LeftOut[], missed: Set<LeftOut>): Plan {
  const seen = new WeakMap<object, object>()
  const watching = (path: Path): ProxyHandler<object> => {
    const note = (key: string | symbol | undefined) => {
      for (const one of faults)
        if (one.from === 'list' ? isAt(one, path) : key === undefined ? isIn(one, path) : isKey(one, path, key))
          missed.add(one)
    }
    return {
      get(group, key) {
        note(key)
        const value: unknown = Reflect.get(group, key)
        if (typeof value !== 'object' || value === null || typeof key === 'symbol') return value
        // The same thing stays the same thing.
        const known = seen.get(value) ?? new Proxy(value, watching([...path, Array.isArray(group) ? Number(key) : key]))
        seen.set(value, known)
        return known
      },
      has(group, key) {
        note(key)
        return Reflect.has(group, key)
      },
      ownKeys(group) {
        note(undefined)
        return Reflect.ownKeys(group)
      },
    }
  }
  return new Proxy<Plan>(plan, watching([]))
}

/** The path of something left out, from the whole plan. */
function wholePath({ part, path }: LeftOut): Path {
  return [part, ...path]
}

function isSame(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((step, nth) => step === b[nth])
}

function isAt(one: LeftOut, path: Path): boolean {
  return isSame(wholePath(one), path)
}

function isIn(one: LeftOut, path: Path): boolean {
  return isSame(wholePath(one).slice(0, -1), path)
}

/** A span that is written `rto` is read as `rtoMs`. */
function isKey(one: LeftOut, path: Path, key: string | symbol): boolean {
  const last = one.path.at(-1)
  return isIn(one, path) && (key === last || key === `${String(last)}Ms`)
}
