/**
 * PHP's serialize() format, as far as plain values go: null, true and false, numbers, strings and arrays of these. Objects, references and
 * anything malformed give undefined. Lengths are of bytes, so this reads bytes; nesting and size are bounded.
 */
export type PhpValue = null | boolean | number | string | Map<string, PhpValue>

const DEEPEST = 8
const LONGEST = 64 * 1024

export function phpUnserialize(text: string): PhpValue | undefined {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > LONGEST) return undefined
  const reader = new Reader(bytes)
  const value = reader.value(0)
  return value !== undefined && reader.atEnd() ? value : undefined
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  value(depth: number): PhpValue | undefined {
    const kind = this.#bytes.toString('latin1', this.#at, this.#at + 2)
    this.#at += 2
    switch (kind) {
      case 'N;':
        return null
      case 'b:': {
        const digit = this.#upTo(';')
        return digit === '1' ? true : digit === '0' ? false : undefined
      }
      case 'i:':
      case 'd:': {
        const digits = this.#upTo(';') ?? ''
        const number = Number(digits)
        return digits !== '' && Number.isFinite(number) ? number : undefined
      }
      case 's:':
        return this.#string()
      case 'a:':
        return depth < DEEPEST ? this.#array(depth) : undefined
      default:
        return undefined
    }
  }

  #string(): string | undefined {
    const length = this.#count()
    if (length === undefined || !this.#take('"')) return undefined
    const end = this.#at + length
    if (end > this.#bytes.length) return undefined
    const text = this.#bytes.toString('utf8', this.#at, end)
    this.#at = end
    return this.#take('";') ? text : undefined
  }

  #array(depth: number): Map<string, PhpValue> | undefined {
    const count = this.#count()
    if (count === undefined || !this.#take('{')) return undefined
    const held = new Map<string, PhpValue>()
    for (let n = 0; n < count; n++) {
      const key = this.value(DEEPEST)
      const value = this.value(depth + 1)
      if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined) return undefined
      held.set(String(key), value)
    }
    return this.#take('}') ? held : undefined
  }

  /** A length or a count, up to its colon. */
  #count(): number | undefined {
    const digits = this.#upTo(':') ?? ''
    return /^\d{1,6}$/.test(digits) ? Number(digits) : undefined
  }

  #upTo(mark: string): string | undefined {
    const found = this.#bytes.indexOf(mark, this.#at)
    if (found < 0 || found - this.#at > 32) return undefined
    const text = this.#bytes.toString('latin1', this.#at, found)
    this.#at = found + 1
    return text
  }

  #take(wanted: string): boolean {
    const taken = this.#bytes.toString('latin1', this.#at, this.#at + wanted.length) === wanted
    this.#at += wanted.length
    return taken
  }
}
