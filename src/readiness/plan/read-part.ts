import { type ShapeFault, shapeFaults } from '../../base/shape-faults.ts'
import { BLANK_ENTRY, type Path, type Place, readYamlText, type YamlText } from '../../base/yaml-text.ts'
import { type LeftOut, type PlanPart, planShape } from '../readiness.ts'
import { blankIn } from './blank.ts'
import type { PlanComplaint } from './plan-complaint.ts'
import { spokenPath } from './spoken-path.ts'

export type ReadPart = {
  /** Undefined: nothing of it can be understood. */
  value: unknown
  at: (path: Path) => Place
  blanks: Path[]
  leftOut: LeftOut[]
  complaints: PlanComplaint[]
}

/** No plan that people write has more faults in one file; what is more is rubbish. */
const MOST_FAULTS = 200

/**
 * Reads one file of the plan. What is wrong in it is told and left out with as little around it as can be: a key that may be missing alone, one that
 * may not with its entry. A blank that cannot be missing takes its entry with it too, but for a name: the id stands in for that.
 */
export function readPart(part: PlanPart, text: string): ReadPart {
  const file = `${part}.yaml`
  const shape = planShape.shape[part]
  const read = readYamlText(text, blankIn)
  const complaints: PlanComplaint[] = []
  const complain = ({ line, column }: Place, weight: PlanComplaint['weight'], says: string, instead: string) => {
    complaints.push({ file, line, column, weight, rule: weight === 'blank' ? 'blank' : 'shape', says, instead })
  }
  // A file of comments alone is a part of which nothing is there yet.
  const held: Held = { read, value: read.value ?? {}, blanks: read.blanks.map(({ path }) => path), leftOut: [] }
  const told = (value: unknown): ReadPart => ({
    value,
    at: read.at,
    blanks: held.blanks,
    leftOut: held.leftOut.map((one) => ({ ...one, part })),
    complaints,
  })
  for (const one of read.wrong) complain(one, 'error', one.says, one.instead ?? '')
  for (const one of read.blanks)
    complain(one, 'blank', `${spokenPath(one.path, held.value, 'the file')} is still to be filled in`, one.says)
  if (read.wrong.length > 0) return told(undefined)
  for (let most = MOST_FAULTS; most > 0; most--) {
    const { error } = shape.safeParse(held.value, { reportInput: true })
    if (error === undefined) return told(held.value)
    const faults = shapeFaults(shape, error, (path) => spokenPath(path, held.value, `the whole of ${file}`))
    // Each place once: what is told of it stays, until it is its turn to be left out.
    const before = new Set(
      complaints.filter(({ rule }) => rule === 'shape').map(({ line, column }) => `${line}:${column}`),
    )
    for (const { path, says, keys } of faults.filter((one) => !before.has(placeIn(read, one.path))))
      if (!coveredBy(held.blanks, path) && !isLeftBy(held.leftOut, path))
        complain(read.at(path), 'error', says, keys === undefined ? '' : exampleOf(path, keys))
    // One at a time: what stands behind it in a list moves up.
    const [first] = faults
    if (first === undefined || !leaveOut(held, first)) break
  }
  return told(undefined)
}

function placeIn(read: YamlText, path: Path): string {
  const { line, column } = read.at(path)
  return `${line}:${column}`
}

type Held = { read: YamlText; value: unknown; blanks: Path[]; leftOut: Omit<LeftOut, 'part'>[] }

