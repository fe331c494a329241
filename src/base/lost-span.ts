import type { Instant } from './time.ts'

/**
 * What may be lost with a primary, as times that stay what they are: a span up to now would grow with every hour after the primary died. The hub and the
 * sites say it alike. `timeOf` writes an instant as the practice's wall clock shows it; `atLeast`: `19 kB`.
 */
export function lostSpanInWords(
  from: Instant,
  answeredAt: Instant | undefined,
  timeOf: (at: Instant) => string,
  atLeast?: string,
): string {
  const least = atLeast === undefined ? '' : `, at least ${atLeast} of it`
  const last =
    answeredAt === undefined ? 'when it last answered is not known' : `it last answered at ${timeOf(answeredAt)}`
  return `What was written from ${timeOf(from)} until the primary stopped may be lost${least}; ${last}.`
}
