import { DAY } from '../../base/time.ts'
import { dayOf, instantAt } from '../../base/zone.ts'
import type { Finding, PlanRule } from '../readiness.ts'

const COPY_GOOD_FOR = 120 * DAY
const HOMES = 2

/** Somebody answers for the plan, it was approved not too long ago, and it can be read with every computer off. */
export const planInForce: PlanRule = {
  name: 'plan-in-force',
  serves: 'HIPAA 164.316(b)(1)-(2): written, available, updated; SAFER 2.3',
  reads: ['practice', 'sites'],
  *judge({ practice: { practice, approved, reviewEvery, copies, declare, ...who }, sites: { sites } }, { now }) {
    const lacks = (
      path: (string | number)[],
      says: string,
      instead: string,
      weight: Finding['weight'] = 'error',
    ): Finding => ({
      part: 'practice',
      path,
      weight,
      says,
      instead,
    })
    for (const [key, word] of [
      ['coordinator', 'coordinates the plan'],
      ['deputy', 'stands in for the coordinator'],
      ['securityOfficial', 'is the security official'],
    ] as const)
      if (who[key] === undefined) yield lacks([key], `nobody ${word}`, `${key}: and the id of a person`)
    if (declare === undefined)
      yield lacks(
        ['declare'],
        'the plan does not say what a downtime is and who may declare it',
        'declare: { when: ..., roles: [...] }',
      )
    if (approved === undefined)
      yield lacks(['approved'], 'nobody has approved the plan', 'approved: { by: ..., on: 2026-11-23 }')
    else if (instantAt(approved.on, '00:00', practice.zone) + reviewEvery < now)
      yield lacks(
        ['approved', 'on'],
        `the approval of ${approved.on} is too old`,
        'review the plan, then the day of its approval',
      )
    const old = dayOf(now - COPY_GOOD_FOR, practice.zone)
    for (const { id, name } of sites)
      if (!copies.some(({ site, form }) => site === id && form === 'paper'))
        yield lacks(
          ['copies'],
          `${name} has no copy of the plan on paper`,
          `- { where: ..., site: ${id}, form: paper, checked: ... }`,
        )
    const homes = new Set(
      copies.filter(({ person, form }) => person !== undefined && form === 'paper').map(({ person }) => person),
    )
    if (homes.size < HOMES)
      yield lacks(
        ['copies'],
        `${homes.size} of ${HOMES} leaders have the plan on paper at home`,
        '- { where: at home, person: ..., form: paper, checked: ... }',
        'warning',
      )
    for (const [nth, { where, checked }] of copies.entries())
      if (checked === undefined || checked < old)
        yield lacks(
          ['copies', nth, 'checked'],
          `the copy "${where}" ${checked === undefined ? 'was never looked at' : `was last looked at on ${checked}`}`,
          'look whether it is there and the version in force, then the day',
          'warning',
        )
  },
}
