import type { SeenChanges } from './changes.ts'
import type { KeptSchedule } from './schedule.ts'

/** What one read adds. */
export type Told = {
  charts: Map<string, number>
  gone: string[]
  schedule: KeptSchedule | undefined
  seen: SeenChanges
}

/**
 * What a connector remembers between reads, in memory only: a fingerprint of each chart that it told (48 bits, so 200,000 take some 20 MB) and the
 * schedule. What a read told is remembered when the hub comes back with that read's cursor; a read that the hub did not keep is
 * forgotten and told again. After a restart nothing is remembered and unchanged charts may be told once more, which is harmless.
 */
export class Memory {
  #nonce: string | undefined
  #fingerprints = new Map<string, number>()
  #schedule: KeptSchedule | undefined
  #seen: SeenChanges = new Map()
  #pending: { nonce: string; told: Told } | undefined

  /** Begins a read from this cursor's nonce (undefined: from nothing). */
  resume(nonce: string | undefined): void {
    if (nonce !== undefined && this.#pending?.nonce === nonce) {
      const { charts, gone, schedule, seen } = this.#pending.told
      for (const [id, fingerprint] of charts) this.#fingerprints.set(id, fingerprint)
      for (const id of gone) this.#fingerprints.delete(id)
      this.#schedule = schedule
      this.#seen = seen
      this.#nonce = nonce
    } else if (nonce === undefined || this.#nonce !== nonce) {
      this.#fingerprints = new Map()
      this.#schedule = undefined
      this.#seen = new Map()
      this.#nonce = nonce
    }
    this.#pending = undefined
  }

  get schedule(): KeptSchedule | undefined {
    return this.#schedule
  }

  get seen(): SeenChanges {
    return this.#seen
  }

  knows(id: string, fingerprint: number): boolean {
    return this.#fingerprints.get(id) === fingerprint
  }

  /** Those remembered that are not in the panel. */
  notIn(panel: string[]): string[] {
    const there = new Set(panel)
    return [...this.#fingerprints.keys()].filter((id) => !there.has(id))
  }

  /** A read has ended under this nonce. */
  ended(nonce: string, told: Told): void {
    this.#pending = { nonce, told }
  }
}
