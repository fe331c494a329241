import { z } from 'zod'
import { id, listOf, span, text } from './written.ts'

export const CAUSES = [
  'server',
  'operating-system',
  'database',
  'malware',
  'internet',
  'power',
  'switch',
  'vendor',
  'portal',
  'e-prescribing',
  'phones',
  'interface',
  'person',
] as const
export const SCOPES = ['one-site', 'central', 'all-sites'] as const

const scenario = z.strictObject({
  id,
  name: text,
  cause: z.enum(CAUSES),
  /** One site alone; the place where the servers are; every site. */
  scope: z.enum(SCOPES),
  /** Which sites; all of them, when left out. */
  sites: listOf(id),
  /** Nodes of the map that it takes away. For one site: those of that site. */
  takesOut: listOf(id),
  /** The written answer. */
  runbook: id.optional(),
  /** Without a better word by then, the site opens on downtime procedures. */
  decideWithin: span.optional(),
})
export type Scenario = z.output<typeof scenario>

/** `scenarios.yaml`: each cause at each scope has an answer of its own; for most of them a backup is no help. */
export const scenariosFile = z.strictObject({ scenarios: listOf(scenario) })
