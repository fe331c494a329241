import type { Instant } from '../../base/time.ts'
import type { Segment } from './message.ts'
import { timeText } from './when.ts'

/** A: accepted and on disk. E: not taken, something is wrong with it or with us. R: not taken, we do not take such messages at all. */
export type Verdict = { code: 'A' } | { code: 'E' | 'R'; because: string }

type Options = { now: Instant; serial: string; mode: 'by-message' | 'original' }

/**
 * The acknowledgement that a message asks for first, as text; undefined when it wants none. Original mode (MSH-15 and MSH-16 empty): AA, AE, AR.
 * Enhanced mode: MSH-15 decides about CA, CE, CR, which say that the message is stored, and that is all that we ever do with it; a sender that wants
 * only an application acknowledgement (MSH-16) gets it on the same connection.
 */
export function acknowledgement(header: Segment | undefined, verdict: Verdict, options: Options): string | undefined {
  const kind = options.mode === 'original' ? 'A' : kindWanted(header, verdict)
  return kind === undefined ? undefined : written(kind, header, verdict, options)
}

/** The application acknowledgement that follows the first where a message asks for both; of one that was not accepted none follows. */
export function secondAcknowledgement(header: Segment, options: Options): string | undefined {
  const verdict: Verdict = { code: 'A' }
  if (options.mode === 'original' || kindWanted(header, verdict) !== 'C') return undefined
  return wanted(header.get(16).toUpperCase(), verdict) ? written('A', header, verdict, options) : undefined
}

function written(kind: 'A' | 'C', header: Segment | undefined, verdict: Verdict, options: Options): string {
  const trigger = header?.get(9, 2) ?? ''
  const version = header?.get(12) ?? ''
  const because = 'because' in verdict ? verdict.because : ''
  const from = `${raw(header, 5)}|${raw(header, 6)}|${raw(header, 3)}|${raw(header, 4)}`
  const head = `MSH|^~\\&|${from}|${timeText(options.now)}||${trigger === '' ? 'ACK' : `ACK^${escaped(trigger)}^ACK`}`
  const processing = escaped(header?.get(11) || 'P')
  const lines = [
    `${head}|${options.serial}|${processing}|${version === '' ? '2.3' : escaped(version)}`,
    `MSA|${kind}${verdict.code}|${escaped(header?.get(10) ?? '')}|${escaped(because)}`,
  ]
  if (because !== '') lines.push(`ERR|||${verdict.code === 'R' ? '200' : '207'}^${escaped(because)}^HL70357|E`)
  return `${lines.join('\r')}\r`
}

function kindWanted(header: Segment | undefined, verdict: Verdict): 'A' | 'C' | undefined {
  const accept = (header?.get(15) ?? '').toUpperCase()
  const application = (header?.get(16) ?? '').toUpperCase()
  if (accept === '' && application === '') return 'A'
  if (wanted(accept, verdict)) return 'C'
  return wanted(application, verdict) ? 'A' : undefined
}

/** HL7 table 0155. */
function wanted(condition: string, verdict: Verdict): boolean {
  if (condition === 'AL') return true
  return verdict.code === 'A' ? condition === 'SU' : condition === 'ER'
}

/** A party of the header (HD: namespace^universal id^type), to be sent back as it came. */
function raw(header: Segment | undefined, field: number): string {
  if (header === undefined) return ''
  const parts = [1, 2, 3].map((component) => escaped(header.get(field, component)))
  return parts.join('^').replace(/\^+$/, '')
}

function escaped(text: string): string {
  const marks: { [mark: string]: string } = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' }
  return text.replaceAll(/[\\|^&~]/g, (mark) => marks[mark] ?? '').replaceAll(/\s+/g, ' ')
}
