import { Failure } from '../../base/failure.ts'
import { attachmentText } from '../../chart/fhir/attachment-text.ts'
import { isObject, textIn } from '../../chart/fhir/json.ts'
import type { NoteElsewhere } from '../../chart/fhir/mapped.ts'
import { noteText } from '../../chart/fhir/note.ts'
import { addressOnServer } from './address.ts'
import type { Reading } from './reading.ts'

/**
 * The text of a note that the server keeps at an address of its own (mostly a Binary). Undefined where it may not be had: elsewhere than
 * on this server, gone, not ours to read. An outage is a Failure.
 */
export async function fetchNoteText(reading: Reading, elsewhere: NoteElsewhere): Promise<string | undefined> {
  const { server, signal } = reading
  try {
    const url = addressOnServer(server.base, elsewhere.url, 'The address of a note')
    const accept = `${/^[\w.+-]+\/[\w.+-]+$/.test(elsewhere.contentType) ? elsewhere.contentType : 'text/plain'}, application/fhir+json;q=0.5`
    const answer = await server.raw(url, { asked: 'the text of a note', headers: { accept } }, signal)
    const type = answer.headers.get('content-type') ?? elsewhere.contentType
    return /json/i.test(type) ? textInBinary(answer.text) : noteText(answer.text, elsewhere.contentType)
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === 'permanent') return undefined
    throw thrown
  }
}

function textInBinary(text: string): string | undefined {
  try {
    const binary: unknown = JSON.parse(text)
    const bytes = isObject(binary) ? textIn(binary, 'data') : undefined
    const type = textIn(binary, 'contentType')
    return bytes === undefined ? undefined : noteText(attachmentText(Buffer.from(bytes, 'base64'), type), type)
  } catch {
    return undefined
  }
}
