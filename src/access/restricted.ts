import type { RoleGrant } from './access.ts'
import { grantsAllow } from './may.ts'

/**
 * Opening a chart that is restricted (42 CFR Part 2, psychotherapy notes, a known person) or a site without a password of one's own. Both
 * are for emergencies, both ask for a reason in words, and both are read afterwards by somebody else.
 */
export const BREAK_GLASS_REASONS = ['emergency-treatment', 'treating-without-own-password', 'drill', 'other'] as const

/** What is missing in a given reason, in words for the person; undefined when it will do. */
export function reasonFault({ reason, words }: { reason: string; words: string }): string | undefined {
  if (!BREAK_GLASS_REASONS.some((known) => known === reason)) return 'Choose why you need it.'
  if (reason !== 'emergency-treatment' && words.trim().length < 10)
    return 'Write in a few words why you need it; it will be read afterwards.'
  return undefined
}

export function mayOpenRestricted(grants: readonly RoleGrant[], siteId: string): boolean {
  return grantsAllow(grants, 'open-restricted', siteId)
}

/** What somebody who opened a site from a sealed envelope may do there: care for patients, at that site alone. */
export function breakGlassGrants(siteId: string): RoleGrant[] {
  return [{ role: 'clinician', sites: [siteId] }]
}
