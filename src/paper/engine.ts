import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../base/failure.ts'
import type { SheetKind, SheetValues } from './paper.ts'
import { printableJson } from './printable.ts'

/** `namesNotDrawn`: names with letters that no font here has; the sheet says so at each. */
export type Printed = { pdf: Uint8Array; pages: number; namesNotDrawn: number }

/** What a child is asked: the sheet as JSON, and how many pages it should take, if that is known. */
export type Order = { id: number; template: SheetKind; sheet: string; pages: number | undefined }
export type Answer = ({ id: number; residentBytes: number } & Printed) | { id: number; because: string }

const DEADLINE_MS = 120_000
const MOST_RESIDENT_BYTES = 500 * 2 ** 20
const ATTEMPTS = 2

/**
 * The press: makes PDF/UA-1 of sheets with Typst, in child processes, because its memory grows and a crash in it must cost nothing but time: a
 * sheet whose child died is set once more by a new one, and a child that has grown large is replaced. Dispose it when the day's paper is done.
 */
export class Press implements AsyncDisposable {
  readonly #hands: Hand[]

  constructor(hands = 2) {
    this.#hands = Array.from({ length: hands }, () => new Hand())
  }

  /** One sheet. Throws `Failure`: permanent when the sheet cannot be set (the message has no patient data), transient when its child died twice. */
  async print(values: SheetValues): Promise<Printed> {
    const hand = this.#hands.reduce((a, b) => (b.waiting < a.waiting ? b : a))
    return hand.print(values)
  }

  /** Process ids of the children at work. */
  get children(): number[] {
    return this.#hands.flatMap((hand) => hand.pid ?? [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.stop()))
  }
}

/** One child process at a time; its sheets are made one after the other. */
class Hand {
  #child: ChildProcess | undefined
  #last: Promise<unknown> = Promise.resolve()
  #id = 0
  waiting = 0

  get pid(): number | undefined {
    return this.#child?.pid
  }

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
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(values)
      if (answer === 'died' && attempt < ATTEMPTS) continue
      if (answer === 'died')
        throw new Failure(
          'transient',
          'The program that sets paper stopped twice in the middle of one sheet. The other sheets go on; this one is tried again later.',
        )
      if ('because' in answer) throw new Failure('permanent', `One sheet could not be set: ${answer.because}`)
      if (answer.residentBytes > MOST_RESIDENT_BYTES) await this.stop()
      return { pdf: answer.pdf, pages: answer.pages, namesNotDrawn: answer.namesNotDrawn }
    }
  }

  /** One sheet, once. A child that takes too long is ended, which counts as having died. */
  async #ask(values: SheetValues): Promise<Answer | 'died'> {
    this.#child ??= startChild()
    const child = this.#child
    const order: Order = {
      id: (this.#id += 1),
      template: values.template,
      sheet: printableJson(values),
      pages: values.pages,
    }
    const answered = await new Promise<Answer | 'died'>((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
      const finish = (answer: Answer | 'died'): void => {
        clearTimeout(timer)
        child.off('message', onMessage).off('exit', onGone).off('error', onGone)
        resolve(answer)
      }
      const onMessage = (message: Answer): void => {
        if (message.id === order.id) finish(message)
      }
      const onGone = (): void => finish('died')
      child.on('message', onMessage).on('exit', onGone).on('error', onGone)
      child.send(order, (failed) => failed !== null && onGone())
    })
    if (answered === 'died') await this.stop()
    return answered
  }

  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
}

/** Reading the EHR and publishing come first: the press takes what the processors have left. Each child sets with one thread, as there are several. */
function startChild(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'engine-child.ts'), {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, RAYON_NUM_THREADS: '1' },
  })
  // Whoever waits for an answer hears of it; without this, a child that could not be started would end the program.
  child.on('error', () => undefined)
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A system that will not have it prints just as well, at the usual priority.
  }
  return child
}
