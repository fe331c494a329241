/**
 * Laboratory tests that physicians ask for first when the chart is away. `usual` and `spread` are those of the people who have the test
 * done; the reference range decides the flag, the critical limits are those at which a laboratory telephones.
 */
export type Lab = {
  name: string
  loinc: string
  unit: string | null
  range: readonly [low: number | undefined, high: number | undefined]
  critical?: readonly [low: number | undefined, high: number | undefined]
  usual: number
  spread: number
  decimals: number
}

export const LABS = {
  a1c: { name: 'Hemoglobin A1c', loinc: '4548-4', unit: '%', range: [4, 5.6], usual: 7.1, spread: 0.9, decimals: 1 },
  creatinine: {
    name: 'Creatinine',
    loinc: '2160-0',
    unit: 'mg/dL',
    range: [0.6, 1.3],
    critical: [undefined, 5],
    usual: 1.05,
    spread: 0.25,
    decimals: 2,
  },
  egfr: {
    name: 'eGFR (CKD-EPI 2021)',
    loinc: '98979-8',
    unit: 'mL/min/1.73 m2',
    range: [60, undefined],
    usual: 74,
    spread: 14,
    decimals: 0,
  },
  potassium: {
    name: 'Potassium',
    loinc: '2823-3',
    unit: 'mmol/L',
    range: [3.5, 5.1],
    critical: [2.8, 6.2],
    usual: 4.3,
    spread: 0.45,
    decimals: 1,
  },
  inr: {
    name: 'INR',
    loinc: '6301-6',
    unit: null,
    range: [2, 3],
    critical: [undefined, 5],
    usual: 2.4,
    spread: 0.6,
    decimals: 1,
  },
  hemoglobin: {
    name: 'Hemoglobin',
    loinc: '718-7',
    unit: 'g/dL',
    range: [12, 16.5],
    critical: [7, 20],
    usual: 13.2,
    spread: 1.2,
    decimals: 1,
  },
  platelets: {
    name: 'Platelets',
    loinc: '777-3',
    unit: '10*3/uL',
    range: [150, 400],
    critical: [30, 1000],
    usual: 245,
    spread: 50,
    decimals: 0,
  },
  ldl: {
    name: 'LDL cholesterol',
    loinc: '13457-7',
    unit: 'mg/dL',
    range: [undefined, 100],
    usual: 104,
    spread: 24,
    decimals: 0,
  },
  alt: { name: 'ALT', loinc: '1742-6', unit: 'U/L', range: [7, 55], usual: 27, spread: 11, decimals: 0 },
  tsh: { name: 'TSH', loinc: '3016-3', unit: 'mIU/L', range: [0.4, 4.5], usual: 2.6, spread: 1.3, decimals: 2 },
  ferritin: { name: 'Ferritin', loinc: '2276-4', unit: 'ng/mL', range: [15, 200], usual: 28, spread: 16, decimals: 0 },
  psa: { name: 'PSA', loinc: '2857-1', unit: 'ng/mL', range: [undefined, 4], usual: 1.8, spread: 0.9, decimals: 1 },
  lithium: {
    name: 'Lithium level',
    loinc: '14334-7',
    unit: 'mmol/L',
    range: [0.6, 1.2],
    critical: [undefined, 1.5],
    usual: 0.8,
    spread: 0.2,
    decimals: 1,
  },
} as const satisfies Record<string, Lab>

export type LabName = keyof typeof LABS

export function flagOf(lab: Lab, value: number): 'low' | 'high' | 'critical-low' | 'critical-high' | null {
  if (lab.critical?.[0] !== undefined && value <= lab.critical[0]) return 'critical-low'
  if (lab.critical?.[1] !== undefined && value >= lab.critical[1]) return 'critical-high'
  if (lab.range[0] !== undefined && value < lab.range[0]) return 'low'
  if (lab.range[1] !== undefined && value > lab.range[1]) return 'high'
  return null
}

export function rangeInWords(lab: Lab): string {
  const [low, high] = lab.range
  if (low === undefined) return `< ${high}`
  return high === undefined ? `> ${low}` : `${low} - ${high}`
}
