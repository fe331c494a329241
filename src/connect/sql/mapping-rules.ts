import { didYouMean } from '../../base/did-you-mean.ts'
import type { Path } from '../../base/yaml-text.ts'
import { isZone } from '../../base/zone.ts'
import { SECTION_NAMES, type SectionName } from '../../chart/chart.ts'
import type { Changed, Driver, FieldSpec, Mapping, RowsSpec } from './mapping.ts'
import { parseStatement, readsOnly, stripped } from './statement.ts'
import {
  APPOINTMENT_TARGETS,
  FORMER_NAME_TARGETS,
  type Kind,
  NONE_KNOWN_TARGETS,
  PATIENT_TARGETS,
  SECTION_TARGETS,
  type Target,
  type Targets,
} from './targets.ts'
import { patternOf, yesNoFrom } from './value.ts'

/** Says what is wrong at a path of the mapping. */
export type Say = (path: Path, says: string, weight?: 'warning') => void

const TIMES = ['now', 'nowLocal', 'today']
const SINCE = ['since', 'sinceLocal']
const WINDOW = ['from', 'to', 'fromLocal', 'toLocal', 'fromDay', 'toDay']

/** Lists of which silence must not be read as good news. */
const MUST_SAY_EMPTY: readonly SectionName[] = ['allergies', 'medications', 'problems']

/** The well-formed keys of a mapping. */
export type Pieces = { [Key in keyof Omit<Mapping, 'file' | 'at' | 'digest'>]?: Mapping[Key] | undefined }

/** Everything about well-formed keys that can be judged without the database; of queries nothing without the driver. */
export function judgeMapping(mapping: Pieces, say: Say): void {
  const { driver, zone, schedule, patients } = mapping
  if (zone !== undefined && !isZone(zone))
    say(['zone'], `"${zone}" is not an IANA time zone. Write one like America/New_York.`)
  judgeConnection(mapping, say)
  if (mapping.asOf !== undefined) judgeSql(mapping.asOf, driver, ['asOf'], [], [], say)
  if (schedule !== undefined) judgeSchedule(schedule, driver, say)
  if (patients !== undefined) {
    judgeSql(patients.ids, driver, ['patients', 'ids'], TIMES, [], say)
    judgeRows(patients, PATIENT_TARGETS, driver, ['patients'], say)
  }
  mapping.formerNames?.forEach((rows, at) => judgeRows(rows, FORMER_NAME_TARGETS, driver, ['formerNames', at], say))
  mapping['none-known']?.forEach((rows, at) => judgeRows(rows, NONE_KNOWN_TARGETS, driver, ['none-known', at], say))
  for (const name of SECTION_NAMES) judgeSection(mapping, name, say)
  if (mapping.canary !== undefined) {
    judgeSql(mapping.canary.read, driver, ['canary', 'read'], [], [], say)
    if (mapping.canary.write !== undefined)
      judgeParameters(
        mapping.canary.write.statement,
        driver,
        ['canary', 'write', 'statement'],
        ['stamp', 'stampMs'],
        [['stamp', 'stampMs']],
        say,
      )
  }
}

function judgeSchedule(schedule: NonNullable<Mapping['schedule']>, driver: Driver | undefined, say: Say): void {
  const needed = [
    ['from', 'fromLocal', 'fromDay'],
    ['to', 'toLocal', 'toDay'],
  ]
  judgeSql(schedule.query, driver, ['schedule', 'query'], WINDOW.concat(TIMES), needed, say)
  if (schedule.changed !== undefined)
    judgeSql(schedule.changed, driver, ['schedule', 'changed'], WINDOW.concat(TIMES), [], say)
  judgeFields(schedule.fields, APPOINTMENT_TARGETS, ['schedule', 'fields'], say)
}

function judgeSection(mapping: Pick<Pieces, SectionName | 'driver'>, name: SectionName, say: Say): void {
  const section = mapping[name]
  if (section === undefined) return
  if (MUST_SAY_EMPTY.includes(name)) {
    if (section.empty === undefined)
      say(
        [name],
        `${name} must say what an empty list means (empty: not-asked or not-received): silence is not "none known".`,
      )
    if (section.empty === 'none-known')
      say(
        [name, 'empty'],
        `every patient without ${name} will be shown as "none known". Is that what the EHR means?`,
        'warning',
      )
  }
  section.from.forEach((rows, at) => {
    judgeRows(rows, SECTION_TARGETS[name], mapping.driver, [name, 'from', at], say)
    if (mapping.driver !== undefined && !/\border\s+by\b/i.test(stripped(rows.query, mapping.driver)))
      say(
        [name, 'from', at, 'query'],
        'this query has no ORDER BY, so entries may change places from one read to the next.',
        'warning',
      )
  })
}

function judgeConnection({ connection, canary }: Pick<Pieces, 'connection' | 'canary'>, say: Say): void {
  const both = [
    [connection, ['connection']],
    [canary?.write?.connection, ['canary', 'write', 'connection']],
  ] as const
  for (const [held, path] of both) {
    if (held === undefined) continue
    if (held.url === undefined && held.host === undefined && held.socket === undefined)
      say(path, 'the connection leads nowhere: give a url, or a host or a socket.')
    if (held.url !== undefined && (held.host !== undefined || held.socket !== undefined))
      say(path, 'the connection has a url and a host or socket too: keep one.')
    if (/:\/\/[^/@]*:[^/@]+@|[?&]password=/.test(held.url?.value ?? ''))
      say(
        [...path, 'url'],
        'a password stands in the mapping. Take the url from the environment or a file: url: { env: NAME }.',
        'warning',
      )
    for (const [name, value] of Object.entries(held)) {
      const ways = typeof value === 'object' ? Object.values(value).filter((way) => way !== undefined).length : 1
      if (value !== undefined && ways !== 1)
        say(
          [...path, name],
          `${name} comes from exactly one of: ${name === 'password' ? '' : 'the value itself, '}env, file.`,
        )
    }
  }
}

