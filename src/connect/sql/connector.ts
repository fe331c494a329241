import { agoInWords } from '../../base/ago.ts'
import { Failure } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import type { Clock } from '../../base/time.ts'
import type { EhrSource, ReadRequest, SourcePart, SourceSignal } from '../ehr.ts'
import { calledOff } from './deadline.ts'
import type { Mapping } from './mapping.ts'
import { Memory } from './memory.ts'
import { currentTo, openSession } from './open-session.ts'
import type { Environment } from './place.ts'
import { planOf } from './plan.ts'
import { type Held, readSource } from './read.ts'

/** `mapping` comes from `loadMapping`. `environment` (the program's own when left out) holds what the mapping takes from there. */
export type SqlSourceConfig = { id: string; mapping: Mapping; environment?: Environment }

/** An EHR read over SQL. Each probe and each read has a connection of its own; between reads nothing is open. */
export function openSqlSource(config: SqlSourceConfig, { log, clock }: { log: Log; clock: Clock }): EhrSource {
  return new SqlSource(config, log, clock)
}

class SqlSource implements EhrSource {
  readonly id: string
  readonly kind = 'sql'
  readonly #held: Held
  readonly #environment: Environment
  readonly #log: Log
  readonly #busy = new Set<AbortController>()
  #disposed = false

  constructor({ id, mapping, environment }: SqlSourceConfig, log: Log, clock: Clock) {
    this.id = id
    this.#held = { id, mapping, plan: planOf(mapping), clock, memory: new Memory() }
    this.#environment = environment ?? process.env
    this.#log = log
  }

  async probe(signal?: AbortSignal): Promise<SourceSignal> {
    const { mapping, clock } = this.#held
    const began = performance.now()
    const tookMs = () => Math.round(performance.now() - began)
    try {
      return await this.#during(signal, async (off) => {
        const session = await openSession(mapping, mapping.connection, this.#environment, {
          readOnly: true,
          signal: off,
        })
        try {
          const at = clock.now()
          const current = await currentTo(session, mapping)
          const lagMs = Math.max(0, Math.round(current.now - current.asOf))
          const because = `${session.where}, ${current.because}, current to ${agoInWords(lagMs)}`
          return { answered: true, asOf: at - lagMs, tookMs: tookMs(), because }
        } finally {
          session.close()
        }
      })
    } catch (thrown) {
      const failure = this.#failureOf(thrown)
      return { answered: false, kind: failure.kind, tookMs: tookMs(), because: failure.message }
    }
  }

  async *read(request: ReadRequest): AsyncIterable<SourcePart> {
    const { mapping } = this.#held
    const controller = this.#begin(request.signal)
    try {
      const session = await openSession(mapping, mapping.connection, this.#environment, {
        readOnly: true,
        signal: controller.signal,
      })
      try {
        yield* readSource(this.#held, session, request)
      } finally {
        session.close()
      }
    } catch (thrown) {
      throw this.#failureOf(thrown)
    } finally {
      this.#busy.delete(controller)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const controller of this.#busy) controller.abort()
  }

  async #during<Value>(signal: AbortSignal | undefined, doing: (off: AbortSignal) => Promise<Value>): Promise<Value> {
    const controller = this.#begin(signal)
    try {
      return await doing(controller.signal)
    } finally {
      this.#busy.delete(controller)
    }
  }

  /** A signal of our own, so that neither the caller's nor disposal is forgotten. */
  #begin(signal: AbortSignal | undefined): AbortController {
    if (this.#disposed || signal?.aborted === true) throw calledOff()
    const controller = new AbortController()
    this.#busy.add(controller)
    signal?.addEventListener('abort', () => controller.abort(), { once: true, signal: controller.signal })
    return controller
  }

  /** What is not a Failure is a mistake of ours: its kind of error is logged, its message (which may quote a row) is not. */
  #failureOf(thrown: unknown): Failure {
    if (thrown instanceof Failure) return thrown
    this.#log.error(
      {
        source: this.id,
        fault: thrown instanceof Error ? thrown.name : typeof thrown,
        at: thrown instanceof Error ? thrown.stack?.split('\n')[1]?.trim() : undefined,
      },
      'sql source: unexpected',
    )
    return new Failure(
      'permanent',
      `The source ${this.id} could not be read because of a mistake in Holdfast. The last whole read stands. The log names the place; please report it.`,
    )
  }
}
