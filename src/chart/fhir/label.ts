import type { Restriction } from '../chart.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'

/**
 * FHIR security labels (v3-ActCode, v3-Confidentiality) in our words. SUD, ETHUD and 42CFRPart2 mark what a substance use disorder program
 * says (42 CFR Part 2); PSYTHPN a psychotherapist's own notes (45 CFR 164.501); CEL, VIP and EMP people over whom a practice watches.
 */
const LABELS: { [code: string]: Restriction } = {
  SUD: 'part2',
  ETHUD: 'part2',
  ETH: 'part2',
  '42CFRPart2': 'part2',
  '42CFRPart2CD': 'part2',
  PSYTHPN: 'psychotherapy',
  CEL: 'vip',
  VIP: 'vip',
  EMP: 'vip',
  V: 'vip',
  R: 'other',
}
const ORDER: Restriction[] = ['part2', 'psychotherapy', 'vip', 'other']

/** The strictest restriction that a resource's own labels ask for. */
export function restrictionOf(resource: Json): Restriction {
  const said = new Set(
    objectsIn(objectIn(resource, 'meta'), 'security').map((label) => lookUp(LABELS, textIn(label, 'code'))),
  )
  return ORDER.find((restriction) => said.has(restriction)) ?? 'none'
}

/** True for single records that never travel in a chart: Part 2 records need the patient's consent, psychotherapy notes their own authorization. */
export function staysBehind(resource: Json): boolean {
  const restriction = restrictionOf(resource)
  return restriction === 'part2' || restriction === 'psychotherapy'
}
