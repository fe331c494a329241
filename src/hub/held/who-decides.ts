import type { Person } from '../../access/access.ts'
import { may, whoMay } from '../../access/may.ts'
import { Failure } from '../../base/failure.ts'

type Who = Pick<Person, 'status' | 'grants'>

/** Names, birth dates and records of patients of every site: a source knows no sites. */
export function maySeePatients(person: Who): boolean {
  return may(person, 'see-set-aside', undefined)
}

/** Why this person may not decide; undefined when they may. `patients`: the decision takes looking at patients. */
export function whyNotDecide(person: Who | undefined, about: 'shrink' | 'patients'): string | undefined {
  if (person === undefined || !may(person, 'decide-held', undefined)) return `${whoMay('decide-held')} For all sites.`
  return about === 'patients' && !maySeePatients(person) ? `${whoMay('see-set-aside')} For all sites.` : undefined
}

/** Of these people, the ids of those who may let go of what a source would remove. */
export function decidersAmong(people: readonly Person[]): Set<string> {
  return new Set(people.filter((one) => whyNotDecide(one, 'shrink') === undefined).map(({ id }) => id))
}

const LONGEST_REASON = 500

/** A reason as it is kept; Failure `permanent`, in words for who filled in the form. */
export function reasonGiven(text: string): string {
  const reason = text.trim()
  if (reason === '') throw new Failure('permanent', 'Give a reason. Nothing was changed.')
  if (reason.length > LONGEST_REASON)
    throw new Failure(
      'permanent',
      `The reason has ${reason.length} characters. Use ${LONGEST_REASON} or fewer. Nothing was changed.`,
    )
  return reason
}
