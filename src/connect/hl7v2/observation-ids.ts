import type { Instant } from '../../base/time.ts'
import type { CodeableConcept } from '../../chart/chart.ts'
import { keyOf } from './coded.ts'
import type { Segment } from './message.ts'
import { instantOf } from './when.ts'

/** The order that observations stand under: its OBR, where there is one, and a name for it that does not change when results are corrected. One without a number has no name, or one that begins with `~`. */
export type Under = { order: string; obr: Segment | undefined }

/** One OBX before its value is read. `set` is OBX-1, where it is a number. */
export type Found = {
  obx: Segment
  code: CodeableConcept
  note: string
  at: Instant | undefined
  set: number | undefined
}

/**
 * Several OBX that are one entry (the lines of a report), or one that is. `id` is the same for the preliminary, the final and the corrected version
 * of a result. `replaces` are ids under which earlier messages may have told of the same: a result that was alone and is one of several
 * now, or one of several that comes alone. `part`: it is only a line of a report that stands under an id of its own.
 */
export type Group = { id: string; replaces: string[]; lines: Found[]; part: boolean }

const TEXT = new Set(['TX', 'FT', 'ST'])

/*
 * What tells results of one order and code apart, as far as it is needed: the sub-id (OBX-4); the time (OBX-14) where it is not the order's own
 * (OBR-7); and the number in the message (OBX-1) where several are alike in all of this, like organisms without sub-ids.
 */
export function groupsOf(found: Found[], under: Under, zone: string): Group[] {
  const alike = new Map<string, Found[]>()
  for (const one of found) {
    const id = baseId(one, under, zone)
    alike.set(id, [...(alike.get(id) ?? []), one])
  }
  const lowest = Math.min(...found.map(({ set }) => set ?? 1))
  return [...alike].flatMap(([base, group]) => (group.length === 1 ? alone(base, group, lowest) : several(base, group)))
}

/** A result that comes alone: it may be number 2 of several, of which an earlier message told all. */
function alone(base: string, lines: Found[], lowest: number): Group[] {
  const [only] = lines
  const set = only?.set ?? 1
  const isText = only !== undefined && TEXT.has(only.obx.get(2).toUpperCase())
  if (isText && set > 1 && set === lowest) return [{ id: numbered(base, set), replaces: [], lines, part: true }]
  return [{ id: base, replaces: set > 1 && !isText ? [numbered(base, set)] : [], lines, part: false }]
}

function several(base: string, group: Found[]): Group[] {
  if (group.every(({ obx }) => TEXT.has(obx.get(2).toUpperCase())))
    return [{ id: base, replaces: [], lines: group, part: false }]
  const sets = group.map(({ set }) => set)
  const isNumbered = !sets.includes(undefined) && new Set(sets).size === sets.length
  return group.map((one, at) => ({
    id: numbered(base, isNumbered ? (one.set ?? 0) : at + 1),
    replaces: [base],
    lines: [one],
    part: false,
  }))
}

const numbered = (base: string, set: number): string => `${base}#${set}`

function baseId({ obx, code, at }: Found, { order, obr }: Under, zone: string): string {
  const isNumbered = order !== '' && !order.startsWith('~')
  const own = isNumbered ? order : `${at ?? ''}${order}`
  const time = isNumbered ? timeOfItsOwn(obx.get(14), obr?.get(7) ?? '', zone) : ''
  return [own, keyOf(code), obx.get(4), time].filter((part) => part !== '').join('/')
}

/** OBX-14 where it says another time than the order's; one that is only less exact says nothing of its own. */
function timeOfItsOwn(said: string, ordered: string, zone: string): string {
  const at = instantOf(said, zone)
  if (at === undefined || at === instantOf(ordered, zone)) return ''
  const [short, long] = [digits(said), digits(ordered)].toSorted((a, b) => a.length - b.length)
  return short !== undefined && short !== '' && long?.startsWith(short) ? '' : `@${new Date(at).toISOString()}`
}

function digits(time: string): string {
  return /^\d*/.exec(time)?.[0] ?? ''
}
