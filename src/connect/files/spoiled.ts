import type { Patient } from '../../chart/chart.ts'
import { type Identity, identityOf } from '../../chart/identity.ts'

/** What a spreadsheet writes where it lost a value: an error of a formula, or a column that was too narrow. */
export function isLostCell(text: string): boolean {
  return /^(?:#(?:REF|VALUE|NAME|DIV\/0|NUM|SPILL|CALC)[!?]?|#{3,})$/i.test(text)
}

const MONTH = '(?:Jan|Feb|Mar|M[äa]r|Mrz|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)'
const MADE_DAY = new RegExp(`^(?:\\d{1,2}-${MONTH}|${MONTH}-\\d{2}|\\d{1,2}\\. ?${MONTH}\\.?)$`, 'i')

/** What a spreadsheet makes of `1-2` and `5-10`: 2-Jan, 10-May. Nobody measures days, and nobody takes 2-Jan tablets. */
export function isMadeDay(text: string): boolean {
  return MADE_DAY.test(text)
}

/** A cell as it is meant: `="00123"` and `'00123` keep a spreadsheet from taking a number apart, and are no part of it. */
export function withoutGuard(text: string): string {
  const guarded = /^="([^"]*)"$/.exec(text)?.[1]
  return guarded ?? text.replace(/^'(?=[+-]?\d[\d.,/ -]*$)/, '')
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
