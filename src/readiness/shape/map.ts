import { z } from 'zod'
import { id, listOf, text } from './written.ts'

export const NODE_KINDS = [
  'power',
  'line',
  'switch',
  'host',
  'database',
  'application',
  'interface',
  'portal',
  'person',
] as const

const node = z.strictObject({
  id,
  kind: z.enum(NODE_KINDS),
  name: text,
  site: id.optional(),
  /** The system of `systems.yaml` that this node is, where users meet it. */
  system: id.optional(),
  person: id.optional(),
  vendor: id.optional(),
  /** Without any of these it does not work. */
  needs: listOf(id),
  /** Of each group, one is enough. */
  needsOneOf: listOf(z.array(id).min(2, 'a group of which one is enough has at least two members')),
})
export type MapNode = z.output<typeof node>

/** `map.yaml`: what needs what, from the socket in the wall to the person who knows. */
export const mapFile = z.strictObject({ nodes: listOf(node) })
