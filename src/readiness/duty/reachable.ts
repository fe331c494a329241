import type { Person } from '../shape/people.ts'

/** The numbers that ring where the person is, in the order in which to try them. */
export function phonesAway(person: Person): string[] {
  return person.phones.filter(({ kind }) => kind !== 'desk').map(({ number }) => number)
}

export function isReachable(person: Person): boolean {
  return phonesAway(person).length > 0
}
