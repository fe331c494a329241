import { compareIdentity, type Identity } from '../chart/identity.ts'

/** A number that a spreadsheet or a column of inexact numbers rounded (`1.23457E+11`): others have the same text, so it names nobody. */
export function isRoundedId(text: string): boolean {
  return /^[+-]?\d+(?:[.,]\d+)?\s?E\s?[+-]?\d+$/i.test(text.trim())
}

/** Whether two rows of one list that have one id name two people. Nobody's name or birth date was corrected between two rows of one answer. */
export function isSomebodyElse(a: Identity, b: Identity): boolean {
  const { family, given, birthDate } = compareIdentity(a, b)
  if (birthDate === 'differs' || given === 'differs') return true
  return family === 'differs' && !(given === 'same' && birthDate === 'same')
}
