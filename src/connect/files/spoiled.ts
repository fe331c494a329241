import type { Patient } from '../../chart/chart.ts'
import { type Identity, identityOf } from '../../chart/identity.ts'

/** What a spreadsheet writes where it lost a value: an error of a formula, or a column that was too narrow. */
export function isLostCell(text: string): boolean {
  return /^(?:#(?:REF|VALUE|NAME|DIV\/0|NUM|SPILL|CALC)[!?]?|#{3,})$/i.test(text)
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
