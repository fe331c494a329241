import { z } from 'zod'

/**
 * The inside of a panel file (base or increment), before it is sealed:
 *
 *     blocks      zstd frames, each of up to 64 charts, one JSON text a line; then the blocks of masked charts, of the same form
 *     sections    zstd frames: rows, where each chart stands, and the search index (search/columns.ts)
 *     directory   JSON: where the sections are
 *     length      of the directory, 4 bytes, little-endian
 *
 * A chart is read by opening one block; a site that opens a panel reads the sections only.
 */
export const SECTIONS = [
  'rows',
  'rowStarts',
  'places',
  'masked',
  'blockSizes',
  'gone',
  'names',
  'sounds',
  'nameStarts',
  'nameEntries',
  'births',
  'phones',
  'mrns',
  'mrnRows',
] as const
export type SectionOfPanel = (typeof SECTIONS)[number]

/** A place is block number * CHARTS_IN_BLOCK + line. */
export const CHARTS_IN_BLOCK = 64
/** A block is closed when its text is as long as this. */
export const BLOCK_BYTES = 64 * 1024

const extent = z.object({
  at: z.number().int().nonnegative(),
  size: z.number().int().nonnegative(),
  rawSize: z.number().int().nonnegative(),
})

export const directoryShape = z.object({
  format: z.literal('holdfast-panel/1'),
  charts: z.number().int().nonnegative(),
  /** Patients whom this file takes out of the panel. */
  gone: z.number().int().nonnegative(),
  sections: z.record(z.enum(SECTIONS), extent),
})
export type PanelDirectory = z.infer<typeof directoryShape>
