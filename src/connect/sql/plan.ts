import type { Path } from '../../base/yaml-text.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { EMPTY_MEANS, FieldSpec, Mapping, RowsSpec } from './mapping.ts'
import { parseStatement, type Statement } from './statement.ts'

/** One query of a mapping, ready to be asked. `what` names it in messages and in the keys of what is set aside. */
export type PlannedQuery = {
  what: string
  line: number
  path: Path
  statement: Statement
  fields: Record<string, FieldSpec>
}

/** `onlyByPass`: no look for changes finds a change in one of its queries; only the pass that compares everything does. */
export type PlannedSection = {
  name: SectionName
  empty: (typeof EMPTY_MEANS)[number]
  queries: PlannedQuery[]
  onlyByPass: boolean
}

/** How the patients that changed are found: a statement whose first column is their id, or a table with a watermark. */
export type PlannedChange = { what: string; path: Path } & (
  | { statement: Statement }
  | { table: string; patientId: string; watermark: string; local: boolean }
)

export type Plan = {
  patients: PlannedQuery
  ids: Statement
  formerNames: PlannedQuery[]
  sections: PlannedSection[]
  noneKnown: PlannedQuery[]
  changes: PlannedChange[]
}

export function planOf(mapping: Mapping): Plan {
  const parse = (sql: string) => parseStatement(sql, mapping.driver)
  const query = (spec: RowsSpec, what: string, path: Path): PlannedQuery => ({
    what,
    line: mapping.at([...path, 'query']).line,
    path,
    statement: parse(spec.query),
    fields: spec.fields,
  })
  const each = (specs: RowsSpec[] | undefined, name: string, path: Path) =>
    (specs ?? []).map((spec, at) => query(spec, specs?.length === 1 ? name : `${name} ${at + 1}`, [...path, at]))
  const sections = SECTION_NAMES.flatMap((name): PlannedSection[] => {
    const section = mapping[name]
    return section === undefined
      ? []
      : [
          {
            name,
            empty: section.empty ?? 'listed',
            queries: each(section.from, name, [name, 'from']),
            onlyByPass: section.from.some(isOnlyByPass) || saidOnlyByPass(mapping['none-known'] ?? [], name),
          },
        ]
  })
  const patients = query(mapping.patients, 'patients', ['patients'])
  const formerNames = each(mapping.formerNames, 'formerNames', ['formerNames'])
  const noneKnown = each(mapping['none-known'], 'none-known', ['none-known'])
  const asked: [PlannedQuery, RowsSpec][] = [
    [patients, mapping.patients],
    ...pairs(formerNames, mapping.formerNames),
    ...sections.flatMap((section) => pairs(section.queries, mapping[section.name]?.from)),
    ...pairs(noneKnown, mapping['none-known']),
  ]
  const changes = asked.flatMap(([planned, spec]) => changeOf(planned, spec, parse))
  return { patients, ids: parse(mapping.patients.ids), formerNames, sections, noneKnown, changes: unalike(changes) }
}

function isOnlyByPass({ changed }: RowsSpec): boolean {
  return changed.query === undefined && changed.watermark === undefined
}

/** Whether a statement that there are none in this list, made or withdrawn, is found only by the pass. */
function saidOnlyByPass(noneKnown: RowsSpec[], name: SectionName): boolean {
  return noneKnown.some((spec) => {
    const { const: always, map, else: other } = spec.fields.section ?? {}
    const words = always === undefined ? (map === undefined ? undefined : [...Object.values(map), other]) : [always]
    return isOnlyByPass(spec) && (words?.includes(name) ?? true)
  })
}

function pairs(planned: PlannedQuery[], specs: RowsSpec[] | undefined): [PlannedQuery, RowsSpec][] {
  return planned.flatMap((query, at) => {
    const spec = specs?.[at]
    return spec === undefined ? [] : [[query, spec]]
  })
}

function changeOf(query: PlannedQuery, spec: RowsSpec, parse: (sql: string) => Statement): PlannedChange[] {
  const what = `changes of ${query.what}`
  const { changed } = spec
  const path = [...query.path, 'changed']
  if (changed.query !== undefined) return [{ what, path, statement: parse(changed.query) }]
  if (changed.in === undefined || changed.watermark === undefined) return []
  const patientId = changed.patientId ?? (spec.fields.patientId ?? spec.fields.id)?.column ?? 'patient_id'
  return [{ what, path, table: changed.in, patientId, watermark: changed.watermark, local: changed.local ?? false }]
}

/** Two queries on one table need one look for changes. */
function unalike(changes: PlannedChange[]): PlannedChange[] {
  const seen = new Set<string>()
  return changes.filter((change) => {
    const { what: _what, path: _path, ...rest } = change
    const key = JSON.stringify(rest)
    return seen.has(key) ? false : seen.add(key)
  })
}
