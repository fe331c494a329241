import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Sorts what comes in the order of its change into what belongs to one patient, for any number of patients in bounded memory. What does not
 * fit into memory goes to a private temporary folder, encrypted with a key that is never written down: after a crash, noise is left.
 */
export type Spool<Line> = AsyncDisposable & {
  put(patientId: string, line: Line): Promise<void>
  /** Everything that was put, some patients at a time, each once. */
  groups(): AsyncGenerator<Map<string, Line[]>>
}

const BUCKETS = 64
const NONCE_BYTES = 12
const TAG_BYTES = 16

export function openSpool<Line>(mostInMemory = 48 * 1024 * 1024): Spool<Line> {
  const key = randomBytes(32)
  let held: string[][] = emptyBuckets()
  let heldCharacters = 0
  let folder: string | undefined

  const spill = async (): Promise<void> => {
    folder ??= await mkdtemp(join(tmpdir(), 'holdfast-fhir-'))
    const full = held
    held = emptyBuckets()
    heldCharacters = 0
    for (const [bucket, lines] of full.entries()) {
      if (lines.length > 0) await appendFile(fileOf(folder, bucket), sealed(key, lines.join('\n')), { mode: 0o600 })
    }
  }

  return {
    put: async (patientId, line) => {
      const text = JSON.stringify([patientId, line])
      held[bucketOf(patientId)]?.push(text)
      heldCharacters += text.length
      if (heldCharacters > mostInMemory) await spill()
    },
    groups: async function* groups() {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const spilled = folder === undefined ? [] : opened(key, await readOrEmpty(fileOf(folder, bucket)))
        const grouped = new Map<string, Line[]>()
        for (const text of [...spilled.flatMap((chunk) => chunk.split('\n')), ...(held[bucket] ?? [])]) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- put() wrote it
          const [patientId, line] = JSON.parse(text) as [string, Line]
          const lines = grouped.get(patientId)
          if (lines === undefined) grouped.set(patientId, [line])
          else lines.push(line)
        }
        held[bucket] = []
        if (grouped.size > 0) yield grouped
      }
    },
    [Symbol.asyncDispose]: async () => {
      held = emptyBuckets()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
      folder = undefined
    },
  }
}

function emptyBuckets(): string[][] {
  return Array.from({ length: BUCKETS }, () => [])
}

function bucketOf(patientId: string): number {
  let hash = 0
  for (let at = 0; at < patientId.length; at++) hash = (hash * 31 + patientId.charCodeAt(at)) >>> 0
  return hash % BUCKETS
}

function fileOf(folder: string, bucket: number): string {
  return join(folder, `bucket-${bucket}`)
}

async function readOrEmpty(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return Buffer.alloc(0)
    throw thrown
  }
}

/** Length, nonce, tag, cipher text. */
function sealed(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, nonce, cipher.getAuthTag(), bytes])
}

function opened(key: Buffer, bytes: Buffer): string[] {
  const chunks: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const nonce = bytes.subarray(at + 4, at + 4 + NONCE_BYTES)
    const tag = bytes.subarray(at + 4 + NONCE_BYTES, at + 4 + NONCE_BYTES + TAG_BYTES)
    const from = at + 4 + NONCE_BYTES + TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
    decipher.setAuthTag(tag)
    chunks.push(
      Buffer.concat([decipher.update(bytes.subarray(from, from + length)), decipher.final()]).toString('utf8'),
    )
    at = from + length
  }
  return chunks
}
