/** Codes of UCUM that nobody says aloud. */
const UNITS: { [ucum: string]: string } = {
  Cel: '°C',
  degF: '°F',
  '[degF]': '°F',
  'mm[Hg]': 'mmHg',
  '10*3/uL': '10³/µL',
}

/** A unit as people write it, on screens and on paper: `Cel` reads `°C`. */
export function unitWords(unit: string): string {
  return UNITS[unit] ?? unit.replace(/\/1\.73 ?m2\b/, '/1.73 m²')
}
