import type { Instant } from '../base/time.ts'
import type { Section, SectionName } from './chart.ts'
import { entryPart, forgetEntries, type Heard, listPart, saidAt } from './heard.ts'

type Entry = { id: string }

/** One list of a chart, with what is remembered of when its parts were said. `saidAt` is when the list as a whole was last said. */
export type ListState<E extends Entry> = { section: Section<E>; heard: Heard; saidAt: Instant }

export function upserted<E extends Entry>(
  name: SectionName,
  before: ListState<E>,
  entries: E[],
  at: Instant,
): ListState<E> {
  if (at < before.saidAt) return before
  const fresh = entries.filter((entry) => saidAt(before.heard, entryPart(name, entry.id)) <= at)
  const heard = { ...before.heard }
  if (at > before.saidAt) {
    for (const entry of fresh) heard[entryPart(name, entry.id)] = at
    heard[listPart(name)] = Math.max(at, saidAt(heard, listPart(name)))
  }
  const byId = new Map([...entriesOf(before.section), ...fresh].map((entry) => [entry.id, entry]))
  return { ...before, heard, section: { status: 'listed', entries: newestFirst([...byId.values()]) } }
}

export function removed<E extends Entry>(
  name: SectionName,
  before: ListState<E>,
  ids: string[],
  at: Instant,
): ListState<E> {
  if (at < before.saidAt) return before
  const gone = new Set(ids.filter((id) => saidAt(before.heard, entryPart(name, id)) <= at))
  const heard = { ...before.heard }
  if (at > before.saidAt) for (const id of gone) heard[entryPart(name, id)] = at
  if (before.section.status !== 'listed') return { ...before, heard }
  return {
    ...before,
    heard,
    section: { status: 'listed', entries: before.section.entries.filter(({ id }) => !gone.has(id)) },
  }
}

/** The list is now `value`, but for entries that were said, or taken away, after `at`. */
export function replaced<E extends Entry>(
  name: SectionName,
  before: ListState<E>,
  value: Section<E>,
  at: Instant,
): ListState<E> {
  if (at < before.saidAt) return before
  const later = (entry: Entry): boolean => saidAt(before.heard, entryPart(name, entry.id)) > at
  const kept = entriesOf(before.section).filter(later)
  const spokenOfLater = saidAt(before.heard, listPart(name)) > at
  const heard = forgetEntries(before.heard, name, at)
  if (kept.length === 0 && !spokenOfLater && !entriesOf(value).some(later)) return { section: value, heard, saidAt: at }
  const entries = [...entriesOf(value).filter((entry) => !later(entry)), ...kept]
  const listed = value.status === 'listed' || spokenOfLater
  return { section: listed ? { status: 'listed', entries: newestFirst(entries) } : value, heard, saidAt: at }
}

export function entriesOf<E>(section: Section<E>): E[] {
  return section.status === 'listed' ? section.entries : []
}

/** Lists that events build have one order, whatever the order of the events: newest first, then by id. */
export function newestFirst<E extends Entry>(entries: E[]): E[] {
  return entries.sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

function timeOf(entry: Entry): number {
  if ('at' in entry && typeof entry.at === 'number') return entry.at
  if ('orderedAt' in entry && typeof entry.orderedAt === 'number') return entry.orderedAt
  return 'day' in entry && typeof entry.day === 'string' ? Date.parse(entry.day) || 0 : 0
}
