import { HOUR, type Instant } from '../../base/time.ts'
import type { FhirContext, Mapped } from '../../chart/fhir/mapped.ts'
import { meaningsOf } from '../../chart/fhir/resource.ts'
import { isOtherPerson } from '../../chart/identity.ts'
import { isSomebodyElse } from '../same-id.ts'
import { seeIds } from './csv-file.ts'
import { type CsvMapping, ruleFor } from './csv-mapping.ts'
import type { TakenFile } from './drop-folder.ts'
import { patientResources } from './fhir-file.ts'
import { kindOf } from './kind.ts'
import { IdsSeen } from './spoiled.ts'
import type { Told } from './told.ts'

/** Which ids name two people, and so nobody, at each delivery. */
export type DoubledIds = {
  at(file: Pick<TakenFile, 'delivery' | 'asOf'>): ReadonlySet<string>
  /** After all that was read. */
  last(): string[]
}

/** What lies in a folder within this time was most likely dropped together, whatever order its files were taken in. */
const TOGETHER_MS = HOUR

type Named = { delivery: number; asOf: Instant; ids: ReadonlySet<string>; doubled: ReadonlySet<string> }
type Request = {
  config: { id: string; zone: string; limits: { recordBytes: number } }
  mapping: CsvMapping | undefined
}

/**
 * An id is doubled from the delivery on that names two people by it, until one names one. What was dropped together with such a delivery and is read
 * before it belongs to nobody either. `before`: what was doubled when the last read ended.
 */
export async function doubledIds(files: TakenFile[], request: Request, before: Iterable<string>): Promise<DoubledIds> {
  const named = await namedBy(files, request)
  let held: ReadonlySet<string> = new Set(before)
  const after = named.map((one) => {
    held = new Set([...[...held].filter((id) => !one.ids.has(id)), ...one.doubled])
    return { ...one, held }
  })
  const first: ReadonlySet<string> = new Set(before)
  return {
    at({ delivery, asOf }) {
      const then = after.findLast((one) => one.delivery <= delivery)?.held ?? first
      const soon = named.filter((one) => one.delivery > delivery && Math.abs(one.asOf - asOf) <= TOGETHER_MS)
      return soon.length === 0 ? then : new Set([...then, ...soon.flatMap(({ doubled }) => [...doubled])])
    },
    last: () => [...held].toSorted(),
  }
}

/** Whom each delivery names: its files together, each kind of file by its own rule. */
async function namedBy(files: TakenFile[], { config, mapping }: Request): Promise<Named[]> {
  const named: Named[] = []
  for (const delivery of new Set(files.map((file) => file.delivery))) {
    const rows = new IdsSeen(isSomebodyElse)
    // Resources may be versions of one another, so a name or a birth date may have been corrected between two of them.
    const resources = new IdsSeen(isOtherPerson)
    const its = files.filter((file) => file.delivery === delivery)
    for (const file of its) {
      const context = { sourceId: config.id, asOf: file.asOf, zone: config.zone }
      const { recordBytes } = config.limits
      if (kindOf(file.name) !== 'csv') await seeResources(file, context, recordBytes, resources)
      else {
        const rule = ruleFor(file.name, mapping)
        if (rule !== undefined) await seeIds(file, rule, context, recordBytes, rows)
      }
    }
    const ids = new Set([...rows.ids, ...resources.ids])
    const asOf = Math.max(...its.map((file) => file.asOf))
    named.push({ delivery, asOf, ids, doubled: new Set([...rows.doubled, ...resources.doubled]) })
  }
  return named.toSorted((a, b) => a.delivery - b.delivery)
}

async function seeResources(
  file: TakenFile,
  context: Omit<FhirContext, 'directory'>,
  mostBytes: number,
  seen: IdsSeen,
): Promise<void> {
  const directory = { find: () => undefined }
  for await (const resource of patientResources(file, mostBytes))
    for (const mapped of meaningsOf(resource, { ...context, directory }))
      if (mapped.type === 'patient') seen.see(mapped.patient.id, mapped.patient)
}

/** What is left of a record under an id that names two people: a visit without its patient, who is named by the visit; of everything else nothing. */
export function withoutDoubled(told: Told, doubled: ReadonlySet<string>): Told[] {
  const { mapped } = told
  const patientId = ownersOf(mapped).find((id) => id !== undefined && doubled.has(id))
  if (patientId === undefined) return [told]
  const section = mapped.type === 'entry' || mapped.type === 'absent' ? { section: mapped.section } : {}
  const aside: Told = { ...told, mapped: { type: 'set-aside', because: BECAUSE, patientId, ...section } }
  if (mapped.type !== 'appointment') return [aside]
  const { patientMrn, ...appointment } = mapped.appointment
  const mrn = patientMrn === undefined || patientMrn === patientId ? {} : { patientMrn }
  return [{ ...told, mapped: { ...mapped, appointment: { ...appointment, ...mrn, patientId: undefined } } }, aside]
}

const BECAUSE =
  'Its number names two different people in this delivery, so nothing under it was used; a visit is shown without a chart.'

function ownersOf(mapped: Mapped): readonly (string | undefined)[] {
  if (mapped.type === 'patient') return [mapped.patient.id]
  if (mapped.type === 'appointment') return [mapped.appointment.patientId]
  if (mapped.type === 'merged') return [mapped.fromId, mapped.intoId]
  return 'patientId' in mapped && mapped.type !== 'set-aside' ? [mapped.patientId] : []
}
