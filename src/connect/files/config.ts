import { z } from 'zod'
import { MINUTE, SECOND } from '../../base/time.ts'
import { isZone } from '../../base/zone.ts'
import { SECTION_NAMES } from '../../chart/chart.ts'

/** How a file is known to be whole. */
const settled = z.discriminatedUnion('by', [
  /** Size and time of change are the same at two looks so far apart. */
  z.strictObject({
    by: z.literal('quiet'),
    forMs: z
      .int()
      .min(1)
      .default(5 * SECOND),
  }),
  /** A file of the same name with this ending stands beside it (`patients.ndjson.done`). */
  z.strictObject({ by: z.literal('marker'), ending: z.string().min(1).default('.done') }),
  /** The sender writes under another name (see `partial`) and renames: whatever has its own name is whole. */
  z.strictObject({ by: z.literal('rename') }),
])

/** A folder into which an EHR, or a person, drops files. */
export const filesConfig = z.strictObject({
  id: z.string().min(1),
  kind: z.literal('files'),
  folder: z.string().min(1),
  /** The practice's time zone, for times that carry none. */
  zone: z.string().refine(isZone, 'must be an IANA time zone such as America/New_York'),
  /** `changes`: each file adds to what is known. `snapshot`: what is dropped together is all there is. */
  deliveries: z.enum(['changes', 'snapshot']).default('changes'),
  settled: settled.default({ by: 'quiet', forMs: 5 * SECOND }),
  /** Names with these endings, and names that begin with a dot, are left alone. */
  partial: z.array(z.string().min(1)).default(['.part', '.partial', '.tmp', '.filepart', '.crdownload']),
  /** A file that looks unfinished is waited for so long before it is called bad. */
  patienceMs: z
    .int()
    .min(0)
    .default(10 * MINUTE),
  /** When the source said it: the file's time of change, or digits (YYYYMMDD[HHMM[SS]], in `zone`) in its name. */
  asOf: z.enum(['changed', 'name']).default('changed'),
  /** Lists that a snapshot carries for every patient: where it has nothing for one, the list is empty rather than not received. */
  carries: z.array(z.enum(SECTION_NAMES)).default([]),
  /** Path of the YAML file that says what CSV files mean. */
  mapping: z.string().optional(),
  limits: z
    .strictObject({
      fileBytes: z
        .int()
        .min(1)
        .default(4 * 1024 ** 3),
      /** Of one resource, one line, or one file that has to be read as a whole (.json). */
      recordBytes: z
        .int()
        .min(1)
        .default(64 * 1024 ** 2),
    })
    .prefault({}),
})

export type FilesConfig = z.output<typeof filesConfig>
