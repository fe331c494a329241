import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a program of the system said, each stream to its limit. `code`: undefined when a signal ended it. */
export type Ran = { output: string; complaint: string; code: number | undefined }

const MOST = 256 * 1024

/**
 * Runs a program of the system in the C locale, without a shell, and with no more of our environment than it needs. `over` kills it. Rejects with
 * ENOENT when it is not there. `lines` sees its output line by line and may answer.
 */
export async function runProgram(
  program: string,
  given: string[],
  over: AbortSignal,
  lines?: (line: string, answer: (text: string) => void) => void,
): Promise<Ran> {
  const child = spawn(program, given, {
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: over,
    killSignal: 'SIGKILL',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C' },
  })
  const said = { output: '', complaint: '' }
  let line = ''
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    said.output = `${said.output}${piece}`.slice(0, MOST)
    if (lines === undefined) return
    const whole = `${line}${piece}`.split('\n')
    line = (whole.pop() ?? '').slice(0, 4096)
    for (const one of whole) lines(one, (text) => child.stdin.write(text))
  })
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    said.complaint = `${said.complaint}${piece}`.slice(0, MOST)
  })
  if (lines === undefined) child.stdin.end()
  const [code]: unknown[] = await once(child, 'close')
  return { ...said, code: typeof code === 'number' ? code : undefined }
}
