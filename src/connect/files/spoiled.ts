import type { Patient } from '../../chart/chart.ts'
import { compareIdentity, type Identity, identityOf } from '../../chart/identity.ts'

/** A number that a spreadsheet rounded (`1.23457E+11`): others have the same text, so it names nobody. */
export function isSpoiledId(text: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?\s?E\s?[+-]?\d+$/i.test(text.trim())
}

/** What a spreadsheet writes where it lost a value: an error of a formula, or a column that was too narrow. */
export function isLostCell(text: string): boolean {
  return /^(?:#(?:REF|VALUE|NAME|DIV\/0|NUM|SPILL|CALC)[!?]?|#{3,})$/i.test(text)
}

/** Whether two rows of one list that have one id name two people. Nobody's name or birth date was corrected between two rows of one file. */
export function isSomebodyElse(a: Identity, b: Identity): boolean {
  const { family, given, birthDate } = compareIdentity(a, b)
  if (birthDate === 'differs' || given === 'differs') return true
  return family === 'differs' && !(given === 'same' && birthDate === 'same')
}

/** Notes who each id names in one delivery; ids that name two different people name nobody. */
export class IdsSeen {
  readonly #first = new Map<string, Identity>()
  readonly #isOther: (a: Identity, b: Identity) => boolean
  readonly doubled = new Set<string>()

  constructor(isOther: (a: Identity, b: Identity) => boolean) {
    this.#isOther = isOther
  }

  see(id: string, patient: Pick<Patient, 'name' | 'formerNames' | 'birthDate'>): void {
    const identity = identityOf(patient)
    const before = this.#first.get(id)
    if (before === undefined) this.#first.set(id, identity)
    else if (this.#isOther(before, identity)) this.doubled.add(id)
  }

  get ids(): Iterable<string> {
    return this.#first.keys()
  }
}
