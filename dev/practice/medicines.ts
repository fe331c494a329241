/** Medicines as they stand in a medication list: one of the strengths and its directions, so that dose and directions always fit. */
export type Medicine = {
  forms: readonly (readonly [drug: string, sig: string])[]
  highRisk?: 'anticoagulant' | 'insulin' | 'opioid' | 'other'
  deaSchedule?: '2' | '3' | '4' | '5'
}

export const MEDICINES = {
  lisinopril: {
    forms: [
      ['Lisinopril 10 mg tablet', 'Take 1 tablet by mouth once a day'],
      ['Lisinopril 20 mg tablet', 'Take 1 tablet by mouth once a day'],
    ],
  },
  amlodipine: {
    forms: [
      ['Amlodipine 5 mg tablet', 'Take 1 tablet by mouth once a day'],
      ['Amlodipine 10 mg tablet', 'Take 1 tablet by mouth once a day'],
    ],
  },
  losartan: { forms: [['Losartan 50 mg tablet', 'Take 1 tablet by mouth once a day']] },
  hydrochlorothiazide: { forms: [['Hydrochlorothiazide 12.5 mg capsule', 'Take 1 capsule by mouth in the morning']] },
  metformin: {
    forms: [
      ['Metformin 500 mg tablet', 'Take 1 tablet by mouth twice a day with food'],
      ['Metformin ER 750 mg tablet', 'Take 2 tablets by mouth with the evening meal'],
    ],
  },
  empagliflozin: { forms: [['Empagliflozin 10 mg tablet', 'Take 1 tablet by mouth in the morning']] },
  semaglutide: { forms: [['Semaglutide 0.5 mg pen', 'Inject 0.5 mg under the skin once a week']] },
  'insulin glargine': {
    forms: [
      ['Insulin glargine 100 units/mL pen', 'Inject 24 units under the skin at bedtime'],
      ['Insulin glargine 100 units/mL pen', 'Inject 38 units under the skin at bedtime'],
    ],
    highRisk: 'insulin',
  },
  'insulin lispro': {
    forms: [['Insulin lispro 100 units/mL pen', 'Inject 6 units before each meal, plus correction scale']],
    highRisk: 'insulin',
  },
  atorvastatin: {
    forms: [
      ['Atorvastatin 20 mg tablet', 'Take 1 tablet by mouth at bedtime'],
      ['Atorvastatin 40 mg tablet', 'Take 1 tablet by mouth at bedtime'],
    ],
  },
  rosuvastatin: { forms: [['Rosuvastatin 10 mg tablet', 'Take 1 tablet by mouth once a day']] },
  warfarin: {
    forms: [
      ['Warfarin 5 mg tablet', 'Take 1 tablet by mouth in the evening, half a tablet on Mondays and Fridays'],
      ['Warfarin 2.5 mg tablet', 'Take 1 tablet by mouth in the evening'],
    ],
    highRisk: 'anticoagulant',
  },
  apixaban: {
    forms: [
      ['Apixaban 5 mg tablet', 'Take 1 tablet by mouth twice a day'],
      ['Apixaban 2.5 mg tablet', 'Take 1 tablet by mouth twice a day'],
    ],
    highRisk: 'anticoagulant',
  },
  rivaroxaban: {
    forms: [['Rivaroxaban 20 mg tablet', 'Take 1 tablet by mouth with the evening meal']],
    highRisk: 'anticoagulant',
  },
  clopidogrel: { forms: [['Clopidogrel 75 mg tablet', 'Take 1 tablet by mouth once a day']] },
  aspirin: { forms: [['Aspirin 81 mg tablet', 'Take 1 tablet by mouth once a day']] },
  metoprolol: { forms: [['Metoprolol succinate ER 50 mg tablet', 'Take 1 tablet by mouth once a day']] },
  carvedilol: { forms: [['Carvedilol 6.25 mg tablet', 'Take 1 tablet by mouth twice a day with food']] },
  diltiazem: { forms: [['Diltiazem ER 180 mg capsule', 'Take 1 capsule by mouth once a day']] },
  'sacubitril-valsartan': { forms: [['Sacubitril-valsartan 49-51 mg tablet', 'Take 1 tablet by mouth twice a day']] },
  furosemide: { forms: [['Furosemide 40 mg tablet', 'Take 1 tablet by mouth in the morning']] },
  spironolactone: { forms: [['Spironolactone 25 mg tablet', 'Take 1 tablet by mouth once a day']] },
  levothyroxine: {
    forms: [
      ['Levothyroxine 50 mcg tablet', 'Take 1 tablet by mouth in the morning on an empty stomach'],
      ['Levothyroxine 88 mcg tablet', 'Take 1 tablet by mouth in the morning on an empty stomach'],
    ],
  },
  albuterol: { forms: [['Albuterol HFA 90 mcg inhaler', 'Inhale 2 puffs every 4 hours as needed for wheezing']] },
  fluticasone: { forms: [['Fluticasone HFA 110 mcg inhaler', 'Inhale 2 puffs twice a day, rinse mouth']] },
  'fluticasone nasal': { forms: [['Fluticasone 50 mcg nasal spray', '2 sprays in each nostril once a day']] },
  tiotropium: { forms: [['Tiotropium 18 mcg inhalation capsule', 'Inhale the contents of 1 capsule once a day']] },
  sertraline: {
    forms: [
      ['Sertraline 50 mg tablet', 'Take 1 tablet by mouth once a day'],
      ['Sertraline 100 mg tablet', 'Take 1 tablet by mouth once a day'],
    ],
  },
  bupropion: { forms: [['Bupropion XL 150 mg tablet', 'Take 1 tablet by mouth in the morning']] },
  trazodone: { forms: [['Trazodone 50 mg tablet', 'Take 1 tablet by mouth at bedtime as needed for sleep']] },
  buspirone: { forms: [['Buspirone 10 mg tablet', 'Take 1 tablet by mouth twice a day']] },
  prazosin: { forms: [['Prazosin 2 mg capsule', 'Take 1 capsule by mouth at bedtime']] },
  'buprenorphine-naloxone': {
    forms: [['Buprenorphine-naloxone 8-2 mg film', 'Place 1 film under the tongue twice a day']],
    highRisk: 'opioid',
    deaSchedule: '3',
  },
  oxycodone: {
    forms: [
      ['Oxycodone 5 mg tablet', 'Take 1 tablet by mouth every 6 hours as needed for severe pain, at most 4 a day'],
    ],
    highRisk: 'opioid',
    deaSchedule: '2',
  },
  tramadol: {
    forms: [['Tramadol 50 mg tablet', 'Take 1 tablet by mouth every 8 hours as needed for pain']],
    highRisk: 'opioid',
    deaSchedule: '4',
  },
  gabapentin: { forms: [['Gabapentin 300 mg capsule', 'Take 1 capsule by mouth three times a day']] },
  naproxen: { forms: [['Naproxen 500 mg tablet', 'Take 1 tablet by mouth twice a day with food as needed']] },
  acetaminophen: {
    forms: [['Acetaminophen 500 mg tablet', 'Take 2 tablets by mouth every 8 hours as needed, at most 6 a day']],
  },
  cyclobenzaprine: { forms: [['Cyclobenzaprine 5 mg tablet', 'Take 1 tablet by mouth at bedtime as needed']] },
  omeprazole: { forms: [['Omeprazole 20 mg capsule', 'Take 1 capsule by mouth before breakfast']] },
  famotidine: { forms: [['Famotidine 20 mg tablet', 'Take 1 tablet by mouth twice a day as needed']] },
  cetirizine: { forms: [['Cetirizine 10 mg tablet', 'Take 1 tablet by mouth once a day as needed']] },
  sumatriptan: {
    forms: [['Sumatriptan 50 mg tablet', 'Take 1 tablet at onset of headache, may repeat once after 2 hours']],
  },
  topiramate: { forms: [['Topiramate 50 mg tablet', 'Take 1 tablet by mouth twice a day']] },
  levetiracetam: { forms: [['Levetiracetam 500 mg tablet', 'Take 1 tablet by mouth twice a day']], highRisk: 'other' },
  lamotrigine: { forms: [['Lamotrigine 100 mg tablet', 'Take 1 tablet by mouth twice a day']] },
  'ferrous sulfate': { forms: [['Ferrous sulfate 325 mg tablet', 'Take 1 tablet by mouth every other day']] },
  alendronate: {
    forms: [['Alendronate 70 mg tablet', 'Take 1 tablet by mouth once a week, sitting upright, with water']],
  },
  tamsulosin: { forms: [['Tamsulosin 0.4 mg capsule', 'Take 1 capsule by mouth after supper']] },
  'prenatal vitamin': { forms: [['Prenatal vitamin tablet', 'Take 1 tablet by mouth once a day']] },
  methotrexate: {
    forms: [['Methotrexate 2.5 mg tablet', 'Take 6 tablets (15 mg) by mouth ONCE A WEEK on Monday']],
    highRisk: 'other',
  },
  'folic acid': { forms: [['Folic acid 1 mg tablet', 'Take 1 tablet by mouth once a day']] },
  prednisone: { forms: [['Prednisone 5 mg tablet', 'Take 1 tablet by mouth in the morning with food']] },
  methylphenidate: {
    forms: [['Methylphenidate ER 18 mg tablet', 'Take 1 tablet by mouth in the morning']],
    deaSchedule: '2',
  },
  atomoxetine: { forms: [['Atomoxetine 40 mg capsule', 'Take 1 capsule by mouth in the morning']] },
  triamcinolone: { forms: [['Triamcinolone 0.1 % cream', 'Apply thinly to rash twice a day for up to 7 days']] },
  lithium: { forms: [['Lithium carbonate ER 450 mg tablet', 'Take 1 tablet by mouth twice a day']], highRisk: 'other' },
} as const satisfies Record<string, Medicine>

export type MedicineName = keyof typeof MEDICINES

export const OVER_THE_COUNTER: readonly (readonly [drug: string, sig: string])[] = [
  ['Vitamin D3 2,000 unit capsule', 'Take 1 capsule by mouth once a day'],
  ['Multivitamin tablet', 'Take 1 tablet by mouth once a day'],
  ['Melatonin 3 mg tablet', 'Take 1 tablet by mouth at bedtime as needed'],
  ['Fish oil 1,000 mg capsule', 'Take 1 capsule by mouth twice a day'],
]
