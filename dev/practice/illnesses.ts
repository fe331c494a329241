import type { LabName } from './labs.ts'
import type { MedicineName } from './medicines.ts'

/**
 * What patients of a group practice have: in words, with ICD-10-CM codes that are billable in fiscal year 2026, whom it comes to, what is
 * taken for it, what is measured, and what a physician writes. Plausible, never a source of medical advice.
 */
export type Illness = {
  words: string
  icd10cm: string
  /** Share of people of these ages (years, both ends in) who have it; the first band that fits counts. */
  bands: readonly { from: number; to: number; share: number }[]
  sex?: 'F' | 'M'
  /** One of these is taken; an empty list in the list: sometimes nothing. */
  medicines: readonly (readonly MedicineName[])[]
  labs: readonly LabName[]
  plans: readonly string[]
  reason: string
  /** Makes the chart a restricted one. */
  restriction?: 'part2' | 'psychotherapy'
}

const adults = (middle: number, old: number, young = middle / 6): Illness['bands'] => [
  { from: 18, to: 39, share: young },
  { from: 40, to: 64, share: middle },
  { from: 65, to: 110, share: old },
]

export const ILLNESSES: readonly Illness[] = [
  {
    words: 'Essential hypertension',
    icd10cm: 'I10',
    bands: adults(0.38, 0.62, 0.05),
    medicines: [['lisinopril'], ['amlodipine'], ['losartan', 'hydrochlorothiazide'], ['lisinopril', 'amlodipine']],
    labs: ['creatinine', 'egfr', 'potassium'],
    plans: ['BP above goal at home; raise dose, recheck in 4 weeks.', 'BP at goal; no change, labs yearly.'],
    reason: 'Blood pressure check',
  },
  {
    words: 'Type 2 diabetes mellitus without complications',
    icd10cm: 'E11.9',
    bands: adults(0.11, 0.17),
    medicines: [['metformin'], ['metformin', 'empagliflozin'], ['metformin', 'semaglutide']],
    labs: ['a1c', 'creatinine', 'egfr'],
    plans: [
      'A1c rising: diet review, add second agent if still above 8 in 3 months.',
      'A1c at goal; eye and foot exam due.',
    ],
    reason: 'Diabetes follow-up',
  },
  {
    words: 'Type 2 diabetes mellitus with hyperglycemia, on insulin',
    icd10cm: 'E11.65',
    bands: adults(0.035, 0.06),
    medicines: [
      ['insulin glargine', 'metformin'],
      ['insulin glargine', 'insulin lispro'],
    ],
    labs: ['a1c', 'creatinine', 'egfr', 'potassium'],
    plans: [
      'Fasting glucose 180-220: raise glargine by 2 units every 3 days until below 130. Hypoglycemia plan reviewed.',
    ],
    reason: 'Insulin adjustment',
  },
  {
    words: 'Type 1 diabetes mellitus without complications',
    icd10cm: 'E10.9',
    bands: [
      { from: 5, to: 17, share: 0.006 },
      { from: 18, to: 70, share: 0.006 },
    ],
    medicines: [['insulin glargine', 'insulin lispro']],
    labs: ['a1c'],
    plans: ['Sensor time in range 61 %; overnight lows: cut basal by 10 %. Glucagon at home and at school.'],
    reason: 'Diabetes follow-up',
  },
  {
    words: 'Mixed hyperlipidemia',
    icd10cm: 'E78.2',
    bands: adults(0.3, 0.5, 0.03),
    medicines: [['atorvastatin'], ['rosuvastatin'], []],
    labs: ['ldl', 'alt'],
    plans: ['LDL at goal on statin; continue.', 'LDL above goal; raise statin, repeat lipids in 8 weeks.'],
    reason: 'Cholesterol follow-up',
  },
  {
    words: 'Persistent atrial fibrillation',
    icd10cm: 'I48.19',
    bands: adults(0.01, 0.08, 0),
    medicines: [
      ['apixaban', 'metoprolol'],
      ['warfarin', 'metoprolol'],
      ['rivaroxaban', 'diltiazem'],
    ],
    labs: ['inr', 'hemoglobin', 'creatinine', 'platelets'],
    plans: [
      'Rate controlled. Anticoagulation continues; no bleeding. Bring INR log.',
      'Rate 110 at rest: raise metoprolol, ECG in a week.',
    ],
    reason: 'INR and rhythm check',
  },
  {
    words: 'Chronic systolic heart failure',
    icd10cm: 'I50.22',
    bands: adults(0.008, 0.06, 0),
    medicines: [
      ['furosemide', 'carvedilol', 'sacubitril-valsartan'],
      ['furosemide', 'metoprolol', 'spironolactone'],
    ],
    labs: ['potassium', 'creatinine', 'egfr', 'hemoglobin'],
    plans: [
      'Weight up 2 kg, edema to shins: furosemide 40 mg twice a day for 3 days, BMP Friday, call if > 1 kg a day.',
    ],
    reason: 'Heart failure, weight gain',
  },
  {
    words: 'Chronic kidney disease, stage 3a',
    icd10cm: 'N18.31',
    bands: adults(0.03, 0.12, 0),
    medicines: [['empagliflozin'], []],
    labs: ['creatinine', 'egfr', 'potassium', 'hemoglobin'],
    plans: ['eGFR stable. No NSAIDs. Repeat BMP and urine albumin in 3 months.'],
    reason: 'Kidney function review',
  },
  {
    words: 'Coronary artery disease without angina',
    icd10cm: 'I25.10',
    bands: adults(0.04, 0.16, 0),
    medicines: [
      ['aspirin', 'atorvastatin', 'metoprolol'],
      ['clopidogrel', 'atorvastatin'],
    ],
    labs: ['ldl', 'hemoglobin'],
    plans: ['No chest pain at usual effort. Dual antiplatelet therapy until March; do not stop without cardiology.'],
    reason: 'Cardiology follow-up',
  },
  {
    words: 'Hypothyroidism',
    icd10cm: 'E03.9',
    bands: adults(0.06, 0.11),
    medicines: [['levothyroxine']],
    labs: ['tsh'],
    plans: ['TSH in range; same dose, yearly TSH.', 'TSH 7: raise levothyroxine, repeat in 6 weeks.'],
    reason: 'Thyroid follow-up',
  },
  {
    words: 'Mild persistent asthma',
    icd10cm: 'J45.30',
    bands: [
      { from: 4, to: 17, share: 0.09 },
      { from: 18, to: 64, share: 0.06 },
      { from: 65, to: 110, share: 0.04 },
    ],
    medicines: [['albuterol', 'fluticasone'], ['albuterol']],
    labs: [],
    plans: ['Night cough twice a week: inhaler technique shown, step up controller, action plan given.'],
    reason: 'Asthma control',
  },
  {
    words: 'Chronic obstructive pulmonary disease',
    icd10cm: 'J44.9',
    bands: adults(0.04, 0.11, 0),
    medicines: [['tiotropium', 'albuterol']],
    labs: ['hemoglobin'],
    plans: ['Two exacerbations this year: add LAMA/LABA, pulmonary rehab, ask about smoking again.'],
    reason: 'Breathing, COPD',
  },
  {
    words: 'Major depressive disorder, recurrent, moderate',
    icd10cm: 'F33.1',
    bands: [
      { from: 14, to: 17, share: 0.03 },
      { from: 18, to: 110, share: 0.09 },
    ],
    medicines: [['sertraline'], ['bupropion'], ['sertraline', 'trazodone']],
    labs: [],
    plans: ['PHQ-9 down from 16 to 9, no thoughts of self-harm; continue, visit in 6 weeks.'],
    reason: 'Mood follow-up',
  },
  {
    words: 'Generalized anxiety disorder',
    icd10cm: 'F41.1',
    bands: adults(0.09, 0.05, 0.09),
    medicines: [['sertraline'], ['buspirone'], []],
    labs: [],
    plans: ['GAD-7 12. Therapy referral placed; sleep plan; no benzodiazepine.'],
    reason: 'Anxiety',
  },
  {
    words: 'Post-traumatic stress disorder, chronic',
    icd10cm: 'F43.12',
    bands: adults(0.006, 0.004, 0.006),
    medicines: [['sertraline', 'prazosin']],
    labs: [],
    plans: ['Therapy weekly. Psychotherapy notes are kept apart.'],
    reason: 'Therapy follow-up',
    restriction: 'psychotherapy',
  },
  {
    words: 'Opioid use disorder, in early remission',
    icd10cm: 'F11.21',
    bands: adults(0.008, 0.002, 0.008),
    medicines: [['buprenorphine-naloxone']],
    labs: [],
    plans: ['Stable on buprenorphine-naloxone, urine as expected, naloxone at home. Visit every 4 weeks.'],
    reason: 'Medication visit',
    restriction: 'part2',
  },
  {
    words: 'Low back pain, chronic',
    icd10cm: 'M54.59',
    bands: adults(0.1, 0.12, 0.05),
    medicines: [['naproxen'], ['cyclobenzaprine'], []],
    labs: [],
    plans: ['No red flags. Physical therapy, heat, walking; imaging not needed now.'],
    reason: 'Back pain',
  },
  {
    words: 'Chronic pain syndrome',
    icd10cm: 'G89.4',
    bands: adults(0.02, 0.025, 0.004),
    medicines: [['oxycodone', 'gabapentin'], ['tramadol'], ['gabapentin']],
    labs: [],
    plans: ['Pain agreement signed; state monitoring program checked; naloxone given. No early refills.'],
    reason: 'Pain management',
  },
  {
    words: 'Osteoarthritis of both knees',
    icd10cm: 'M17.0',
    bands: adults(0.07, 0.2, 0),
    medicines: [['acetaminophen'], ['naproxen'], []],
    labs: [],
    plans: ['Knee injection helped 3 months; repeat today or refer to orthopedics, patient will decide.'],
    reason: 'Knee pain',
  },
  {
    words: 'Gastro-esophageal reflux disease without esophagitis',
    icd10cm: 'K21.9',
    bands: adults(0.13, 0.16, 0.06),
    medicines: [['omeprazole'], ['famotidine']],
    labs: [],
    plans: ['Controlled on daily PPI; try every other day. Alarm symptoms reviewed, none.'],
    reason: 'Heartburn',
  },
  {
    words: 'Seasonal allergic rhinitis due to pollen',
    icd10cm: 'J30.1',
    bands: [
      { from: 3, to: 17, share: 0.12 },
      { from: 18, to: 110, share: 0.1 },
    ],
    medicines: [['cetirizine'], ['fluticasone nasal'], []],
    labs: [],
    plans: ['Start nasal steroid two weeks before the season.'],
    reason: 'Allergies',
  },
  {
    words: 'Obesity, class 2',
    icd10cm: 'E66.812',
    bands: adults(0.12, 0.07, 0.08),
    medicines: [['semaglutide'], [], []],
    labs: ['a1c'],
    plans: ['Down 4 kg since last visit; continue plan, dietitian in May.'],
    reason: 'Weight management',
  },
  {
    words: 'Migraine without aura',
    icd10cm: 'G43.009',
    bands: [
      { from: 12, to: 17, share: 0.03 },
      { from: 18, to: 60, share: 0.08 },
    ],
    medicines: [['sumatriptan'], ['topiramate', 'sumatriptan']],
    labs: [],
    plans: ['6 headache days a month: start preventive, diary, no more than 9 triptan days.'],
    reason: 'Headache',
  },
  {
    words: 'Epilepsy, not intractable',
    icd10cm: 'G40.909',
    bands: [{ from: 3, to: 110, share: 0.008 }],
    medicines: [['levetiracetam'], ['lamotrigine']],
    labs: ['alt', 'platelets'],
    plans: ['Seizure free 14 months. Do not miss doses; no driving changes.'],
    reason: 'Seizure follow-up',
  },
  {
    words: 'Iron deficiency anemia',
    icd10cm: 'D50.9',
    bands: [
      { from: 1, to: 4, share: 0.03 },
      { from: 15, to: 50, share: 0.04 },
      { from: 51, to: 110, share: 0.03 },
    ],
    medicines: [['ferrous sulfate']],
    labs: ['hemoglobin', 'platelets', 'ferritin'],
    plans: ['Hemoglobin coming up; iron every other day 3 more months; look for the source.'],
    reason: 'Anemia follow-up',
  },
  {
    words: 'Osteoporosis without current fracture',
    icd10cm: 'M81.0',
    bands: [{ from: 60, to: 110, share: 0.16 }],
    sex: 'F',
    medicines: [['alendronate'], []],
    labs: ['creatinine'],
    plans: ['DXA -2.7 at the hip. Alendronate weekly, vitamin D, fall prevention.'],
    reason: 'Bone health',
  },
  {
    words: 'Benign prostatic hyperplasia with urinary symptoms',
    icd10cm: 'N40.1',
    bands: [
      { from: 50, to: 64, share: 0.1 },
      { from: 65, to: 110, share: 0.3 },
    ],
    sex: 'M',
    medicines: [['tamsulosin']],
    labs: ['creatinine', 'psa'],
    plans: ['Up twice a night, better on tamsulosin; PSA stable.'],
    reason: 'Urinary symptoms',
  },
  {
    words: 'Supervision of normal pregnancy, second trimester',
    icd10cm: 'Z34.82',
    bands: [{ from: 20, to: 41, share: 0.03 }],
    sex: 'F',
    medicines: [['prenatal vitamin']],
    labs: ['hemoglobin', 'platelets'],
    plans: ['Fetal heart tones 148. Glucose screen at 26 weeks. Rh negative: immune globulin at 28 weeks.'],
    reason: 'Prenatal visit',
  },
  {
    words: 'Rheumatoid arthritis, seropositive',
    icd10cm: 'M05.9',
    bands: adults(0.01, 0.02, 0.003),
    medicines: [
      ['methotrexate', 'folic acid'],
      ['methotrexate', 'prednisone', 'folic acid'],
    ],
    labs: ['alt', 'hemoglobin', 'platelets', 'creatinine'],
    plans: ['Methotrexate ONCE A WEEK (Mondays). CBC and liver tests every 8 weeks; no live vaccines.'],
    reason: 'Joint pain follow-up',
  },
  {
    words: 'Attention-deficit hyperactivity disorder, combined type',
    icd10cm: 'F90.2',
    bands: [
      { from: 6, to: 17, share: 0.08 },
      { from: 18, to: 40, share: 0.03 },
    ],
    medicines: [['methylphenidate'], ['atomoxetine']],
    labs: [],
    plans: ['School reports better focus; appetite fine, weight tracked; monthly refill.'],
    reason: 'ADHD medication check',
  },
  {
    words: 'Atopic dermatitis',
    icd10cm: 'L20.9',
    bands: [
      { from: 0, to: 12, share: 0.12 },
      { from: 13, to: 60, share: 0.03 },
    ],
    medicines: [['triamcinolone']],
    labs: [],
    plans: ['Emollient twice a day, steroid cream on flares for 7 days.'],
    reason: 'Rash',
  },
  {
    words: 'Obstructive sleep apnea',
    icd10cm: 'G47.33',
    bands: adults(0.1, 0.13, 0.02),
    medicines: [[]],
    labs: [],
    plans: ['CPAP 6.2 h a night, 91 % of nights. New mask ordered.'],
    reason: 'CPAP follow-up',
  },
  {
    words: 'History of venous thromboembolism',
    icd10cm: 'Z86.718',
    bands: adults(0.012, 0.03, 0.003),
    medicines: [['apixaban'], ['warfarin']],
    labs: ['inr', 'hemoglobin', 'platelets'],
    plans: ['Second clot: anticoagulation for life. Hold plan before procedures is in the chart.'],
    reason: 'Anticoagulation visit',
  },
  {
    words: 'Bipolar disorder, in full remission, most recent episode mixed',
    icd10cm: 'F31.78',
    bands: adults(0.008, 0.005, 0.008),
    medicines: [['lithium'], ['lamotrigine']],
    labs: ['lithium', 'creatinine', 'tsh'],
    plans: ['Sleeping 7 h, no early signs. Lithium level and kidney tests every 4 months; keep fluids up.'],
    reason: 'Medication visit',
  },
]
