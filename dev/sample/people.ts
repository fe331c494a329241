import type { RoleGrant } from '../../src/access/access.ts'
import type { StaffRow } from '../practice/rows.ts'
import type { Staff } from '../practice/staff.ts'

/** Who signs in to the sample: one person for each role, all with one password that is printed. Only the sample has people like this. */
export const SAMPLE_PASSWORD = 'harbor lantern at noon'

export type SamplePerson = { login: string; name: string; grants: RoleGrant[]; whoFor: string }

export function samplePeople(staff: Staff): SamplePerson[] {
  const nameOf = (job: StaffRow['job'], siteId: string, nth = 0): string => {
    const found = staff.all.filter((person) => person.job === job && person.site_id === siteId)[nth]
    return found === undefined ? job : `${found.given_name} ${found.family_name}`
  }
  return [
    {
      login: 'owner',
      name: nameOf('manager', 'harbor-main'),
      grants: [{ role: 'owner', sites: 'all' }],
      whoFor: 'the hub, everything but charts',
    },
    {
      login: 'it',
      name: nameOf('it', 'harbor-main'),
      grants: [{ role: 'it', sites: 'all' }],
      whoFor: 'the hub: sites, sources, packs',
    },
    {
      login: 'doctor',
      name: nameOf('physician', 'harbor-main'),
      grants: [{ role: 'clinician', sites: 'all' }],
      whoFor: 'any site: schedule, charts, search, paper',
    },
    {
      login: 'desk',
      name: nameOf('front desk', 'harbor-main'),
      grants: [{ role: 'front-desk', sites: ['harbor-main', 'riverside'] }],
      whoFor: 'Harbor Main and Riverside: schedule and front-desk sheet',
    },
    {
      login: 'billing',
      name: nameOf('billing', 'harbor-main'),
      grants: [{ role: 'billing', sites: 'all' }],
      whoFor: 'any site: coverage, no clinical data',
    },
    {
      login: 'auditor',
      name: nameOf('manager', 'riverside'),
      grants: [{ role: 'auditor', sites: 'all' }],
      whoFor: 'the hub’s audit trail',
    },
  ]
}
