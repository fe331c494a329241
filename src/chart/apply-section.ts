import type { Instant } from '../base/time.ts'
import type { Section, SectionName } from './chart.ts'
import { entryPart, forgetEntries, type Heard, listPart, saidAt } from './heard.ts'

type Entry = { id: string }

/** One list of a chart, with what is remembered of when its parts were said. `saidAt` is when the list as a whole was last said. */
export type ListState<E extends Entry> = { section: Section<E>; heard: Heard; saidAt: Instant }

/*
 * What a message may take away, for every kind of source:
 * - `upserted` adds and changes the entries it names, and nothing else.
 * - `removed` takes away the entries it names, and nothing else.
 * - `noneStated` ("no known allergies") takes nothing away: it speaks only where there are no entries. A narrower statement ("no known drug
 *   allergies") is an entry of its own and never comes here.
 * - `replaced` is the whole list, from a sender that is known to send whole lists. Entries that it does not name go, but "none known" does not
 *   follow from a list that vanished: the same statement that stood beside the entries before says nothing new.
 */

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
  return { ...before, heard, section: listed(newestFirst([...byId.values()]), statedIn(before.section)) }
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
    section: listed(
      before.section.entries.filter(({ id }) => !gone.has(id)),
      before.section.noneStated,
    ),
  }
}

/** "None known" without a withdrawal of each entry: believed where there are no entries and the statement is not the one that they contradicted. */
export function noneStated<E extends Entry>(
  name: SectionName,
  before: ListState<E>,
  statement: string,
  at: Instant,
): ListState<E> {
  if (at < before.saidAt || saidAt(before.heard, listPart(name)) > at) return before
  const heard = { ...before.heard, [listPart(name)]: at }
  if (entriesOf(before.section).length > 0)
    return { ...before, heard, section: listed(entriesOf(before.section), statement) }
  if (statedIn(before.section) === statement) return before
  return { ...before, heard, section: { status: 'none-known', statement } }
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
  if (kept.length === 0 && !spokenOfLater && !entriesOf(value).some(later))
    return { section: afterVanishing(before.section, value), heard, saidAt: at }
  const entries = [...entriesOf(value).filter((entry) => !later(entry)), ...kept]
  const isListed = value.status === 'listed' || spokenOfLater
  return { section: isListed ? listed(newestFirst(entries), statedIn(value)) : value, heard, saidAt: at }
}

/**
 * What an empty list says now that stood beside a "none known" before. While it is the same statement, or one whose source cannot tell when it was
 * made, nobody said anew that there are none.
 */
export function afterVanishing<E>(before: Section<E>, value: Section<E>): Section<E> {
  const stated = statedIn(before)
  if (stated === undefined || entriesOf(value).length > 0) return value
  const anew = value.status === 'none-known' && value.statement !== undefined && value.statement !== stated
  return anew || value.status === 'not-received' || value.status === 'not-asked' ? value : listed([], stated)
}

function statedIn(section: Section<unknown>): string | undefined {
  return section.status === 'listed' ? section.noneStated : undefined
}

function listed<E>(entries: E[], stated: string | undefined): Section<E> {
  return { status: 'listed', entries, ...(stated === undefined ? {} : { noneStated: stated }) }
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
