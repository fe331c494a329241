import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { SheetValues } from './paper.ts'

export type Printed = { pdf: Uint8Array; pages: number }

type Answer = { id: number; pdf: Uint8Array; pages: number } | { id: number; because: string }

const DEADLINE_MS = 120_000

/**
 * The press: makes PDF/UA-1 of sheets with Typst, in child processes, because its memory grows and a crash in it must cost one sheet at the most.
 * A child is replaced after `SHEETS_PER_CHILD` sheets. Dispose it when the day's paper is done.
 */
export class Press implements AsyncDisposable {
  readonly #children: Hand[]

  constructor(hands = 2) {
    this.#children = Array.from({ length: hands }, () => new Hand())
  }

  /** One sheet. Throws `Failure`: permanent when the sheet cannot be set (the message has no patient data), transient when the child died. */
  async print(values: SheetValues): Promise<Printed> {
    const hand = this.#children.reduce((a, b) => (b.waiting < a.waiting ? b : a))
    return hand.print(values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#children.map((hand) => hand.stop()))
  }
}

const SHEETS_PER_CHILD = 60

/** One child process; its sheets are made one after the other. */
class Hand {
  #child: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()
  #made = 0
  #id = 0
  waiting = 0

  async print(values: SheetValues): Promise<Printed> {
    this.waiting += 1
    const turn = this.#last.then(() => this.#printNow(values))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.waiting -= 1
    }
  }

  async #printNow(values: SheetValues): Promise<Printed> {
    if (this.#made >= SHEETS_PER_CHILD) await this.stop()
    this.#child ??= startChild()
    const child = this.#child
    this.#made += 1
    const id = (this.#id += 1)
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        reject(
          new Failure(
            'transient',
            'Setting one sheet took over two minutes and was stopped. The other sheets go on; this one is tried again.',
          ),
        )
      }, DEADLINE_MS)
      const finish = (act: () => void): void => {
        clearTimeout(timer)
        child.off('message', onMessage)
        child.off('exit', onExit)
        act()
      }
      const onMessage = (message: Answer): void => {
        if (message.id === id) finish(() => resolve(message))
      }
      const onExit = (): void => {
        this.#child = undefined
        this.#made = 0
        finish(() =>
          reject(
            new Failure(
              'transient',
              'The program that sets paper stopped in the middle of a sheet. It is started anew for the next.',
            ),
          ),
        )
      }
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send({ id, values })
    })
    if ('because' in answer) throw new Failure('permanent', `One sheet could not be set: ${answer.because}`)
    return { pdf: answer.pdf, pages: answer.pages }
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    this.#made = 0
    if (child === undefined || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill()
    await gone
  }
}

/** Reading the EHR and publishing come first: the press takes what the processors have left. */
function startChild(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'engine-child.ts'), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A system that will not have it prints just as well, at the usual priority.
  }
  return child
}
