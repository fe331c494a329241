import type { CodeableConcept, MedicationStatement } from './chart.ts'

type HighRisk = NonNullable<MedicationStatement['highRisk']>

/**
 * Drugs that harm most when missed or doubled, by the words on the medication list (US generic and brand names) and by ATC code. After ISMP's list
 * of high-alert medications in community settings: anticoagulants, insulins, opioids; `other`: the rest of that list that outpatients take.
 */
const WORDS: { [Kind in HighRisk]: RegExp } = {
  anticoagulant:
    /\b(warfarin|coumadin|jantoven|apixaban|eliquis|rivaroxaban|xarelto|dabigatran|pradaxa|edoxaban|savaysa|enoxaparin|lovenox|dalteparin|fragmin|fondaparinux|arixtra|heparin|acenocoumarol|phenprocoumon|marcumar)\b/i,
  insulin:
    /\b(insulins?|humalog|admelog|lyumjev|novolog|fiasp|apidra|humulin|novolin|lantus|basaglar|toujeo|semglee|rezvoglar|levemir|tresiba|afrezza|soliqua|xultophy|myxredlin)\b/i,
  opioid:
    /\b(oxycodone|oxycontin|roxicodone|xtampza|percocet|endocet|hydrocodone|vicodin|norco|lortab|hysingla|morphine|ms contin|kadian|hydromorphone|dilaudid|oxymorphone|opana|fentanyl|duragesic|methadone|dolophine|tapentadol|nucynta|tramadol|ultram|ultracet|codeine|meperidine|demerol|levorphanol|buprenorphine|suboxone|zubsolv|butrans|belbuca|pentazocine|butorphanol)\b/i,
  other:
    /\b(methotrexate|trexall|otrexup|digoxin|lanoxin|lithium|lithobid|amiodarone|pacerone|sotalol|flecainide|propylthiouracil|carbamazepine|tegretol|phenytoin|dilantin|valpro(?:ate|ic)|depakote|tacrolimus|prograf|cyclosporine|neoral|clozapine|theophylline|glyburide|glipizide|glimepiride|chlorpropamide|midazolam|azathioprine|mercaptopurine)\b/i,
}

const ATC: [RegExp, HighRisk][] = [
  [/^B01A[ABEFX]/, 'anticoagulant'],
  [/^A10A/, 'insulin'],
  [/^(N02A|N07BC|R05DA04)/, 'opioid'],
  [/^(L04AX03|L01BA01|C01AA05|N05AN01)/, 'other'],
]

/** Undefined when nothing says so, which does not mean that the drug is harmless. */
export function highRiskOf(drug: CodeableConcept): HighRisk | undefined {
  const words = [drug.text, ...drug.codings.flatMap(({ display }) => display ?? [])].join(' | ')
  const atc = drug.codings.filter(({ system }) => /atc/i.test(system)).map(({ code }) => code.toUpperCase())
  const byCode = ATC.find(([pattern]) => atc.some((code) => pattern.test(code)))?.[1]
  if (byCode !== undefined) return byCode
  // Needles, strips and reversal agents carry the drug's name and are not the drug.
  if (/\b(pen needles?|syringes?|test strips?|lancets?|flush|naloxone kit)\b/i.test(drug.text)) return undefined
  const kinds: HighRisk[] = ['opioid', 'anticoagulant', 'insulin', 'other']
  return kinds.find((kind) => WORDS[kind].test(words))
}
