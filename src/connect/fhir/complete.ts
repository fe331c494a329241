import { Failure } from '../../base/failure.ts'
import type { ChartChange } from '../../chart/change.ts'
import type { Patient, Restriction, SectionName } from '../../chart/chart.ts'
import { type ChartParts, chartOf, setAsideOf } from '../../chart/fhir/charts.ts'
import type { Absence, Mapped, SetAsideMapped } from '../../chart/fhir/mapped.ts'
import type { SourcePart } from '../ehr.ts'
import { fetchNoteText } from './note-text.ts'
import type { Reading } from './reading.ts'
import type { Spool } from './spool.ts'

/** What is kept of a patient until all of the server has been read. */
export type SpoolLine =
  | { patient: Patient; restriction: Restriction }
  | { entry: Extract<Mapped, { type: 'entry' }> }
  | { absent: { section: SectionName; absence: Absence; statement?: string } }
  | { unread: SectionName }

/** Takes mapped resources of a complete reading, Patients first, and gives whole charts when all are in. */
export class Gathering {
  readonly patientIds = new Set<string>()
  /** Records of patients that were sent and could not be understood: those patients are there. */
  private readonly unreadIds = new Set<string>()
  /** Of some patient not even the id could be read: nobody can say who is no longer there. */
  private namelessPatients = false
  /** Some entry as it was met, to try a question by patient on. */
  sample: { patientId: string; section: SectionName; entryId: string } | undefined
  private readonly merged = new Map<string, string>()
  private readonly spool: Spool<SpoolLine>

  constructor(spool: Spool<SpoolLine>) {
    this.spool = spool
  }

  /** `ofPatients`: what was asked for were the patients themselves. */
  async take(mapped: Mapped[], ofPatients: boolean): Promise<void> {
    for (const one of mapped) {
      if (one.type === 'patient') {
        this.patientIds.add(one.patient.id)
        await this.spool.put(one.patient.id, { patient: one.patient, restriction: one.restriction })
      } else if (one.type === 'merged') this.merged.set(one.fromId, one.intoId)
      else if (one.type === 'entry') {
        this.sample ??= { patientId: one.patientId, section: one.section, entryId: one.entry.id }
        await this.spool.put(this.ownerOf(one.patientId), { entry: one })
      } else if (one.type === 'absent') {
        const { section, absence, statement } = one
        const absent = { section, absence, ...(statement === undefined ? {} : { statement }) }
        await this.spool.put(this.ownerOf(one.patientId), { absent })
      } else if (one.type === 'set-aside') await this.takeUnread(one, ofPatients)
    }
  }

  private async takeUnread({ patientId, section }: SetAsideMapped, ofPatients: boolean): Promise<void> {
    if (patientId === undefined) {
      if (ofPatients) this.namelessPatients = true
    } else if (section === undefined) this.unreadIds.add(patientId)
    else await this.spool.put(this.ownerOf(patientId), { unread: section })
  }

  /** Entries that stand under a replaced record belong to the one that replaced it, along a chain of merges if need be. */
  private ownerOf(patientId: string): string {
    let owner = patientId
    for (let step = 0; step < 10; step++) {
      const into = this.merged.get(owner)
      if (into === undefined) return owner
      owner = into
    }
    return owner
  }

  async *charts(reading: Reading, booked: ReadonlySet<string>): AsyncGenerator<SourcePart> {
    if (this.patientIds.size === 0) {
      throw new Failure(
        'permanent',
        'The FHIR server answers that it has no patients at all. Rights that hide every record look like this: check what our client may read.',
      )
    }
    let done = 0
    for await (const group of this.spool.groups()) {
      const changes: ChartChange[] = []
      const orphans: Orphan[] = []
      for (const [patientId, lines] of group) {
        const own = lines.findLast((line) => 'patient' in line)
        if (own === undefined) orphans.push(...lines.flatMap((line) => ('entry' in line ? [line.entry] : [])))
        else {
          const parts = await partsOf(reading, lines, booked.has(patientId))
          const carries = reading.capability.carries
          const request = { sourceId: reading.context.sourceId, asOf: reading.asOf, carries }
          changes.push({ type: 'chart', chart: chartOf(own.patient, own.restriction, parts, request) })
        }
      }
      done += changes.length
      if (changes.length > 0) yield { type: 'charts', changes }
      if (orphans.length > 0) yield orphanPart(orphans, reading)
      yield { type: 'progress', done, of: this.patientIds.size, what: 'charts' }
    }
    if (!this.namelessPatients)
      yield { type: 'panel', patientIds: [...new Set([...this.patientIds, ...this.unreadIds])] }
  }
}

async function partsOf(reading: Reading, lines: SpoolLine[], booked: boolean): Promise<ChartParts> {
  const entries = lines.flatMap((line) => ('entry' in line ? [line] : []))
  if (booked) await fillNotes(reading, entries)
  return {
    entries: entries.map(({ entry }) => entry),
    absences: lines.flatMap((line) => ('absent' in line ? [line.absent] : [])),
    unread: lines.flatMap((line) => ('unread' in line ? [line.unread] : [])),
  }
}

/**
 * Puts the text into a patient's newest notes where the server keeps it elsewhere. For those who are expected only: one question for each note of
 * a whole practice would keep a server busy for days.
 */
async function fillNotes(reading: Reading, lines: Extract<SpoolLine, { entry: unknown }>[]): Promise<void> {
  const newest = lines
    .flatMap(({ entry }) => (entry.section === 'notes' ? [{ note: entry.entry, elsewhere: entry.elsewhere }] : []))
    .sort((a, b) => b.note.at - a.note.at)
    .slice(0, reading.server.config.noteTexts)
  for (const { note, elsewhere } of newest) {
    const text = elsewhere === undefined ? undefined : await fetchNoteText(reading, elsewhere)
    if (text !== undefined && text !== '') note.text = text
  }
}

type Orphan = Extract<Mapped, { type: 'entry' }>

function orphanPart(orphans: Orphan[], reading: Reading): SourcePart {
  const because = 'it belongs to a patient whom the server did not give'
  const records = orphans.map(({ patientId, section, entry }) => ({
    ...setAsideOf(entry, { type: 'set-aside', because, patientId, section }, reading.asOf, entry.id),
    key: entry.id,
  }))
  return { type: 'set-aside', records }
}
