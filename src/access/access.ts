import type { Instant } from '../base/time.ts'

/**
 * Who may see or do what. A person has roles, each for all sites or for some; an act is allowed when one of the roles allows it at that
 * place. The same table serves the hub's pages, its API and the site program with everything else dead.
 */
export const ROLES = ['owner', 'it', 'clinician', 'front-desk', 'billing', 'auditor'] as const
export type Role = (typeof ROLES)[number]

export type RoleGrant = { role: Role; sites: 'all' | string[] }

export type PersonStatus = 'invited' | 'active' | 'suspended'

export type Person = {
  id: string
  login: string
  name: string
  email: string | undefined
  status: PersonStatus
  grants: RoleGrant[]
  totp: boolean
}

export const ACTS = [
  // at the hub
  'see-sites',
  'take-alarms',
  'enrol-site',
  'revoke-site',
  'see-sources',
  'see-set-aside',
  'decide-held',
  'see-packs',
  'see-people',
  'change-people',
  'see-audit',
  'change-settings',
  'see-plan',
  'change-plan',
  'review-plan',
  'make-break-glass-codes',
  'make-recovery-key',
  // at a site, offline
  'see-schedule',
  'see-chart',
  'see-front-desk-sheet',
  'search-panel',
  'print',
  'open-restricted',
  'see-site-health',
  'export-pack',
] as const
export type Act = (typeof ACTS)[number]

/**
 * How one person unlocks a site with everything else dead. The password never leaves the place where it is typed: argon2id (RFC 9106) of it
 * and `salt` gives 32 bytes that are an X25519 identity; `unlockKey` is its public half as an `age1...` recipient. The site, while it is
 * open, wraps its own key to each `unlockKey`; whoever types the password can unwrap it.
 */
export type OfflineVerifier = {
  personId: string
  login: string
  name: string
  grants: RoleGrant[]
  salt: string
  argon: { memoryKiB: number; passes: number; parallelism: number }
  unlockKey: string
  changedAt: Instant
}

/** One sealed envelope: a one-time code (never kept) gives an identity the same way; only its public half is known. */
export type BreakGlassVerifier = {
  codeId: string
  salt: string
  argon: OfflineVerifier['argon']
  unlockKey: string
  madeAt: Instant
}

/** One line of the audit trail. `what` is a word of the program (`sign-in`, `chart-viewed`); `about` names ids, never clinical facts. */
export type AuditLine = {
  at: Instant
  who: { personId: string; login: string } | { program: string }
  /** 'hub' or a site's id. */
  place: string
  what: string
  about: { [key: string]: string | number | boolean }
  outcome: 'done' | 'refused' | 'failed'
  /** Required where an act asks for one (break-glass, restricted charts). */
  reason?: string
}