/** Takes a fault out of what is held; false when nothing would be left, or it cannot be. */
function leaveOut(held: Held, { path, meant }: ShapeFault): boolean {
  const blank = coveredBy(held.blanks, path)
  const [list, nth, key] = path
  if (key === 'name' && path.length === 3 && list !== undefined && nth !== undefined) {
    const id = textAt(held.value, [list, nth, 'id'])
    if (id !== undefined) return changeTo(held, held.read.put(path, blank ? `${id}, not yet named` : id))
  }
  const there = longest(held.value, path)
  const gone = there.length === path.length && !blank ? path : blank ? path.slice(0, -1) : there
  if (gone.length === 0) return false
  const { line, column } = held.read.at(gone)
  const last = gone.at(-1)
  const ids = [textAt(held.value, [...gone, 'id'])].filter((id) => id !== undefined)
  const group = gone.slice(0, -1)
  const absent = (meant ?? []).filter((one) => longest(held.value, [...group, one]).length === group.length)
  if (!changeTo(held, held.read.without(gone))) return false
  held.blanks = closeUp(held.blanks, gone)
  held.leftOut = held.leftOut.flatMap((one) => moveUp(one, gone))
  const because = blank ? 'blank' : 'fault'
  if (typeof last === 'number') held.leftOut.push({ line, column, because, path: group, from: 'list', ids })
  else
    for (const one of meant === undefined ? [gone] : absent.map((word) => [...group, word]))
      held.leftOut.push({ line, column, because, path: one, from: 'group', ids: [] })
  return true
}

function changeTo(held: Held, value: unknown): boolean {
  if (value === undefined || JSON.stringify(value) === JSON.stringify(held.value)) return false
  held.value = value ?? {}
  return true
}

/** As much of a path as there is. */
function longest(written: unknown, path: Path): Path {
  let held: unknown = written
  for (const [nth, step] of path.entries()) {
    if (typeof held !== 'object' || held === null || !Object.hasOwn(held, step)) return path.slice(0, nth)
    held = Reflect.get(held, step)
  }
  return path
}

function textAt(written: unknown, path: Path): string | undefined {
  let held: unknown = written
  for (const step of path) held = typeof held === 'object' && held !== null ? Reflect.get(held, step) : undefined
  return typeof held === 'string' ? held : undefined
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, nth) => step === path[nth])
}

/** That something is missing, or too few, because of what was left out is no fault of its own. */
function isLeftBy(leftOut: Held['leftOut'], path: Path): boolean {
  return leftOut.some((one) => startsWith(one.path, path))
}

/** Where something left out stood, after something else was taken out; nothing when it went with that. */
function moveUp(one: Held['leftOut'][number], gone: Path): Held['leftOut'] {
  const last = gone.length - 1
  const nth = gone[last]
  if (startsWith(one.path, gone)) return []
  const step = one.path[last]
  const behind = typeof nth === 'number' && typeof step === 'number' && startsWith(one.path, gone.slice(0, -1))
  return [behind && step > nth ? { ...one, path: one.path.with(last, step - 1) } : one]
}

/** The paths of blanks after something was taken out: what stood behind it in its list has moved up. */
function closeUp(blanks: readonly Path[], gone: Path): Path[] {
  const last = gone.length - 1
  const nth = gone[last]
  return blanks.map((blank) => {
    // The blank answers for what went with it.
    if (typeof nth === 'string' && startsWith(blank, gone)) return gone
    const step = blank[last]
    const inList = typeof nth === 'number' && typeof step === 'number' && startsWith(blank, gone.slice(0, -1))
    if (!inList || step < nth) return blank
    // The blank itself is gone with what held it: it answers for the list.
    return step === nth ? [...blank.slice(0, last), BLANK_ENTRY] : blank.with(last, step - 1)
  })
}

/** A blank answers for its own key and all below it; one that stood in a list, for the list being empty. */
export function coveredBy(blanks: readonly Path[], path: Path): boolean {
  return blanks.some((blank) => {
    const own = blank.at(-1) === BLANK_ENTRY ? blank.slice(0, -1) : blank
    return startsWith(path, own) && (own === blank || own.length === path.length)
  })
}

/** What to write where a group of keys belongs. */
function exampleOf(path: Path, keys: readonly string[]): string {
  const key = path.findLast((step) => typeof step === 'string') ?? ''
  if (keys.includes('mon'))
    return `${key}: { mon: "08:00-17:00", tue: "08:00-17:00", sat: closed } with each weekday, or ${key}: always`
  const group = `{ ${keys.map((one) => `${one}: ...`).join(', ')} }`
  return typeof path.at(-1) === 'number' ? `- ${group}` : `${key}: ${group}`
}
