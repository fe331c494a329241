import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { z } from 'zod'
import { type ChainFault, faultOf, type Link, linkAfter } from '../base/chain.ts'
import { Failure } from '../base/failure.ts'
import { sha256Hex } from '../base/hash.ts'
import type { Instant } from '../base/time.ts'
import type { AuditLine } from './access.ts'

/**
 * What a site writes down while nobody can see it: who looked at, searched for and printed what. A journal file is text, one JSON value
 * a line: a header, then sealed lines. A site that is locked can still append, because sealing needs public keys only.
 *
 * - The header holds a random key of this file, in an age file to the hub and to the site. One boot, one file, one key: after a torn
 *   tail was cut, no nonce is ever used again for another text.
 * - Line n is AES-256-GCM under that key; nonce: n as 96 bits, big-endian; associated data: SHA-256 (hex) of the header's text.
 * - Lines are chained (base/chain.ts), and the header names the last line of the file before, so a file that was taken away is missed.
 */
export type JournalHeader = {
  format: 'holdfast-journal/1'
  siteId: string
  file: string
  startedAt: Instant
  /** The file before this one, as it stood when this one was begun. */
  previous: { file: string; seq: number; hash: string } | null
  /** An age file (base64) of the 32 bytes of the key. */
  key: string
}

export type JournalSeal = { key: Buffer; headerHash: string }

export async function makeJournalHeader(
  facts: Pick<JournalHeader, 'siteId' | 'file' | 'startedAt' | 'previous'>,
  recipients: string[],
): Promise<{ header: string; seal: JournalSeal }> {
  const key = randomBytes(32)
  const age = new Encrypter()
  for (const recipient of recipients) age.addRecipient(recipient)
  const wrapped = Buffer.from(await age.encrypt(key)).toString('base64')
  const header = JSON.stringify({ format: 'holdfast-journal/1', ...facts, key: wrapped } satisfies JournalHeader)
  return { header, seal: { key, headerHash: sha256Hex(header) } }
}

const headerShape = z.object({
  format: z.literal('holdfast-journal/1'),
  siteId: z.string(),
  file: z.string(),
  startedAt: z.number(),
  previous: z.object({ file: z.string(), seq: z.number(), hash: z.string() }).nullable(),
  key: z.string(),
})

/** Throws Failure('permanent') when the text is no header. Nothing is proven but its shape. */
export function readJournalHeader(header: string): JournalHeader {
  const read = parsed(headerShape, header)
  if (read === undefined)
    throw new Failure('permanent', 'This is not the beginning of a site journal: its first line is not a header.')
  return read
}

function parsed<Value>(shape: z.ZodType<Value>, text: string): Value | undefined {
  try {
    return shape.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** `identity`: an age identity of the hub or of the site. Throws Failure('permanent') when the journal was not sealed to it. */
export async function openJournalHeader(header: string, identity: string): Promise<JournalSeal> {
  const { key } = readJournalHeader(header)
  const age = new Decrypter()
  age.addIdentity(identity)
  try {
    return { key: Buffer.from(await age.decrypt(Buffer.from(key, 'base64'))), headerHash: sha256Hex(header) }
  } catch (cause) {
    throw new Failure('permanent', 'This journal was not sealed to this key, or its header was changed.', { cause })
  }
}

/** The next line of a file: the text to write (without its line end) and the link that the line after it follows. */
export function sealLine(
  seal: JournalSeal,
  last: { seq: number; hash: string } | undefined,
  line: AuditLine,
): { text: string; link: Link } {
  const seq = (last?.seq ?? 0) + 1
  const cipher = createCipheriv('aes-256-gcm', seal.key, nonceOf(seq))
  cipher.setAAD(Buffer.from(seal.headerHash))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(line)), cipher.final(), cipher.getAuthTag()])
  const link = linkAfter(last, sealed.toString('base64'))
  return { text: JSON.stringify(link), link }
}

const linkShape = z.object({ seq: z.number(), previous: z.string(), line: z.string(), hash: z.string() })

/** The link that a line's text holds; undefined when the text is not a whole line. */
export function readLink(text: string): Link | undefined {
  return parsed(linkShape, text)
}

/**
 * Checks lines that follow `last` (undefined at the start of a file) and returns their links, up to the first that does not fit, and
 * the fault that ended them. The hub checks a hand-over with this before it believes a line.
 */
export function followLines(
  last: { seq: number; hash: string } | undefined,
  lines: string[],
): { links: Link[]; fault: ChainFault | undefined } {
  const links: Link[] = []
  let before = last
  for (const text of lines) {
    const link = readLink(text)
    const seq = (before?.seq ?? 0) + 1
    const fault = link === undefined ? { seq, because: `line ${seq} is not a whole line` } : faultOf(before, link)
    if (link === undefined || fault !== undefined) return { links, fault }
    links.push(link)
    before = link
  }
  return { links, fault: undefined }
}

/** Throws Failure('permanent') when the line was sealed by another key, for another file or at another place. */
export function openLine(seal: JournalSeal, link: Link): AuditLine {
  try {
    const sealed = Buffer.from(link.line, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', seal.key, nonceOf(link.seq))
    decipher.setAAD(Buffer.from(seal.headerHash))
    decipher.setAuthTag(sealed.subarray(-16))
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    const line: AuditLine = JSON.parse(plain.toString())
    return line
  } catch (cause) {
    throw new Failure('permanent', `Line ${link.seq} of this journal does not open: it was not written by this site.`, {
      cause,
    })
  }
}

function nonceOf(seq: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(seq), 4)
  return nonce
}
