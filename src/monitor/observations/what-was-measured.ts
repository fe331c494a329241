import { spanInWords } from '../../base/ago.ts'
import { DAY, SECOND } from '../../base/time.ts'
import type { Measured, SystemStatus } from './observations.ts'

/** What the last looks at a system measured, as sentences for whoever is told of it: "fibre loss: 100 %." Named by observer where there are several. */
export function whatWasMeasured({ seen }: Pick<SystemStatus, 'seen'>): string[] {
  return seen.flatMap(({ observer }) =>
    (observer.last?.observation.measured ?? []).map(
      (one) => `${seen.length > 1 ? `${observer.name}, ` : ''}${one.what}: ${valueInWords(one)}.`,
    ),
  )
}

function valueInWords({ value, unit }: Measured): string {
  if (typeof value === 'string' || unit === 'text') return String(value)
  if (unit === 's') return spanInWords(value * SECOND)
  if (unit === 'd') return spanInWords(value * DAY)
  return unit === 'count' ? String(value) : `${value} ${unit}`
}
