import { didYouMean } from '../../base/did-you-mean.ts'
import type { Path, Place } from '../../base/yaml-text.ts'
import { type LeftOut, type Plan, type PlanFiles, type PlanPart, partNames, planShape } from '../readiness.ts'
import { blanksInDocument } from './blank.ts'
import type { PlanComplaint } from './plan-complaint.ts'
import { coveredBy, readPart } from './read-part.ts'

export type ReadPlan = {
  plan: Plan
  /** Parts whose file is missing or not to be understood: empty in `plan`. */
  unread: Set<PlanPart>
  /** What was left out of the others, because it cannot be understood or because a blank stands in it. */
  leftOut: LeftOut[]
  /** Parts that are not in `plan` as they are written. Whoever acts on a plan asks for none. */
  notWhole: Set<PlanPart>
  /** The folder's other files: procedures in Markdown. */
  documents: Set<string>
  complaints: PlanComplaint[]
  placeOf: (part: PlanPart, path: Path) => Place & { file: string }
  /** Whether a blank stands where something is missed: then the blank says it, once. */
  isBlank: (part: PlanPart, path: Path) => boolean
}

const EMPTY = {
  ...Object.fromEntries(partNames.map((part) => [part, {}])),
  practice: { plan: 1, practice: { id: 'unread', name: 'unread', zone: 'UTC' } },
}

/** Reads a plan's folder, whatever is in it. Never throws: all that is wrong with how it is written is among the complaints. */
export function readPlan(files: PlanFiles): ReadPlan {
  const complaints: PlanComplaint[] = []
  const leftOut: LeftOut[] = []
  const notWhole = new Set<PlanPart>()
  // As written, so that the whole is read once more with its types.
  const parts: { [part in PlanPart]?: unknown } = {}
  const places = new Map<PlanPart, (path: Path) => Place>()
  const blanks = new Map<PlanPart, Path[]>()
  for (const part of partNames) {
    const file = fileOf(part)
    const text = files.get(file)
    if (text === undefined) {
      notWhole.add(part)
      complaints.push({
        file,
        line: 1,
        column: 1,
        weight: 'error',
        rule: 'shape',
        says: `${file} is missing: docs/operating/plan.md says what stands in it, and holdfast plan init leaves one to compare with`,
        instead: '',
      })
      continue
    }
    const read = readPart(part, text)
    places.set(part, read.at)
    blanks.set(part, read.blanks)
    complaints.push(...read.complaints)
    leftOut.push(...read.leftOut)
    if (read.complaints.some(({ weight }) => weight === 'error')) notWhole.add(part)
    if (read.value !== undefined) parts[part] = read.value
  }
  const documents = new Set([...files.keys()].filter((name) => name.endsWith('.md')))
  complaints.push(...strangers(files))
  for (const name of documents) complaints.push(...blanksInDocument(name, files.get(name) ?? ''))
  const unread = new Set(partNames.filter((part) => parts[part] === undefined))
  return {
    plan: planShape.parse({ ...EMPTY, ...parts }),
    unread,
    leftOut,
    notWhole: notWhole.union(unread),
    documents,
    complaints,
    placeOf: (part, path) => ({ file: fileOf(part), ...(places.get(part)?.(path) ?? { line: 1, column: 1 }) }),
    isBlank: (part, path) => coveredBy(blanks.get(part) ?? [], path),
  }
}

function fileOf(part: PlanPart): string {
  return `${part}.yaml`
}

function* strangers(files: PlanFiles): Iterable<PlanComplaint> {
  const known = partNames.map(fileOf)
  for (const name of files.keys()) {
    if (!/\.ya?ml$/.test(name) || known.includes(name)) continue
    yield {
      file: name,
      line: 1,
      column: 1,
      weight: 'warning',
      rule: 'shape',
      says: `this file is no part of the plan.${didYouMean(name, known)}`,
      instead: `one of ${known.join(', ')}`,
    }
  }
}
