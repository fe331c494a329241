import type { Instant } from '../../base/time.ts'
import { decodeMessage } from './encoding.ts'
import type { Frame } from './framing.ts'
import { saidAt } from './last-said.ts'
import { type Message, parseMessage, type Segment } from './message.ts'

/**
 * What to do with a frame, before anything is done: `take` is stored and acknowledged, `refuse` is kept for a person and refused, `ignore` is a
 * keep-alive or an answer of the far side, of which nothing has to be kept.
 */
export type Decision =
  | { type: 'take'; header: Segment; sender: string; controlId: string; said: Instant; bytes: Buffer }
  | { type: 'refuse'; header: Segment | undefined; code: 'E' | 'R'; because: string; bytes: Buffer; answer: boolean }
  | { type: 'ignore'; alive: boolean }

/** Questions, which we do not answer: a message type of which the sender waits for more than an acknowledgement. */
const QUESTIONS = /^(QRY|QBP|QSB|QVR|VXQ|OSQ|RQQ|QCK|SQM|SQR|EQQ|VQQ|SPQ)$/

type Sense = {
  zone: string
  fallbackEncoding: string
  limitBytes: number
  now: Instant
  /** When the sender last said something. */
  lastSaid?: (sender: string) => Instant | undefined
}

export function decide(frame: Frame, sense: Sense): Decision {
  switch (frame.type) {
    case 'message':
      return decideMessage(frame.bytes, sense)
    case 'noise': {
      const because = `${frame.sizeBytes} bytes came outside of any message (no start block). Is the sender speaking MLLP?`
      return { type: 'refuse', header: undefined, code: 'E', because, bytes: frame.head, answer: false }
    }
    case 'cut': {
      const because = `The message was not ended: ${frame.sizeBytes} bytes came, and no end block. Send it again.`
      return {
        type: 'refuse',
        header: headerOf(frame.head, sense),
        code: 'E',
        because,
        bytes: frame.head,
        answer: true,
      }
    }
    case 'too-long':
    default: {
      const because = `The message is longer than the ${sense.limitBytes} bytes that are taken here.`
      return {
        type: 'refuse',
        header: headerOf(frame.head, sense),
        code: 'R',
        because,
        bytes: frame.head,
        answer: true,
      }
    }
  }
}

function decideMessage(bytes: Buffer, sense: Sense): Decision {
  if (bytes.every((byte) => byte <= 0x20)) return { type: 'ignore', alive: true }
  const refuse = (header: Segment | undefined, code: 'E' | 'R', because: string): Decision => ({
    type: 'refuse',
    header,
    code,
    because,
    bytes: bytes.subarray(0, 64 * 1024),
    answer: true,
  })
  const parsed = parseMessage(decodeMessage(bytes, sense.fallbackEncoding).text)
  if (!('message' in parsed)) return refuse(parsed.answerable, 'E', parsed.because)
  const { header } = parsed.message
  const type = header.get(9)
  if (type === 'ACK' || type === 'MCF') return { type: 'ignore', alive: true }
  const fault = faultOf(parsed.message, type)
  if (fault !== undefined) return refuse(header, fault.code, fault.because)
  const sender = senderOf(header)
  const said = saidAt(header.get(7), sense.zone, sense.now, sense.lastSaid?.(sender))
  return { type: 'take', header, sender, controlId: header.get(10), said, bytes }
}

function faultOf({ header, segments }: Message, type: string): { code: 'E' | 'R'; because: string } | undefined {
  if (type === '') return { code: 'E', because: 'MSH-9 (message type) is empty.' }
  if (header.get(10) === '') return { code: 'E', because: 'MSH-10 (control id) is empty.' }
  if (header.get(10).length > 256) return { code: 'E', because: 'MSH-10 (control id) is longer than 256 characters.' }
  const version = header.get(12)
  if (version !== '' && !/^2(\.|$)/.test(version))
    return { code: 'R', because: 'MSH-12 names a version other than 2.x, which is not read here.' }
  if (QUESTIONS.test(type)) return { code: 'R', because: 'This is a query, and queries are not answered here.' }
  if (segments.length === 1) return { code: 'E', because: 'There is nothing after the MSH segment.' }
  return undefined
}

/** Who sends, for the eyes of a person and to tell control ids apart: sending application and facility. */
export function senderOf(header: Segment): string {
  return [header.get(3), header.get(4)].filter((part) => part !== '').join('/') || 'unnamed sender'
}

function headerOf(head: Buffer, sense: Sense): Segment | undefined {
  const line = decodeMessage(head, sense.fallbackEncoding).text.split(/[\r\n]/, 1)[0] ?? ''
  const parsed = parseMessage(line)
  return 'message' in parsed ? parsed.message.header : parsed.answerable
}
