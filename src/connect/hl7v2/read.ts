import { Failure } from '../../base/failure.ts'
import type { AppointmentChange, ChartChange } from '../../chart/change.ts'
import { appointmentAfterMerge } from '../../chart/merge.ts'
import type { SetAside, SourcePart } from '../ehr.ts'
import type { Hl7v2Config } from './config.ts'
import { type Decoded, decodeMessage } from './encoding.ts'
import { interpret } from './interpret.ts'
import type { JournalLine } from './journal-lines.ts'
import { parseMessage } from './message.ts'
import { senderOf } from './receive.ts'
import { type Fault, faultOf, type Told } from './told.ts'

const BATCH = 500
const MOST_RAW = 60 * 1024

type Reader = { config: Hl7v2Config; signal: AbortSignal | undefined }

/** What a stretch of the journal tells, in its order, in parts of some hundred changes. */
export async function* readLines(lines: AsyncIterable<JournalLine>, reader: Reader): AsyncGenerator<SourcePart> {
  let charts: ChartChange[] = []
  let appointments: AppointmentChange[] = []
  let records: SetAside[] = []
  let done = 0
  function* flushed(): Generator<SourcePart> {
    if (charts.length > 0) yield { type: 'charts', changes: charts }
    if (appointments.length > 0) yield { type: 'appointments', changes: appointments }
    if (records.length > 0) yield { type: 'set-aside', records }
    charts = []
    appointments = []
    records = []
    yield { type: 'progress', done, of: undefined, what: 'messages' }
  }
  reader.signal?.throwIfAborted()
  for await (const line of lines) {
    if (reader.signal?.aborted) throw new Failure('transient', 'Reading the message journal was called off.')
    const told = toldBy(line, reader.config)
    charts.push(...told.charts)
    // Charts of a batch are told before its appointments: one that was booked before a merge must name the chart that is left.
    for (const change of told.charts)
      if (change.type === 'merge') appointments = appointments.map((one) => afterMerge(one, change))
    appointments.push(...told.appointments)
    records.push(...setAside(line, told, reader.config))
    done += 1
    if (charts.length + appointments.length + records.length >= BATCH) yield* flushed()
  }
  yield* flushed()
}

function afterMerge(change: AppointmentChange, merge: ChartChange & { type: 'merge' }): AppointmentChange {
  if (change.type === 'appointment') return { ...change, appointment: appointmentAfterMerge(change.appointment, merge) }
  if (change.type !== 'appointment-part' || change.part.patientId !== merge.fromId) return change
  return { ...change, part: { ...change.part, patientId: merge.intoId } }
}

type Understood = Told & { where: string; raw: string }

/** One message of the journal. A message that nothing could be made of is never an error: it is told as set aside. */
function toldBy(line: JournalLine, config: Hl7v2Config): Understood {
  const nothing = { charts: [], appointments: [] }
  const decoded = decodeMessage(line.message, config.reading.fallbackEncoding)
  const { text } = decoded
  const raw = text.slice(0, MOST_RAW / 3)
  const from = `received from ${line.received.peer}`
  if (line.received.refused !== undefined)
    return { ...nothing, faults: [{ because: `Refused: ${line.received.refused}` }], where: from, raw }
  const parsed = parseMessage(text)
  if (!('message' in parsed)) return { ...nothing, faults: [{ because: parsed.because }], where: from, raw }
  const { header } = parsed.message
  const where = `control id ${header.get(10)} from ${senderOf(header)}`
  try {
    const told = interpret(parsed.message, {
      sourceId: config.id,
      zone: config.zone,
      at: line.received.said,
      reading: config.reading,
    })
    return { ...told, faults: [...told.faults, ...encodingFaults(decoded, told)], where, raw }
  } catch (thrown) {
    // The reason of a surprise may quote the message: only its kind is told.
    const kind = thrown instanceof Error ? thrown.name : 'an unknown error'
    const because = `The message could not be read (${kind}); nothing of it was used.`
    return { ...nothing, faults: [{ because }], where, raw }
  }
}

/** A letter that could not be read may be part of a name: it is told with the chart, where the message is about one. */
function encodingFaults({ encoding, exact, spoilt }: Decoded, { charts }: Told): Fault[] {
  const patients = new Set(charts.map((change) => ('patientId' in change ? change.patientId : '')))
  const [patientId] = patients
  const about = patients.size === 1 && patientId !== undefined && patientId !== '' ? { patientId } : undefined
  if (spoilt) return [faultOf(`Some bytes are no letters in ${encoding}; they are shown as \uFFFD.`, about)]
  if (exact) return []
  return [faultOf(`MSH-18 names an encoding that its bytes are not in; they were read as ${encoding}.`)]
}

function setAside(line: JournalLine, told: Understood, config: Hl7v2Config): SetAside[] {
  return told.faults.map((fault, at) => ({
    ...fault,
    key: `${config.id}/${line.at.file}:${line.at.offset}:${at}`,
    where: told.where,
    raw: told.raw,
    at: line.received.at,
  }))
}
