import type { SectionName } from '../../chart/chart.ts'
import type { Mapped } from '../../chart/fhir/mapped.ts'

/** One record of a file, as far as it was understood; `raw` is made only where it is needed. */
export type Told = { mapped: Mapped; where: string; raw: () => string }

export function misunderstood(
  because: string,
  where: string,
  raw: string,
  whose: { patientId?: string; section?: SectionName } = {},
): Told {
  return { mapped: { type: 'set-aside', because, ...whose }, where, raw: () => raw }
}
