import type { Instant } from '../../base/time.ts'
import type { ChartChange } from '../../chart/change.ts'
import { type Chart, SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import { type CsvMapping, ruleFor } from './csv-mapping.ts'
import type { TakenFile } from './drop-folder.ts'
import { kindOf } from './kind.ts'

/** CSV files of one delivery: what each holds, and its name without dates and numbers. */
export type FilesOfDelivery = { [holds: string]: string[] }

export function filesOf(files: Pick<TakenFile, 'name'>[], mapping: CsvMapping | undefined): FilesOfDelivery {
  const held: FilesOfDelivery = {}
  for (const { name } of files) {
    const rule = kindOf(name) === 'csv' ? ruleFor(name, mapping) : undefined
    if (rule !== undefined) (held[rule.holds] ??= []).push(stemOf(name))
  }
  return Object.fromEntries(Object.entries(held).map(([holds, stems]) => [holds, stems.toSorted()]))
}

/** `allergies_east-2026-11-23.csv.gz` is `allergies east` today and tomorrow. */
function stemOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?:\.[a-z]{2,4})?(?:\.gz)?$/, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '' && !/\d/.test(part))
    .join(' ')
}

/** What a delivery holds less of than the one before: a file of it is bad, or there are fewer files and one of the names is missing. */
export function lackingIn(before: FilesOfDelivery, now: FilesOfDelivery, bad: FilesOfDelivery): Set<string> {
  const fewer = Object.entries(before).flatMap(([holds, stems]) => {
    const here = now[holds] ?? []
    return here.length < stems.length && stems.some((stem) => !here.includes(stem)) ? [holds] : []
  })
  return new Set([...fewer, ...Object.keys(bad)])
}

/** Lists of which this delivery has nothing, or not all: what is known of them stays, as old as it is. */
export function keptLists(
  lacking: ReadonlySet<string>,
  present: ReadonlySet<SectionName>,
  spokenOfBefore: Iterable<SectionName>,
): Set<SectionName> {
  const gone = [...spokenOfBefore].filter((name) => !present.has(name))
  return new Set([...SECTION_NAMES.filter((name) => lacking.has(name)), ...gone])
}

/** A chart of a delivery without some of its lists: everything else is as it says, and those lists keep what is known and get what came. */
export function withoutLists(chart: Chart, kept: ReadonlySet<SectionName>): ChartChange[] {
  const { patient, restriction, sourceId, asOf: at } = chart
  const said = { patientId: patient.id, sourceId, at }
  const lists = SECTION_NAMES.flatMap((name): ChartChange[] => {
    const value = chart[name]
    if (!kept.has(name)) return [changeOf({ type: 'replace', ...said, section: name, value })]
    return value.status === 'listed' && value.entries.length > 0
      ? [changeOf({ type: 'upsert', ...said, section: name, entries: value.entries })]
      : []
  })
  return [{ type: 'patient', ...said, patient: { ...patient }, restriction }, ...lists]
}

type Loose = { patientId: string; sourceId: string; at: Instant; section: SectionName } & (
  | { type: 'replace'; value: Chart[SectionName] }
  | { type: 'upsert'; entries: { id: string }[] }
)

function changeOf(change: Loose): ChartChange {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- list and name come from one chart under one key
  return change as ChartChange
}
