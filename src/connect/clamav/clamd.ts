import type { NetConnectOpts } from 'node:net'
import { talkWith } from '../line-talk.ts'
import { EICAR } from './eicar.ts'
import type { Scanned } from './scanned.ts'

/** Asks clamd for its version and gives it the test file to scan (clamd(8): `zVERSION`, `zINSTREAM`). */
export async function askClamd(to: NetConnectOpts, over: AbortSignal): Promise<Scanned> {
  const version = await said(to, ['zVERSION\0'], over)
  if (!version.startsWith('ClamAV ')) return { answer: 'nonsense' }
  const size = Buffer.alloc(4)
  size.writeUInt32BE(EICAR.length)
  const verdict = await said(to, ['zINSTREAM\0', size, EICAR, Buffer.alloc(4)], over)
  return { answer: 'scanned', version, seen: seenIn(verdict) }
}

async function said(to: NetConnectOpts, question: (string | Buffer)[], over: AbortSignal): Promise<string> {
  using talk = await talkWith(to, over)
  for (const piece of question) talk.say(piece)
  return (await talk.until('\0', 4096)).trim()
}

/** `stream: Eicar-Test-Signature FOUND`, `stream: OK`, or that nothing was scanned. */
export function seenIn(verdict: string): 'found' | 'missed' | 'not-scanned' {
  if (/^stream: .+ FOUND$/.test(verdict)) return 'found'
  return verdict === 'stream: OK' ? 'missed' : 'not-scanned'
}
