import type { Patient } from '../../chart/chart.ts'
import { type Identity, identityOf, isOtherPerson } from '../../chart/identity.ts'

/** A number that a spreadsheet rounded (`1.23457E+11`): others have the same text, so it names nobody. */
export function isSpoiledId(text: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?E[+-]?\d+$/i.test(text)
}

/** Notes who each id names in one delivery; ids that name two different people name nobody. */
export class IdsSeen {
  readonly #first = new Map<string, Identity>()
  readonly doubled = new Set<string>()

  see(id: string, patient: Pick<Patient, 'name' | 'formerNames' | 'birthDate'>): void {
    const identity = identityOf(patient)
    const before = this.#first.get(id)
    if (before === undefined) this.#first.set(id, identity)
    else if (isOtherPerson(before, identity)) this.doubled.add(id)
  }
}
