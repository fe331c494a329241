import type { MedicationStatement } from '../chart.ts'

/**
 * Drugs that harm most when missed or doubled, by the words of their names (ISMP, List of High-Alert Medications in Community and
 * Ambulatory Care Settings). A word list finds brand names too and errs on the side of a mark too many.
 */
const WORDS: [NonNullable<MedicationStatement['highRisk']>, RegExp][] = [
  [
    'anticoagulant',
    /\b(warfarin|coumadin|jantoven|apixaban|eliquis|rivaroxaban|xarelto|dabigatran|pradaxa|edoxaban|savaysa|heparin|enoxaparin|lovenox|dalteparin|fondaparinux)\b/i,
  ],
  ['insulin', /\binsulin\b|\b(humalog|novolog|lantus|basaglar|levemir|tresiba|toujeo|humulin|novolin|apidra|fiasp)\b/i],
  [
    'opioid',
    /\b(oxycodone|hydrocodone|morphine|fentanyl|hydromorphone|methadone|tramadol|codeine|buprenorphine|tapentadol|oxymorphone|meperidine|percocet|vicodin|norco|oxycontin|suboxone|levorphanol)\b/i,
  ],
  [
    'other',
    /\b(methotrexate|digoxin|amiodarone|lithium|phenytoin|carbamazepine|valpro\w+|glyburide|glipizide|glimepiride|cyclosporine|tacrolimus)\b/i,
  ],
]

export function highRiskOf(name: string): MedicationStatement['highRisk'] {
  return WORDS.find(([, words]) => words.test(name))?.[0]
}
