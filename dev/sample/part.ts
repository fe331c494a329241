import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** One program of the sample in a process of its own: the hub, a site, the mover. */
export type Part = {
  readonly name: string
  readonly logFile: string
  readonly running: boolean
  start(): Promise<void>
  /** Ends it as an operator would; after ten seconds, without asking. */
  stop(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
  /** A word to the program's tether, or to the mover. */
  say(word: object): void
  /** Calls `hear` when it starts or ends, and with what it says. */
  hear(hear: (said: 'started' | 'ended' | object) => void): void
}

export type PartOptions = {
  name: string
  /** The script and what follows it. */
  args: string[]
  env?: NodeJS.ProcessEnv
  /** Everything it prints. */
  logFile: string
  tethered?: boolean
  /** What it is started through, as `ip netns exec NAME`: a machine of its own. */
  through?: readonly string[]
}

const TETHER = pathToFileURL(join(import.meta.dirname, 'tether.ts')).href
const STOP_MS = 10_000

export function makePart(options: PartOptions): Part {
  let child: ChildProcess | undefined
  let gone: Promise<void> = Promise.resolve()
  const listeners: ((said: 'started' | 'ended' | object) => void)[] = []
  const tell = (said: 'started' | 'ended' | object): void => {
    for (const hear of listeners) hear(said)
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const ending = child
    if (ending === undefined) return
    ending.kill(signal)
    const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_MS)
    await gone
    clearTimeout(timer)
  }
  return {
    name: options.name,
    logFile: options.logFile,
    get running() {
      return child !== undefined
    },
    start: async () => {
      if (child !== undefined) return
      await mkdir(dirname(options.logFile), { recursive: true })
      const log = createWriteStream(options.logFile, { flags: 'a' })
      const tether = options.tethered === false ? [] : ['--import', TETHER]
      const words = [...(options.through ?? []), process.execPath, ...tether, ...options.args]
      const started = spawn(words[0] ?? process.execPath, words.slice(1), {
        env: { ...process.env, ...options.env, HOLDFAST_TETHER: '1' },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      })
      child = started
      started.stdout?.pipe(log, { end: false })
      started.stderr?.pipe(log, { end: false })
      started.on('message', (said) => {
        if (typeof said === 'object' && said !== null) tell(said)
      })
      gone = new Promise((resolve) => {
        const over = (): void => {
          if (child === started) child = undefined
          log.end()
          resolve()
          tell('ended')
        }
        started.once('exit', over)
        started.once('error', over)
      })
      tell('started')
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    say: (word) => {
      if (child?.connected === true) child.send(word)
    },
    hear: (hear) => void listeners.push(hear),
  }
}