function judgeRows(rows: RowsSpec, targets: Targets, driver: Driver | undefined, path: Path, say: Say): void {
  judgeSql(rows.query, driver, [...path, 'query'], ['patients', ...TIMES], [['patients']], say)
  judgeFields(rows.fields, targets, [...path, 'fields'], say)
  judgeChanged(rows.changed, driver, [...path, 'changed'], say)
}

function judgeChanged(changed: Changed, driver: Driver | undefined, path: Path, say: Say): void {
  if (changed.query !== undefined) {
    judgeSql(changed.query, driver, [...path, 'query'], SINCE.concat(TIMES), [SINCE], say)
    if (changed.in !== undefined || changed.watermark !== undefined)
      say(path, 'changed has a query and a watermark too: keep one.')
  } else if ((changed.in === undefined) !== (changed.watermark === undefined))
    say(path, 'a watermark needs both the table (in) and the column (watermark).')
}

function judgeSql(
  sql: string,
  driver: Driver | undefined,
  path: Path,
  allowed: string[],
  needed: string[][],
  say: Say,
): void {
  if (driver === undefined) return
  if (!readsOnly(sql, driver)) say(path, 'this must be one statement that reads (SELECT or WITH).')
  judgeParameters(sql, driver, path, allowed, needed, say)
}

function judgeParameters(
  sql: string,
  driver: Driver | undefined,
  path: Path,
  allowed: string[],
  needed: string[][],
  say: Say,
): void {
  if (driver === undefined) return
  const { texts, names } = parseStatement(sql, driver)
  for (const name of new Set(names)) {
    if (allowed.includes(name)) continue
    const known =
      allowed.length === 0 ? 'none is allowed here' : `allowed here: ${allowed.map((one) => `:${one}`).join(' ')}`
    say(path, `:${name} is not a parameter of this query; ${known}.${didYouMean(name, allowed)}`)
  }
  for (const choice of needed)
    if (!choice.some((name) => names.includes(name)) && names.every((name) => allowed.includes(name)))
      say(path, `this query must use ${choice.map((name) => `:${name}`).join(' or ')}.`)
  const form = driver === 'postgres' ? /\b(any|unnest)\s*\(\s*$/i : /\bin\s*\(\s*$/i
  names.forEach((name, at) => {
    if (name === 'patients' && !form.test(texts[at] ?? ''))
      say(path, `write ${driver === 'postgres' ? '"= any(:patients)"' : '"in (:patients)"'} with the driver ${driver}.`)
  })
}

function judgeFields(fields: Record<string, FieldSpec>, targets: Targets, path: Path, say: Say): void {
  for (const [name, spec] of Object.entries(fields)) {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined
    if (target === undefined)
      say(
        [...path, name],
        `there is no field "${name}" here.${didYouMean(name, Object.keys(targets))} Fields: ${Object.keys(targets).join(', ')}.`,
      )
    else judgeField(spec, target, [...path, name], say)
  }
  const missing = Object.entries(targets).flatMap(([name, target]) =>
    target.required && !Object.hasOwn(fields, name) ? [name] : [],
  )
  if (missing.length > 0) say(path, `these fields must be mapped here: ${missing.join(', ')}.`)
}

function judgeField(spec: FieldSpec, { kind }: Target, path: Path, say: Say): void {
  if ((spec.column === undefined) === (spec.const === undefined)) say(path, 'give exactly one of column and const.')
  const words = wordsOf(kind)
  const judgeWord = (word: string, at: Path) => {
    if (words !== undefined && !words.includes(word) && !(kind === 'yes-no' && yesNoFrom(word) !== undefined))
      say(at, `"${word}" is not allowed here; allowed: ${words.join(', ')}.${didYouMean(word, words)}`)
  }
  if (spec.const !== undefined) judgeWord(spec.const, [...path, 'const'])
  if (typeof spec.else === 'string') judgeWord(spec.else, [...path, 'else'])
  for (const [from, to] of Object.entries(spec.map ?? {})) judgeWord(to, [...path, 'map', from])
  const dated = kind === 'instant' || kind === 'day' || kind === 'partial-date'
  const misplaced = [
    spec.format !== undefined && !dated ? 'format' : undefined,
    spec.zone !== undefined && kind !== 'instant' ? 'zone' : undefined,
    spec.time !== undefined && kind !== 'instant' ? 'time' : undefined,
    spec.unit !== undefined && kind !== 'money' ? 'unit' : undefined,
    (spec.system ?? spec.systems) !== undefined && kind !== 'codes' ? 'system' : undefined,
    spec.else !== undefined && spec.map === undefined ? 'else' : undefined,
  ].filter((name) => name !== undefined)
  if (misplaced.length > 0) say(path, `${misplaced.join(', ')} has no meaning for this field.`)
  if (
    spec.format !== undefined &&
    dated &&
    !['unix', 'unix-ms'].includes(spec.format) &&
    patternOf(spec.format) === undefined
  )
    say([...path, 'format'], `"${spec.format}" is not a format: write it in YYYY MM DD HH mm ss, or unix, unix-ms.`)
  if (spec.zone !== undefined && !isZone(spec.zone)) say([...path, 'zone'], `"${spec.zone}" is not an IANA time zone.`)
  if (kind === 'codes' && spec.system === undefined && spec.systems === undefined)
    say(path, 'a code needs its system (system: URI), or systems for a list with prefixes.')
}

function wordsOf(kind: Kind): readonly string[] | undefined {
  return kind === 'yes-no' ? ['true', 'false'] : typeof kind === 'string' ? undefined : kind
}
