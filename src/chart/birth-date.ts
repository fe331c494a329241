/** Years in which somebody in a practice's records was born. Databases write 0001-01-01 or 9999-12-31 where they know no date. */
const FIRST_YEAR = 1850
const LAST_YEAR = 2199

/** A birth date, or part of one (`1980`, `1980-03`); undefined for a date that stands for none: it would be shown, and compared, as if it were one. */
export function birthDateFrom(day: string | undefined): string | undefined {
  const year = Number(day?.slice(0, 4))
  return year >= FIRST_YEAR && year <= LAST_YEAR ? day : undefined
}
