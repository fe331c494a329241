import { z } from 'zod'
import type { Path, Place } from '../../base/yaml-text.ts'
import type { SectionName } from '../../chart/chart.ts'

/**
 * A mapping says in YAML how one EHR's tables become charts: where the database is, which queries to ask, which column is which field.
 * It is read by `read-mapping.ts`, which tells everything that is wrong at once, with line and column. README.md explains each key.
 */
const DRIVERS = ['postgres', 'mysql'] as const
export type Driver = (typeof DRIVERS)[number]

/** A value that stands outside of the mapping, so that a mapping can be shown to anybody. */
const elsewhere = z.strictObject({ env: z.string().min(1).optional(), file: z.string().min(1).optional() })
const plainOrElsewhere = z.preprocess(
  (held) => (typeof held === 'string' || typeof held === 'number' ? { value: String(held) } : held),
  elsewhere.extend({ value: z.string().min(1).optional() }),
)
export type Elsewhere = z.infer<typeof plainOrElsewhere>

const connection = z.strictObject({
  url: plainOrElsewhere.optional(),
  host: plainOrElsewhere.optional(),
  port: plainOrElsewhere.optional(),
  socket: plainOrElsewhere.optional(),
  user: plainOrElsewhere.optional(),
  password: elsewhere.optional(),
  database: plainOrElsewhere.optional(),
  tls: z.enum(['off', 'require', 'verify']).optional(),
  ca: z.string().min(1).optional(),
})
export type Connection = z.infer<typeof connection>

/** `250ms`, `20s`, `5m`, `1h`: as milliseconds. */
const span = z
  .string()
  .regex(/^\d{1,6}(ms|s|m|h)$/, 'must be a span such as 500ms, 20s, 5m or 1h')
  .transform((text) => {
    const [, digits, unit] = /^(\d+)(\w+)$/.exec(text) ?? []
    return Number(digits) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit ?? 'ms'] ?? 1)
  })
  .refine((ms) => ms > 0, 'must be longer than nothing')

const scalar = z
  .union([z.string(), z.number(), z.boolean()], { error: 'must be a word, a number, true or false' })
  .transform(String)
const field = z.preprocess(
  (held) => (typeof held === 'string' ? { column: held } : held),
  z.strictObject({
    column: z.string().min(1).optional(),
    /** The same for every row. */
    const: scalar.optional(),
    /** The source's words to ours. */
    map: z.record(z.string(), scalar).optional(),
    /** For a word that is not in `map`; null leaves the field out. Without it, the record is set aside. */
    else: scalar.nullable().optional(),
    /** How a date or time is written, in YYYY MM DD HH mm ss, or `unix`, `unix-ms`. Without it: as ISO 8601 writes it. */
    format: z.string().min(1).optional(),
    /** The zone of a time that carries none; the mapping's own without it. */
    zone: z.string().min(1).optional(),
    /** A column with the time of day, when `column` holds only the date. */
    time: z.string().min(1).optional(),
    /** Of money: what the column counts. */
    unit: z.enum(['cents', 'whole']).optional(),
    /** The code system of a code, as a URI. */
    system: z.string().min(1).optional(),
    /** For lists such as `ICD10:E11.9;SNOMED-CT:44054006`: the URI of each prefix. */
    systems: z.record(z.string(), z.string().min(1)).optional(),
  }),
)
export type FieldSpec = z.infer<typeof field>

const sql = z.string().min(1)
const fields = z.record(z.string(), field)

/**
 * How a change is noticed between complete passes: `hash` (only a pass finds it), or by a time that the source keeps. `in` names a table
 * and `watermark` its column; where that does not do, `query` asks for the patients that changed since `:since` (or `:sinceLocal`).
 */
