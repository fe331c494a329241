import { basename } from 'node:path'
import type { Instant } from '../../base/time.ts'
import { makeTally, type Tally } from '../tally.ts'
import { checkCsv } from './csv-check.ts'
import { csvTold } from './csv-file.ts'
import { type CsvMapping, ruleFor } from './csv-mapping.ts'
import { doubledIds, withoutDoubled } from './doubled-ids.ts'

/** What a mapping makes of one file: why nothing of it can be used, or how many records are used and what is set aside, where first. */
export type Tried =
  | { bad: string }
  | { used: number; aside: { because: string; records: number; where: string }[]; tally: Tally }

const MOST_BYTES = 64 * 1024 ** 2

/** Reads a CSV file as the drop folder would, and leaves it where it is. */
export async function tryCsv(path: string, mapping: CsvMapping, now: Instant): Promise<Tried> {
  const name = basename(path)
  const rule = ruleFor(name, mapping)
  const checked = await checkCsv(path, name, MOST_BYTES, mapping)
  if (rule === undefined || checked.type !== 'good') return { bad: 'because' in checked ? checked.because : '' }
  const file = { path, name, delivery: 1, place: 1, asOf: now, hash: '', bad: false }
  const tally = makeTally()
  const hasMrn = rule.fields.mrn !== undefined && rule.fields.mrn.column !== rule.fields.id?.column
  let used = 0
  const aside = new Map<string, { because: string; records: number; where: string }>()
  const config = { id: 'check', zone: 'UTC', limits: { recordBytes: MOST_BYTES } }
  const doubled = (await doubledIds([file], { config, mapping }, [])).at(file)
  for await (const batch of csvTold(file, rule, { sourceId: 'check', asOf: now, zone: 'UTC' }, MOST_BYTES))
    for (const { mapped, where } of batch.flatMap((told) => withoutDoubled(told, doubled))) {
      if (mapped.type !== 'set-aside') {
        used += 1
        if (mapped.type === 'patient') tally.patient(mapped.patient, hasMrn && mapped.patient.mrn === mapped.patient.id)
        if (mapped.type === 'appointment') tally.visit(mapped.appointment)
        continue
      }
      const held = aside.get(mapped.because) ?? { because: mapped.because, records: 0, where }
      aside.set(mapped.because, { ...held, records: held.records + 1 })
    }
  return { used, aside: [...aside.values()], tally }
}
