import { withoutNul } from './encoding.ts'

/**
 * A parsed HL7 v2 message: segments whose fields are taken apart when they are asked for. Components and sub-components are numbered from 1, as
 * the standard does; a part that is not there is the empty string, and so is HL7's null (`""`).
 */
export type Message = { header: Segment; segments: Segment[] }

export type Segment = {
  name: string
  /** Its place in the message, from 1. */
  number: number
  /** The first repetition of a field. */
  get(field: number, component?: number, sub?: number): string
  /** Every repetition that says something. */
  all(field: number): Field[]
  /** The field as one text, its separators kept: for free text whose author did not escape them. */
  whole(field: number): string
  /** Whether the sender sent `""`: what is known shall be forgotten. */
  isNull(field: number): boolean
}

export type Field = { get(component?: number, sub?: number): string; whole: string }

/** `answerable` is the header where one could be read, so that the refusal can name the message. */
export type Parsed = { message: Message } | { because: string; answerable: Segment | undefined }

type Delimiters = { field: string; component: string; repeat: string; escape: string; sub: string }

const MOST_SEGMENTS = 50_000

export function parseMessage(text: string): Parsed {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map(withoutIndent)
  const first = lines.findIndex((line) => line.trim() !== '')
  const head = lines[first] ?? ''
  if (!head.startsWith('MSH')) return { because: 'It does not begin with an MSH segment.', answerable: undefined }
  const delimiters = delimitersOf(head)
  if (typeof delimiters === 'string') return { because: delimiters, answerable: undefined }
  const bodies = segmentLines(lines.slice(first + 1), delimiters.field)
  const header = makeSegment(`MSH${delimiters.field}${head.slice(3)}`, delimiters, 1)
  if (typeof bodies === 'string') return { because: bodies, answerable: header }
  if (bodies.length > MOST_SEGMENTS)
    return { because: `It has more than ${MOST_SEGMENTS} segments.`, answerable: header }
  return { message: { header, segments: [header, ...bodies.map((line, at) => makeSegment(line, delimiters, at + 2))] } }
}

function delimitersOf(head: string): Delimiters | string {
  const field = head[3] ?? ''
  const [component = '', repeat = '~', escape = '\\', sub = '&'] = (head.slice(4).split(field)[0] ?? '').slice(0, 4)
  if (field === '' || /[A-Za-z0-9\s]/.test(field)) return 'Its MSH segment names no field separator.'
  if (component === '') return 'Its MSH segment names no encoding characters.'
  const all = [field, component, repeat, escape, sub]
  if (new Set(all).size < all.length || all.some((mark) => /[A-Za-z0-9\s]/.test(mark)))
    return 'Its MSH segment names encoding characters that cannot be told apart.'
  return { field, component, repeat, escape, sub }
}

/** Some senders indent segments; a line of a note is left as it is. */
function withoutIndent(line: string): string {
  const text = line.trimStart()
  return text === line || !/^[A-Z][A-Z0-9]{2}(?:[^A-Za-z0-9\s]|$)/.test(text) ? line : text
}

/** A line that is no segment goes on with the text before it: senders put bare line ends into notes. */
function segmentLines(lines: string[], separator: string): string[] | string {
  const segments: string[] = []
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue
    if (/^[A-Za-z][A-Za-z0-9]{2}$/.test(line.slice(0, 3)) && (line.length === 3 || line[3] === separator)) {
      if (/^msh/i.test(line)) return `Line ${at + 2} is a second MSH segment: two messages in one.`
      segments.push(line)
    } else if (segments.length === 0) return `Line ${at + 2} is not a segment.`
    else segments.push(`${segments.pop()}\n${line}`)
  }
  return segments
}

function makeSegment(line: string, delimiters: Delimiters, number: number): Segment {
  const fields = line.split(delimiters.field)
  const isHeader = number === 1
  const raw = (field: number): string => fields[field] ?? ''
  const takenApart = new Map<number, Field[]>()
  const repetitions = (field: number): Field[] => {
    const before = takenApart.get(field)
    if (before !== undefined) return before
    const fields =
      isHeader && field <= 2
        ? [{ get: () => raw(field), whole: raw(field) }]
        : raw(field)
            .split(delimiters.repeat)
            .map((text) => makeField(text, delimiters))
    takenApart.set(field, fields)
    return fields
  }
  return {
    name: line.slice(0, 3).toUpperCase(),
    number,
    get: (field, component = 1, sub = 1) =>
      raw(field) === '' ? '' : (repetitions(field)[0]?.get(component, sub) ?? ''),
    all: (field) => (raw(field) === '' ? [] : repetitions(field).filter(({ whole }) => whole !== '')),
    whole: (field) => (isNullIn(raw(field), delimiters) ? '' : unescaped(raw(field), delimiters)),
    isNull: (field) => isNullIn(raw(field), delimiters),
  }
}

/** `""`, also where a sender writes it into every part of a field. */
function isNullIn(text: string, { component, repeat, sub }: Delimiters): boolean {
  if (!text.includes('""')) return false
  const parts = [component, repeat, sub].reduce((some, mark) => some.flatMap((part) => part.split(mark)), [text])
  return parts.every((part) => part.trim() === '' || part.trim() === '""')
}

function makeField(text: string, delimiters: Delimiters): Field {
  let components: string[] | undefined
  return {
    get(component = 1, sub = 1) {
      components ??= text.split(delimiters.component)
      const part = components[component - 1] ?? ''
      if (part === '') return ''
      return unescaped(
        part.includes(delimiters.sub) ? (part.split(delimiters.sub)[sub - 1] ?? '') : sub === 1 ? part : '',
        delimiters,
      )
    },
    get whole() {
      return isNullIn(text, delimiters) ? '' : unescaped(text, delimiters)
    },
  }
}

/** HL7 v2 chapter 2.7: escapes for the delimiters themselves, for bytes, for line breaks; highlighting is dropped, unknown ones stand. */
function unescaped(text: string, { field, component, repeat, escape, sub }: Delimiters): string {
  if (text.trim() === '""') return ''
  if (!text.includes(escape)) return text.trim()
  const marks: { [name: string]: string } = {
    F: field,
    S: component,
    T: sub,
    R: repeat,
    E: escape,
    H: '',
    N: '',
    P: '#',
  }
  const parts = text.split(escape)
  let out = parts[0] ?? ''
  for (let at = 1; at < parts.length; at += 2) {
    const name = parts[at] ?? ''
    const closed = at + 1 < parts.length
    const meant = closed ? (marks[name] ?? formatted(name)) : undefined
    if (meant !== undefined) out += meant + (parts[at + 1] ?? '')
    else {
      // Not an escape: the mark stands for itself, and what follows it is looked at again.
      out += escape + name
      at -= 1
    }
  }
  return out.trim()
}

function formatted(written: string): string | undefined {
  const name = written.startsWith('.') ? written.toLowerCase() : written
  if (/^X(?:[0-9A-Fa-f]{2})+$/.test(name)) return withoutNul(bytesAsText(Buffer.from(name.slice(1), 'hex')))
  if (/^\.(br|sp|fi|nf|ce)\+?\d*$/.test(name)) return name.startsWith('.br') || name.startsWith('.sp') ? '\n' : ''
  if (/^\.(in|ti|sk)[+-]?\d*$/.test(name)) return name.startsWith('.sk') ? ' ' : ''
  return /^[CMZ][0-9A-Fa-f]*$/.test(name) ? '' : undefined
}

function bytesAsText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}