const changed = z.preprocess(
  (held) => (held === 'hash' || held === undefined ? {} : held),
  z.strictObject({
    watermark: z.string().min(1).optional(),
    in: z.string().min(1).optional(),
    patientId: z.string().min(1).optional(),
    /** The watermark is written in the wall-clock time of the mapping's zone. */
    local: z.boolean().optional(),
    query: sql.optional(),
  }),
)
export type Changed = z.infer<typeof changed>

const rows = z.strictObject({ query: sql, changed, fields })
export type RowsSpec = z.infer<typeof rows>

/** What an empty list means when nothing was said about it. */
export const EMPTY_MEANS = ['listed', 'none-known', 'not-asked', 'not-received'] as const
const section = z.preprocess(
  (held) => (Array.isArray(held) ? { from: held } : held),
  z.strictObject({ empty: z.enum(EMPTY_MEANS).optional(), from: z.array(rows).min(1) }),
)

const EXPANSIONS = ['openemr-recurrence'] as const

/** `none` where the EHR keeps no appointments: a schedule that was forgotten must not look like one without visits. */
const schedule = z
  .preprocess(
    (held) => (held === 'none' ? null : held),
    z
      .strictObject({
        query: sql,
        /** One row that differs when any appointment of the window does; saves reading the whole schedule each time. */
        changed: sql.optional(),
        expand: z.enum(EXPANSIONS).optional(),
        fields,
      })
      .nullable(),
  )
  .transform((held) => held ?? undefined)

const sectionShape = {
  alerts: section.optional(),
  allergies: section.optional(),
  medications: section.optional(),
  problems: section.optional(),
  notes: section.optional(),
  pending: section.optional(),
  vitals: section.optional(),
  results: section.optional(),
  immunizations: section.optional(),
  procedures: section.optional(),
  coverage: section.optional(),
} satisfies Record<SectionName, unknown>

export const mappingShape = z.strictObject({
  mapping: z.literal(1),
  name: z.string().min(1),
  driver: z.enum(DRIVERS),
  connection,
  zone: z.string().min(1),
  /** One row, one column: the instant that the source is current to. */
  asOf: sql.optional(),
  deadline: z
    .strictObject({ connect: span.default(5000), statement: span.default(30_000) })
    .default({ connect: 5000, statement: 30_000 }),
  limits: z
    .strictObject({
      patients: z.int().min(1).max(10_000_000).default(1_000_000),
      appointments: z.int().min(1).max(1_000_000).default(100_000),
      /** Rows that one query may give for one chunk of patients. */
      rows: z.int().min(1).max(10_000_000).default(1_000_000),
      /** Entries that one list of one chart may have. */
      entries: z.int().min(1).max(10_000).default(500),
    })
    .default({ patients: 1_000_000, appointments: 100_000, rows: 1_000_000, entries: 500 }),
  /** Patients read together. */
  chunk: z.int().min(1).max(10_000).default(1000),
  /** How far a look for changes reaches back before the last one: rows may become visible later than their time says. */
  overlap: span.default(120_000),
  /** How often everything is compared, chunk by chunk: finds deleted rows, and changes that no watermark tells. */
  fullPass: span.default(3_600_000),
  schedule,
  patients: rows.extend({
    /** Every patient id, in a steady order. */
    ids: sql,
  }),
  formerNames: z.array(rows).optional(),
  ...sectionShape,
  'none-known': z.array(rows).optional(),
  canary: z
    .strictObject({
      read: sql,
      /** A test patient whose alerts or notes carry the newest stamp too: the canary then follows a chart, not only its own row. */
      patient: z.string().min(1).optional(),
      write: z.strictObject({ connection, statement: sql }).optional(),
    })
    .optional(),
})
export type Mapping = z.infer<typeof mappingShape> & {
  /** Where it was read from, for places in messages. */
  file: string
  /** Of what it says, connection and comments aside: another reading of the source begins when it changes. */
  digest: string
  /** Where a key stands, by its path; 1-based. The nearest one above when there is no such key. */
  at: (path: Path) => Place
}
