import type { CheckedPlan } from './check-plan.ts'

/** Which rules could not be held against the plan, or not against all of it, and why; those with the same reason in one line. */
export function notJudgedInWords(notJudged: CheckedPlan['notJudged']): string[] {
  const rules = new Map<string, string[]>()
  for (const { rule, partly, because, places } of notJudged) {
    const files = because.map((part) => `${part}.yaml`).join(' and ')
    const at = places.map(({ file, line, column }) => `${file}:${line}:${column}`).join(', ')
    const why = `${partly ? 'Not judged in full' : 'Not judged'}, because ${
      places.length === 0 ? `${files} cannot be read` : `what stands at ${at} was left out`
    }`
    rules.set(why, [...(rules.get(why) ?? []), rule])
  }
  return [...rules].map(([why, names]) => `${why}: ${names.join(', ')}.`)
}
