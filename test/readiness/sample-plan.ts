import { readPlanFolder } from '../../src/readiness/folder/store.ts'

/** The plan of the sample practice, as its files. */
export const samplePlan = await readPlanFolder(`${import.meta.dirname}/../../dev/practice/plan`)

/** The sample's plan with some words of its files changed; throws when they are not there. */
export function changedPlan(...changes: [file: string, from: string, to: string][]): Map<string, string> {
  const files = new Map(samplePlan)
  for (const [file, from, to] of changes) {
    const text = files.get(file) ?? ''
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`)
    files.set(file, text.replace(from, to))
  }
  return files
}
