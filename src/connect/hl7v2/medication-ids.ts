import type { CodeableConcept } from '../../chart/chart.ts'
import { conceptOf, keyOf } from './coded.ts'
import { firstOf, numbersOf, type Order } from './orders.ts'

/** `others`: ids under which earlier messages may have told of the same drug; `replaces`: those among them that this one stands for. */
export type MedicationIds = { id: string; others: string[]; replaces: string[] }

/** A taper has a few steps, each with directions of its own. */
const MOST_STEPS = 8

/** What a pharmacy order is of; undefined where it names no drug. */
export function drugOf(order: Order): CodeableConcept | undefined {
  return conceptOf(firstOf(order, 'RXE')?.all(2)[0]) ?? conceptOf(firstOf(order, 'RXO')?.all(1)[0])
}

/**
 * Under what a drug is known: its order's number. Several drugs under one number are told apart by what they are, and the steps of one drug by their
 * place, so that none takes the place of another.
 */
export function medicationIds(order: Order, code: CodeableConcept, all: Order[]): MedicationIds {
  const number = numberOf(order)
  const alike = all.filter((other) => drugOf(other) !== undefined && numberOf(other) === number)
  const steps = alike.filter((other) => keyIn(other) === keyOf(code))
  const nth = Math.max(0, steps.indexOf(order))
  const ofDrug = [number, keyOf(code)].filter((part) => part !== '').join('~')
  const ids = Array.from({ length: Math.max(MOST_STEPS, steps.length) }, (_, at) =>
    at === 0 ? ofDrug : `${ofDrug}~${at + 1}`,
  )
  if (number !== '' && alike.length <= 1) return { id: number, others: ids, replaces: ids }
  const id = ids[nth] ?? ofDrug
  const later = nth === 0 ? ids.slice(steps.length) : []
  // Without a number nobody knows whether one step more or another order is meant.
  return number === ''
    ? { id, others: later, replaces: [] }
    : { id, others: [number, ...later], replaces: [number, ...later] }
}

function numberOf(order: Order): string {
  const { placer, filler } = numbersOf(order)
  return placer || filler || (firstOf(order, 'RXE')?.get(15) ?? '')
}

function keyIn(order: Order): string {
  const code = drugOf(order)
  return code === undefined ? '' : keyOf(code)
}
