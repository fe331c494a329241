import { chanceOf } from './chance.ts'
import { familyName, givenName } from './names.ts'
import type { StaffRow } from './rows.ts'
import { SITES } from './sites.ts'

/** Whom a specialty sees: ages in years, both ends in. */
type Specialty = { name: string; from: number; to: number; sex?: 'F'; every: number; primaryCare: boolean }

/** `every`: how many of the 80 physicians. */
const SPECIALTIES: readonly Specialty[] = [
  { name: 'Family medicine', from: 0, to: 99, every: 28, primaryCare: true },
  { name: 'Internal medicine', from: 18, to: 101, every: 20, primaryCare: true },
  { name: 'Pediatrics', from: 0, to: 17, every: 13, primaryCare: true },
  { name: 'Obstetrics and gynecology', from: 16, to: 70, sex: 'F', every: 6, primaryCare: false },
  { name: 'Cardiology', from: 35, to: 97, every: 4, primaryCare: false },
  { name: 'Endocrinology', from: 18, to: 90, every: 2, primaryCare: false },
  { name: 'Orthopedics', from: 14, to: 90, every: 3, primaryCare: false },
  { name: 'Psychiatry', from: 14, to: 85, every: 2, primaryCare: false },
  { name: 'Gastroenterology', from: 20, to: 90, every: 2, primaryCare: false },
]

export type Physician = StaffRow & { specialty: string; sees: Specialty; panelNo: number }

export type Staff = { all: StaffRow[]; physicians: Physician[]; bySite: Map<string, StaffRow[]> }

const WITH_THEM: readonly (readonly [StaffRow['job'], string | null, number])[] = [
  ['nurse', 'RN', 0.9],
  ['nurse', 'NP', 0.25],
  ['front desk', null, 0.45],
  ['billing', null, 0.15],
]

/** The people of the practice: staff ids 1 to 80 are the physicians, the others follow. The same for a seed, whatever else is asked for. */
export function staffOf(seed: number): Staff {
  const places = SITES.flatMap((site) => Array.from({ length: site.physicians }, () => site.siteId))
  const kinds = dealt(SPECIALTIES.flatMap((specialty) => Array.from({ length: specialty.every }, () => specialty)))
  const logins = new Set<string>()
  const physicians = places.map((siteId, at): Physician => {
    const sees = kinds[at]
    if (sees === undefined) throw new RangeError('more physicians than specialties')
    const person = newPerson(seed, at + 1, logins)
    const credential = chanceOf(seed, 'credential', at).happens(0.8) ? 'MD' : 'DO'
    return { ...person, credential, job: 'physician', specialty: sees.name, site_id: siteId, sees, panelNo: at }
  })
  const others: StaffRow[] = []
  const add = (job: StaffRow['job'], credential: string | null, siteId: string): void => {
    const person = newPerson(seed, physicians.length + others.length + 1, logins)
    others.push({ ...person, credential, job, specialty: null, site_id: siteId })
  }
  for (const site of SITES) {
    for (const [job, credential, each] of WITH_THEM) {
      for (let made = 0; made < Math.max(1, Math.round(site.physicians * each)); made++)
        add(job, credential, site.siteId)
    }
    add('manager', null, site.siteId)
  }
  for (let made = 0; made < 4; made++) add('it', null, 'harbor-main')
  const all: StaffRow[] = [...physicians, ...others]
  return { all, physicians, bySite: Map.groupBy(all, (person) => person.site_id) }
}

export function staffName(person: StaffRow): string {
  return `${person.given_name} ${person.family_name}${person.credential === null ? '' : `, ${person.credential}`}`
}

function newPerson(
  seed: number,
  id: number,
  logins: Set<string>,
): Pick<StaffRow, 'staff_id' | 'login' | 'family_name' | 'given_name'> {
  const chance = chanceOf(seed, 'staff', id)
  for (;;) {
    const given = givenName(chance, chance.happens(0.6))
    const family = familyName(chance)
    const login = `${given[0] ?? 'x'}${family}`.toLowerCase()
    if (logins.has(login)) continue
    logins.add(login)
    return { staff_id: id, login, family_name: family, given_name: given }
  }
}

/** Spreads every kind over the whole list, so that each site gets its share: the n-th of m stands near n/m of the way. */
function dealt(kinds: Specialty[]): Specialty[] {
  const seen = new Map<Specialty, number>()
  return kinds
    .map((kind) => {
      const nth = seen.get(kind) ?? 0
      seen.set(kind, nth + 1)
      return { kind, at: (nth + 0.5) / kind.every }
    })
    .sort((a, b) => a.at - b.at)
    .map(({ kind }) => kind)
}
