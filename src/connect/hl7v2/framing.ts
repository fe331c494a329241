/**
 * MLLP: VT message FS CR (HL7 v2.3.1 Implementation Guide, appendix C). TCP cuts where it likes, so nothing may depend on how bytes arrive. FS
 * ends a message only before CR, before the next VT, or when nothing follows: some senders leave the CR out, and some send LF in its place.
 */
export type Frame =
  | { type: 'message'; bytes: Buffer }
  /** Longer than the limit: only the head was kept. */
  | { type: 'too-long'; head: Buffer; sizeBytes: number }
  /** The next message began, or the peer fell silent or hung up, before this one ended. */
  | { type: 'cut'; head: Buffer; sizeBytes: number }
  /** Bytes outside of any message, line ends aside. */
  | { type: 'noise'; head: Buffer; sizeBytes: number }

export type Framer = {
  push(chunk: Buffer): Frame[]
  /** What was begun is given up: after a deadline, or when the peer hung up. */
  finish(): Frame[]
  /** Whether a message has begun and not ended, or noise is being collected. */
  readonly busy: boolean
  /** Whether an end block came, and not yet what follows it. */
  readonly ending: boolean
}

const VT = 0x0b
const FS = 0x1c
const CR = 0x0d
const LF = 0x0a
const HEAD_BYTES = 64 * 1024

export function makeFramer(limitBytes: number): Framer {
  let inside = false
  let endSeen = false
  let parts: Buffer[] = []
  let sizeBytes = 0

  const keep = (bytes: Buffer): void => {
    if (bytes.length === 0) return
    if (sizeBytes <= (inside ? limitBytes : HEAD_BYTES)) parts.push(bytes)
    sizeBytes += bytes.length
    if (inside && sizeBytes > limitBytes) parts = [Buffer.concat(parts).subarray(0, HEAD_BYTES)]
  }
  const take = (): { bytes: Buffer; sizeBytes: number } => {
    const taken = { bytes: Buffer.concat(parts), sizeBytes }
    parts = []
    sizeBytes = 0
    endSeen = false
    inside = false
    return taken
  }
  const ended = (): Frame => {
    const { bytes, sizeBytes } = take()
    return sizeBytes > limitBytes
      ? { type: 'too-long', head: bytes.subarray(0, HEAD_BYTES), sizeBytes }
      : { type: 'message', bytes }
  }
  const given = (type: 'cut' | 'noise'): Frame[] => {
    const { bytes, sizeBytes } = take()
    return sizeBytes === 0 ? [] : [{ type, head: bytes.subarray(0, HEAD_BYTES), sizeBytes }]
  }

  /** Reads on from `at` outside of a message; gives where to go on. */
  const between = (chunk: Buffer, at: number, frames: Frame[]): number => {
    const start = chunk.indexOf(VT, at)
    const noise = chunk.subarray(at, start < 0 ? chunk.length : start)
    if (sizeBytes > 0 || noise.some((byte) => byte > 0x20)) keep(noise)
    if (start < 0) return chunk.length
    frames.push(...given('noise'))
    inside = true
    return start + 1
  }
  /** Where the next FS of a chunk is. Looked for once: bytes that begin message after message would else be searched to their end each time. */
  let found: { chunk: Buffer; at: number } | undefined
  const nextEnd = (chunk: Buffer, at: number): number => {
    if (found?.chunk !== chunk || (found.at >= 0 && found.at < at)) found = { chunk, at: chunk.indexOf(FS, at) }
    return found.at
  }

  /** Reads on from `at` inside a message. */
  const within = (chunk: Buffer, at: number, frames: Frame[]): number => {
    if (endSeen) {
      const next = chunk[at]
      if (next === CR || next === LF || next === VT) {
        frames.push(ended())
        return next === VT ? at : at + 1
      }
      endSeen = false
      keep(Buffer.of(FS))
    }
    const end = nextEnd(chunk, at)
    const text = chunk.subarray(at, end < 0 ? chunk.length : end)
    const restart = text.indexOf(VT)
    if (restart >= 0) {
      keep(text.subarray(0, restart))
      frames.push(...given('cut'))
      return at + restart
    }
    keep(text)
    if (end < 0) return chunk.length
    endSeen = true
    return end + 1
  }

  return {
    get busy() {
      return inside || sizeBytes > 0
    },
    get ending() {
      return inside && endSeen
    },
    push(chunk) {
      const frames: Frame[] = []
      for (let at = 0; at < chunk.length; ) at = inside ? within(chunk, at, frames) : between(chunk, at, frames)
      found = undefined
      return frames
    },
    finish() {
      if (inside && endSeen) return [ended()]
      return given(inside ? 'cut' : 'noise')
    },
  }
}

export function framed(text: Buffer | string): Buffer {
  return Buffer.concat([Buffer.of(VT), Buffer.from(text), Buffer.of(FS, CR)])
}
