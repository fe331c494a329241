import { z } from 'zod'
import { day, id, listOf, span, text } from './written.ts'

const common = { id, name: text, owner: id.optional() }

const standby = z.strictObject({
  ...common,
  engine: z.enum(['postgresql', 'mariadb', 'other']),
  /** Nodes of the map. */
  primary: id,
  standby: id,
  /** Further behind than this is a fault. */
  lag: span.optional(),
  failover: id.optional(),
})

const backup = z.strictObject({
  ...common,
  of: z.array(id).min(1, 'name at least one system that is in this backup'),
  what: z.enum(['data', 'image', 'data and image']),
  every: span.optional(),
  keep: span.optional(),
  copies: listOf(
    z.strictObject({ where: text, offSite: z.boolean().default(false), cannotBeChanged: z.boolean().default(false) }),
  ),
  restoreTest: span.optional(),
})

const ups = z.strictObject({
  ...common,
  /** Nodes of the map that hang on it. */
  feeds: z.array(id).min(1, 'name at least one node that hangs on it'),
  runtime: span.optional(),
  battery: day.optional(),
  /** On low battery, in this order: packets first, then graceful shutdown. */
  onLow: listOf(text),
})

const line = z.strictObject({
  ...common,
  site: id,
  node: id,
  technology: z.enum(['fiber', 'cable', 'dsl', 'cellular', 'satellite', 'wireless', 'leased']),
  vendor: id.optional(),
  /** How often the other line is unplugged to see this one carry. */
  unplugTest: span.optional(),
})

const antivirus = z.strictObject({ ...common, on: listOf(id), product: text, definitions: span.optional() })

/** `protections.yaml`: what stands between a broken part and a closed clinic. */
export const protectionsFile = z.strictObject({
  standbys: listOf(standby),
  backups: listOf(backup),
  ups: listOf(ups),
  lines: listOf(line),
  antivirus: listOf(antivirus),
})
