/** Codes of UCUM that nobody says aloud. */
const SPOKEN: { [ucum: string]: string } = { Cel: '°C', degF: '°F', '[degF]': '°F', 'mm[Hg]': 'mmHg' }

/** A unit as people write it, on every screen and sheet alike: `°C` for UCUM's `Cel`. One that is not known stays as the source wrote it. */
export function unitInWords(unit: string | undefined): string {
  return unit === undefined ? '' : (SPOKEN[unit] ?? unit.replace(/\/1\.73 ?m2\b/, '/1.73 m²'))
}
