import { didYouMean } from '../../base/did-you-mean.ts'
import { shapeFaults } from '../../base/shape-faults.ts'
import { BLANK_ENTRY, type Path, type Place, readYamlText } from '../../base/yaml-text.ts'
import { type Plan, type PlanFiles, type PlanPart, partNames, planShape } from '../readiness.ts'
import { blankIn, blanksInDocument } from './blank.ts'
import type { PlanComplaint } from './plan-complaint.ts'

export type ReadPlan = {
  plan: Plan
  /** Parts whose file is missing or not to be understood: empty in `plan`. */
  unread: Set<PlanPart>
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
  // As written, so that the whole is read once more with its types.
  const parts: { [part in PlanPart]?: unknown } = {}
  const places = new Map<PlanPart, (path: Path) => Place>()
  const blanks = new Map<PlanPart, Path[]>()
  for (const part of partNames) {
    const file = fileOf(part)
    const text = files.get(file)
    if (text === undefined) {
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
    if (read.value !== undefined) parts[part] = read.value
  }
  const documents = new Set([...files.keys()].filter((name) => name.endsWith('.md')))
  complaints.push(...strangers(files))
  for (const name of documents) complaints.push(...blanksInDocument(name, files.get(name) ?? ''))
  const unread = new Set(partNames.filter((part) => parts[part] === undefined))
  return {
    plan: planShape.parse({ ...EMPTY, ...parts }),
    unread,
    documents,
    complaints,
    placeOf: (part, path) => ({ file: fileOf(part), ...(places.get(part)?.(path) ?? { line: 1, column: 1 }) }),
    isBlank: (part, path) => coveredBy(blanks.get(part) ?? [], path),
  }
}

function fileOf(part: PlanPart): string {
  return `${part}.yaml`
}

function readPart(
  part: PlanPart,
  text: string,
): { value: unknown; at: (path: Path) => Place; blanks: Path[]; complaints: PlanComplaint[] } {
  const file = fileOf(part)
  const shape = planShape.shape[part]
  const read = readYamlText(text, blankIn)
  let blanks = read.blanks.map(({ path }) => path)
  const complain = (place: Place, weight: PlanComplaint['weight'], rule: string, says: string, instead = '') =>
    ({ file, line: place.line, column: place.column, weight, rule, says, instead }) satisfies PlanComplaint
  const complaints = [
    ...read.wrong.map((one) => complain(one, 'error', 'shape', one.says)),
    ...read.blanks.map((one) =>
      complain(one, 'blank', 'blank', `${spoken(one.path)} is still to be filled in`, one.says),
    ),
  ]
  if (read.wrong.length > 0) return { value: undefined, at: read.at, blanks, complaints }
  // A file of comments alone is a part of which nothing is there yet.
  let value = read.value ?? {}
  let fault = shape.safeParse(value, { reportInput: true }).error
  // What cannot be without the blank in it is left out with it, so that the rest can be read.
  for (let most = 1000; most > 0 && fault !== undefined; most--) {
    const around = fault.issues
      .map(({ path }) => path.filter((step) => typeof step !== 'symbol'))
      .find((path) => path.length > 1 && coveredBy(blanks, path))
    if (around === undefined) break
    const gone = around.slice(0, -1)
    value = read.without(gone) ?? {}
    blanks = closeUp(blanks, gone)
    fault = shape.safeParse(value, { reportInput: true }).error
  }
  for (const { path, says } of fault === undefined ? [] : shapeFaults(shape, fault, `the whole of ${file}`))
    if (!coveredBy(blanks, path)) complaints.push(complain(read.at(path), 'error', 'shape', says))
  return { value: fault === undefined ? value : undefined, at: read.at, blanks, complaints }
}

/** The paths of blanks after something was taken out: what stood behind it in its list has moved up. */
function closeUp(blanks: readonly Path[], gone: Path): Path[] {
  const last = gone.length - 1
  const nth = gone[last]
  return blanks.map((blank) => {
    // The blank answers for what went with it.
    if (typeof nth === 'string' && gone.every((one, at) => one === blank[at])) return gone
    const step = blank[last]
    const inList =
      typeof nth === 'number' && typeof step === 'number' && gone.slice(0, -1).every((one, at) => one === blank[at])
    if (!inList || step < nth) return blank
    // The blank itself is gone with what held it: it answers for the list.
    return step === nth ? [...blank.slice(0, last), BLANK_ENTRY] : blank.with(last, step - 1)
  })
}

function spoken(path: Path): string {
  return path.filter((step) => step !== BLANK_ENTRY).join('.') || 'the file'
}

/** A blank answers for its own key and all below it; one that stood in a list, for the list being empty. */
function coveredBy(blanks: readonly Path[], path: Path): boolean {
  return blanks.some((blank) => {
    const own = blank.at(-1) === BLANK_ENTRY ? blank.slice(0, -1) : blank
    return own.every((step, nth) => step === path[nth]) && (own === blank || own.length === path.length)
  })
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
