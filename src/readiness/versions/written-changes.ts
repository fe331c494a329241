import type { PlanDocument, PlanEntry, PlanLine } from '../document/plan-document.ts'
import type { PlanFiles } from '../readiness.ts'

/** One thing that reads otherwise than it did. `lines`: what of it, in the words of the document; none for one that is new or gone. */
export type WrittenChange = {
  chapter: string
  name: string
  change: 'new' | 'changed' | 'gone'
  lines: { label: string; was: string; is: string }[]
}

/** What reads otherwise between two versions, chapter by chapter: also what has no id of its own, and the texts of procedures. */
export function writtenChanges(
  before: { document: PlanDocument; files: PlanFiles },
  after: { document: PlanDocument; files: PlanFiles },
): WrittenChange[] {
  const changes = after.document.sections.flatMap(({ part, title }): WrittenChange[] => {
    const [was, is] = [entriesOf(before.document, part), entriesOf(after.document, part)]
    const gone = [...was].filter(([anchor]) => !is.has(anchor))
    return [
      ...[...is].flatMap(([anchor, entry]): WrittenChange[] => {
        const old = was.get(anchor)
        const { text: name } = entry.name
        if (old === undefined) return [{ chapter: title, name, change: 'new', lines: [] }]
        const lines = changedLines(old, entry)
        return lines.length === 0 ? [] : [{ chapter: title, name, change: 'changed', lines }]
      }),
      ...gone.map(([, { name }]): WrittenChange => ({ chapter: title, name: name.text, change: 'gone', lines: [] })),
    ]
  })
  return [...changes, ...procedures(before.files, after.files)]
}

function entriesOf({ sections }: PlanDocument, part: string): Map<string, PlanEntry> {
  const section = sections.find((one) => one.part === part)
  return new Map(section?.groups.flatMap(({ entries }) => entries.map((entry) => [entry.anchor, entry])))
}

function changedLines(was: PlanEntry, is: PlanEntry): WrittenChange['lines'] {
  const named = (entry: PlanEntry): Map<string, string> =>
    new Map([['Name', entry.name.text], ...entry.lines.map((line): [string, string] => [line.label, inWords(line)])])
  const [old, now] = [named(was), named(is)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((label) => ({ label, was: old.get(label) ?? 'nothing', is: now.get(label) ?? 'nothing' }))
    .filter((line) => line.was !== line.is)
}

function inWords({ rows }: PlanLine): string {
  return rows
    .map((pieces) => pieces.map(({ text, blank }) => (blank ? `still to be written (${text})` : text)).join(' '))
    .join('; ')
}

function procedures(before: PlanFiles, after: PlanFiles): WrittenChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((name) => name.endsWith('.md')).toSorted()
  return names.flatMap((name): WrittenChange[] => {
    const [was, is] = [before.get(name), after.get(name)]
    if (was === is) return []
    const change = was === undefined ? 'new' : is === undefined ? 'gone' : 'changed'
    return [{ chapter: 'The steps of each procedure', name, change, lines: [] }]
  })
}
