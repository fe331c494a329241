import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SinkSaid, SinkStage, SinkWord } from './sink-child.ts'

export type Sink = {
  start(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** Waits at the next request that comes so far; resolves when one does. */
  hold(at: SinkStage): Promise<SinkSaid>
  goOn(): void
  /** The next thing of this sort that it says. */
  next(at: SinkSaid['at']): Promise<SinkSaid>
  /** How often each key was heard and acted on, and at which hearing it was acted on first. */
  counts(): Promise<Map<string, { heard: number; acted: number; actedAtHearing: number }>>
}

export function sinkAt(port: number, journal: string): Sink {
  let child: ChildProcess | undefined
  const waiting = new Set<(said: SinkSaid) => void>()
  const next = (fits: (said: SinkSaid) => boolean): Promise<SinkSaid> =>
    new Promise((resolve) => {
      const hear = (said: SinkSaid): void => {
        if (!fits(said)) return
        waiting.delete(hear)
        resolve(said)
      }
      waiting.add(hear)
    })
  const word = (said: SinkWord): void => void (child?.connected === true && child.send(said))
  return {
    async start() {
      if (child !== undefined) return
      child = fork(join(import.meta.dirname, 'sink-child.ts'), [String(port), journal])
      child.on('message', (said: SinkSaid | { up: true }) => {
        if ('at' in said) for (const hear of waiting) hear(said)
      })
      await once(child, 'message')
    },
    async kill() {
      const ending = child
      child = undefined
      if (ending === undefined || ending.exitCode !== null) return
      const gone = once(ending, 'exit')
      ending.kill('SIGKILL')
      await gone
    },
    hold(at) {
      const held = next((said) => said.at === at && said.held)
      word({ hold: at })
      return held
    },
    goOn: () => word({ goOn: true }),
    next: (at) => next((said) => said.at === at),
    async counts() {
      const all = new Map<string, { heard: number; acted: number; actedAtHearing: number }>()
      for (const line of (await readFile(journal, 'utf8')).split('\n')) {
        const [what, key] = line.split(' ')
        if (what === undefined || key === undefined) continue
        const one = all.get(key) ?? { heard: 0, acted: 0, actedAtHearing: 0 }
        if (what === 'heard') one.heard++
        else if (one.acted++ === 0) one.actedAtHearing = one.heard
        all.set(key, one)
      }
      return all
    },
  }
}
