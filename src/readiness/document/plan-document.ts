import { isMap, isNode, isScalar, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml'
import type { Path } from '../../base/yaml-text.ts'
import { blankIn } from '../plan/blank.ts'
import type { PlanComplaint } from '../plan/plan-complaint.ts'
import { type Plan, type PlanFiles, type PlanPart, partNames } from '../readiness.ts'
import { keyInWords } from './key-words.ts'
import { SECTION_WORDS } from './section-words.ts'
import { type Piece, piecesOf } from './written-words.ts'

/** A plan as people read it: a chapter for each part, in the order and with everything that is written, blanks too. */
export type PlanDocument = {
  sections: PlanSection[]
  /** What is said of no place in a chapter: a file that is missing or is no part of a plan. */
  besides: PlanComplaint[]
}
export type PlanSection = {
  part: PlanPart
  title: string
  answers: string
  groups: { title: string | undefined; entries: PlanEntry[] }[]
  /** What is said of the part as a whole. */
  said: PlanComplaint[]
}
export type PlanEntry = {
  anchor: string
  /** As other files name it; undefined for the practice itself, and where a blank stands. */
  id: string | undefined
  name: Piece
  lines: PlanLine[]
  /** What the check says of it as a whole. */
  said: PlanComplaint[]
}
/** `rows`: what is written at this key, each thing of a list in a row of its own where it has parts. */
export type PlanLine = { label: string; rows: Piece[][]; said: PlanComplaint[] }

/**
 * Reads the files once more as they are written: where the check says something, it stands beside that place. Blanks are told where they are, so
 * complaints of that weight are not repeated. Never throws: a part that cannot be read has no entries.
 */
export function planDocument(files: PlanFiles, plan: Plan, complaints: readonly PlanComplaint[]): PlanDocument {
  const told = complaints.filter(({ weight }) => weight !== 'blank')
  const sections = partNames.map((part) => sectionOf(part, files.get(`${part}.yaml`) ?? '', plan, told))
  const known = new Set(partNames.map((part) => `${part}.yaml`))
  return { sections, besides: told.filter(({ file }) => !known.has(file)) }
}

function sectionOf(part: PlanPart, text: string, plan: Plan, told: readonly PlanComplaint[]): PlanSection {
  const { title, answers, lists } = SECTION_WORDS[part]
  const open = new Said(
    text,
    told.filter(({ file }) => file === `${part}.yaml`),
  )
  const { contents } = parseDocument(text, { logLevel: 'silent' })
  const section: PlanSection = { part, title, answers, groups: [], said: [] }
  if (isMap(contents)) {
    const top = contents as YAMLMap
    const alone = top.items.filter(({ value }) => !holdsEntries(value))
    if (alone.length > 0) {
      const name = { text: plan.practice.practice.name, blank: false }
      const lines = alone.map((pair) => lineOf(part, pair, [], plan, open))
      section.groups.push({ title: undefined, entries: [{ anchor: part, id: undefined, name, lines, said: [] }] })
    }
    for (const pair of top.items) {
      if (!holdsEntries(pair.value) || !isSeq(pair.value)) continue
      const list = keyOf(pair)
      const entries = pair.value.items.map((node, nth) => entryOf(part, node, [list, nth], plan, open))
      section.groups.push({ title: lists[list] ?? (part === 'practice' ? keyInWords(list) : undefined), entries })
    }
  }
  section.said = open.rest()
  return section
}

/** A list of things with names of their own, not a list of words. */
function holdsEntries(value: unknown): boolean {
  return isSeq(value) && value.items.some((one) => isMap(one) && one.has('id'))
}

function entryOf(part: PlanPart, node: unknown, path: Path, plan: Plan, open: Said): PlanEntry {
  const anchor = (id: string): string => `${part}-${id}`
  if (!isMap(node) || !node.has('id'))
    return {
      anchor: anchor(String(path.at(-1))),
      id: undefined,
      name: piecesOf(part, node, path, plan).flat()[0] ?? { text: '', blank: true },
      lines: [],
      said: open.within(node),
    }
  const map = node
  const id = textAt(map, 'id')
  const lines = map.items
    .filter((pair) => !['id', 'name'].includes(keyOf(pair)))
    .map((pair) => lineOf(part, pair, path, plan, open))
  const written = textAt(map, 'name')
  const blank = written === undefined ? undefined : blankIn(written)
  return {
    anchor: anchor(id ?? String(path.at(-1))),
    id,
    name: blank === undefined ? { text: written ?? id ?? '', blank: false } : { text: blank, blank: true },
    lines,
    said: open.within(node),
  }
}

function lineOf(part: PlanPart, pair: Pair, path: Path, plan: Plan, open: Said): PlanLine {
  const key = keyOf(pair)
  return {
    label: keyInWords(key),
    rows: piecesOf(part, pair.value, [...path, key], plan),
    said: [...open.within(pair.key), ...open.within(pair.value)],
  }
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : String(key)
}

function textAt(map: YAMLMap, key: string): string | undefined {
  const held: unknown = map.get(key)
  return typeof held === 'string' ? held : undefined
}

/** Complaints by where they stand; each is given out once, to who asks first for a place around it. */
class Said {
  readonly #left: { at: number; complaint: PlanComplaint }[]
  constructor(text: string, complaints: readonly PlanComplaint[]) {
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#left = complaints.map((complaint) => ({
      at: (starts[complaint.line - 1] ?? 0) + complaint.column - 1,
      complaint,
    }))
  }
  within(node: unknown): PlanComplaint[] {
    const [from, to] = rangeOf(node) ?? [0, -1]
    const found = this.#left.filter(({ at }) => from <= at && at <= to)
    for (const one of found) this.#left.splice(this.#left.indexOf(one), 1)
    return found.map(({ complaint }) => complaint)
  }
  rest(): PlanComplaint[] {
    return this.#left.splice(0).map(({ complaint }) => complaint)
  }
}

/** From where a node begins to where its own text ends. */
function rangeOf(node: unknown): [number, number] | undefined {
  const range = isNode(node) ? node.range : undefined
  return range === undefined || range === null ? undefined : [range[0], range[1]]
}
