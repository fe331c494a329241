import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { codeOf } from '../../base/failure.ts'
import { runProgram } from '../run-program.ts'

/** `unclear`: it was begun and did not end by itself; what it did is not known, and it must not be repeated unseen. */
export type Stopped = { outcome: 'done' | 'failed' | 'unclear'; because: string }

/**
 * Runs one stop command to its end, for `withinMs` at the most. Never throws. Nothing that it prints is kept: that may hold anything. When `over`
 * aborts it has ten seconds more, so that what is nearly done may end.
 */
export async function stopSystem(argv: readonly string[], withinMs: number, over: AbortSignal): Promise<Stopped> {
  const [program = '', ...given] = argv
  const ending = new AbortController()
  const late = setTimeout(() => ending.abort(), withinMs)
  const told = (): void => {
    void pause(GRACE_MS, undefined, { ref: false, signal: ending.signal }).then(
      () => ending.abort(),
      () => {},
    )
  }
  over.addEventListener('abort', told, { once: true })
  try {
    if (over.aborted) return { outcome: 'failed', because: 'The hub was ending: it was not begun.' }
    const { code } = await runProgram(program, given, ending.signal)
    if (code === undefined)
      return { outcome: 'unclear', because: 'Something ended the command before it had ended by itself.' }
    if (code === 0) return { outcome: 'done', because: 'The command ended well (exit 0).' }
    return { outcome: 'failed', because: `The command says that it failed (exit ${code}). Look at the system.` }
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM')
      return { outcome: 'failed', because: `${program} could not be run (${code}): nothing was done.` }
    if (!ending.signal.aborted)
      return {
        outcome: 'unclear',
        because: `The command could not be followed to its end (${code ?? 'no reason given'}).`,
      }
    const why = over.aborted ? 'The hub had to end' : `It had not ended after ${Math.round(withinMs / 1000)} s`
    return { outcome: 'unclear', because: `${why}: the command was ended, and whether it did its work is not known.` }
  } finally {
    clearTimeout(late)
    over.removeEventListener('abort', told)
    ending.abort()
  }
}

/** For a drill: whether this command could be run here. It is not run. */
export async function couldStop(argv: readonly string[]): Promise<{ could: boolean; because: string }> {
  const [program = ''] = argv
  try {
    await access(program, constants.X_OK)
    return { could: true, because: `${program} is there and may be run. As this is a drill it was not.` }
  } catch (thrown) {
    return { could: false, because: `${program} could not be run here (${codeOf(thrown) ?? 'no reason given'}).` }
  }
}

const GRACE_MS = 10_000
