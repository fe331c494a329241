import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { wordOf } from '../looking.ts'
import { EICAR } from './eicar.ts'
import type { Scanned } from './scanned.ts'

/**
 * Gives clamscan the test file. It says 1 when it found something and 0 when it scanned and found nothing; everything else, 2 for an empty or unreadable
 * database above all, means that nothing was scanned, and is never taken for clean.
 */
export async function askClamscan(program: string, database: string, over: AbortSignal): Promise<Scanned> {
  const child = spawn(program, ['--no-summary', '--stdout', '-d', database, '-'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    signal: over,
    killSignal: 'SIGKILL',
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })
  child.stdin.on('error', () => {})
  child.stdin.end(EICAR)
  try {
    const [code]: unknown[] = await once(child, 'exit')
    return { answer: 'scanned', version: undefined, seen: code === 1 ? 'found' : code === 0 ? 'missed' : 'not-scanned' }
  } catch (thrown) {
    if (wordOf(thrown) === 'ENOENT') return { answer: 'no-program' }
    throw thrown
  }
}
