import { type Act, type Person, ROLES, type Role, type RoleGrant } from './access.ts'

const SEES_THE_NET = ['see-sites', 'see-sources', 'see-packs', 'see-site-health', 'see-plan'] as const satisfies Act[]
const RUNS_THE_NET = [
  ...SEES_THE_NET,
  'take-alarms',
  'enrol-site',
  'revoke-site',
  'change-settings',
  'decide-held',
  'export-pack',
  'change-plan',
  'review-plan',
] as const satisfies Act[]

/**
 * Which role may do what: the whole policy on one screen. Looking after the machines shows nobody a chart; records that could not be
 * understood (`see-set-aside`) are raw patient data, so they need a role that may see charts besides seeing sources. What is held back
 * (`decide-held`) is decided by who runs the net or sees charts; where it takes looking at patients, by who may do both. A restricted chart
 * needs a reason besides (`open-restricted`, see restricted.ts). Whoever works here may be asked to take an alarm; who audits only looks, since an alarm
 * that is taken calls nobody else.
 */
const MAY = {
  owner: [
    ...RUNS_THE_NET,
    ...(['see-people', 'change-people', 'see-audit', 'make-break-glass-codes', 'make-recovery-key'] as const),
  ],
  it: [...RUNS_THE_NET, 'see-people'],
  clinician: [
    ...([
      'see-plan',
      'see-sites',
      'take-alarms',
      'see-site-health',
      'see-sources',
      'see-set-aside',
      'decide-held',
      'see-schedule',
      'see-chart',
    ] as const),
    ...(['see-front-desk-sheet', 'search-panel', 'print', 'open-restricted'] as const),
  ],
  'front-desk': [
    ...(['see-plan', 'change-plan', 'see-sites', 'take-alarms', 'see-site-health'] as const),
    ...(['see-schedule', 'see-front-desk-sheet', 'search-panel', 'print'] as const),
  ],
  billing: ['see-plan', 'see-sites', 'take-alarms', 'see-schedule', 'see-front-desk-sheet', 'search-panel'],
  auditor: [...SEES_THE_NET, 'see-people', 'see-audit'],
} as const satisfies Record<Role, readonly Act[]>

/**
 * Whether the person may do this at this site. `siteId` undefined: the act belongs to the whole practice, and only a grant for all sites allows
 * it. A suspended or merely invited person may nothing.
 */
export function may(person: Pick<Person, 'status' | 'grants'>, act: Act, siteId: string | undefined): boolean {
  return person.status === 'active' && grantsAllow(person.grants, act, siteId)
}

/** The same for who unlocked a site offline: the pack names only people who were active. */
export function grantsAllow(grants: readonly RoleGrant[], act: Act, siteId: string | undefined): boolean {
  return grants.some((grant) => roleMay(grant.role, act) && reaches(grant, siteId))
}

/** Whether the person may do it anywhere: for showing a page that then lists only their sites. */
export function mayAnywhere(person: Pick<Person, 'status' | 'grants'>, act: Act): boolean {
  return person.status === 'active' && person.grants.some((grant) => roleMay(grant.role, act))
}

/** Why not, for a disabled button or a refusal: who could do it. */
export function whoMay(act: Act): string {
  const roles = ROLES.filter((role) => roleMay(role, act))
  return roles.length === 0 ? 'Nobody may do this.' : `This needs the role ${roles.join(' or ')}.`
}

/** Whether somebody may work at that site at all, so that its pack carries their verifier. */
export function worksAt(person: Pick<Person, 'status' | 'grants'>, siteId: string): boolean {
  return person.status === 'active' && person.grants.some((grant) => reaches(grant, siteId))
}

function roleMay(role: Role, act: Act): boolean {
  const acts: readonly Act[] = MAY[role]
  return acts.includes(act)
}

function reaches(grant: RoleGrant, siteId: string | undefined): boolean {
  return grant.sites === 'all' || (siteId !== undefined && grant.sites.includes(siteId))
}
