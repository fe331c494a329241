import type { DocumentReference } from '../chart.ts'
import { attachmentText } from './attachment-text.ts'
import { conceptOf } from './concept.ts'
import { type Json, lookUp, objectIn, objectsIn, textIn } from './json.ts'
import { type FhirContext, type Mapped, type NoteElsewhere, setAside } from './mapped.ts'
import { displayOf } from './person.ts'
import { patientIn } from './reference.ts'
import { instantOf } from './when.ts'

/** A note in a chart is read on a small screen or on paper: what is longer than this is cut, and says so. */
const MOST_NOTE_CHARACTERS = 16_000
const READABLE = /^text\/(plain|html|markdown)|^application\/xhtml\+xml/i

/**
 * DocumentReference as a note. Only text is carried: a PDF or a scan is named, with the word that it is not carried. Text that is kept
 * at an address is handed back as `elsewhere`; whoever may fetch it puts it in with `withText`.
 */
export function mapNote(resource: Json, entryId: string, context: FhirContext): Mapped {
  const patientId = patientIn(resource, 'subject')
  if (patientId === undefined) return setAside('it names no patient')
  const sections: ['notes'] = ['notes']
  const status = textIn(resource, 'status')
  if (status === 'superseded' || status === 'entered-in-error' || resource.docStatus === 'entered-in-error') {
    return { type: 'left-out', patientId, sections, entryId, because: 'it was superseded or entered in error' }
  }
  if (status !== 'current') return setAside('its status is missing or none that FHIR has')
  const period = objectIn(objectIn(resource, 'context'), 'period')
  const at = instantOf(
    textIn(resource, 'date') ?? textIn(period, 'start') ?? textIn(objectIn(resource, 'meta'), 'lastUpdated'),
    context.zone,
  )
  if (at === undefined) return setAside('it has no date')
  const author = objectsIn(resource, 'author').flatMap((one) => displayOf(one, resource, context) ?? [])[0]
  const specialty = conceptOf(objectIn(objectIn(resource, 'context'), 'practiceSetting'))?.text
  const content = contentOf(resource)
  const kind =
    conceptOf(objectIn(resource, 'type'))?.text ??
    conceptOf(objectsIn(resource, 'category')[0])?.text ??
    textIn(resource, 'description') ??
    'Document'
  const unsigned = resource.docStatus === 'preliminary' ? ' (not signed)' : ''
  const entry: DocumentReference = {
    id: entryId,
    kind: `${kind}${unsigned}`,
    at,
    text: content.text,
    ...(author === undefined ? {} : { author }),
    ...(specialty === undefined ? {} : { specialty }),
  }
  const { elsewhere } = content
  return { type: 'entry', patientId, section: 'notes', entry, ...(elsewhere === undefined ? {} : { elsewhere }) }
}

function contentOf(resource: Json): { text: string; elsewhere?: NoteElsewhere } {
  const attachments = objectsIn(resource, 'content').flatMap((content) => objectIn(content, 'attachment') ?? [])
  const readable = attachments.filter((attachment) => READABLE.test(textIn(attachment, 'contentType') ?? 'text/plain'))
  for (const attachment of readable) {
    const bytes = textIn(attachment, 'data')
    if (bytes === undefined) continue
    const type = textIn(attachment, 'contentType')
    const text = noteText(attachmentText(Buffer.from(bytes, 'base64'), type), type)
    if (text !== '') return { text }
  }
  const kept = readable.find((attachment) => textIn(attachment, 'url') !== undefined)
  const url = textIn(kept, 'url')
  const kinds = [...new Set(attachments.flatMap((attachment) => textIn(attachment, 'contentType') ?? []))]
  const named = textIn(resource, 'description')
  const text = [named, `[${kinds.join(', ') || 'document'}: not carried here]`].filter((part) => part !== undefined)
  return {
    text: text.join(' '),
    ...(url === undefined ? {} : { elsewhere: { url, contentType: textIn(kept, 'contentType') ?? 'text/plain' } }),
  }
}

/** The text of a note as it is shown: markup taken out, and cut where it is too long. */
export function noteText(raw: string, contentType: string | undefined): string {
  const plain = /html/i.test(contentType ?? '') ? withoutMarkup(raw) : raw
  const text = plain
    .replaceAll('\u0000', '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
  return text.length <= MOST_NOTE_CHARACTERS
    ? text
    : `${text.slice(0, MOST_NOTE_CHARACTERS)}\n[cut here: the whole note is in the EHR]`
}

const ENTITIES: { [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

function withoutMarkup(html: string): string {
  return html
    .replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/<(br|\/p|\/div|\/li|\/tr|\/h\d)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{1,8});/gi, (whole, name: string) => entity(name) ?? whole)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return lookUp(ENTITIES, name.toLowerCase())
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
