import type { Evidence } from '../evidence/evidence.ts'

/** What is measured of a sign-in at a site that had no hub: for how long it had heard nothing of it. */
export const WITHOUT_HUB = 'without the hub for'

/** A sign-in of which nobody knows whether the hub was there shows nothing; undefined when it was away. */
export function hubWasThere({ measured }: Evidence): string | undefined {
  const away = measured.some(
    ({ what, value, unit }) =>
      what === WITHOUT_HUB && typeof value === 'number' && value > 0 && ['ms', 's', 'd'].includes(unit),
  )
  return away
    ? undefined
    : `somebody signed in, and nothing shows that the hub was away then (measured as ${WITHOUT_HUB}=20m)`
}
