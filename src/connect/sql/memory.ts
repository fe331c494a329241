import type { KeptSchedule } from './schedule.ts'

/**
 * What a connector remembers between reads, in memory only: a fingerprint of each chart that it told (48 bits, so 200,000 take some 20 MB) and the
 * schedule. What a read told is remembered when the hub comes back with that read's cursor; a read that the hub did not keep is
 * forgotten and told again. After a restart nothing is remembered and unchanged charts may be told once more, which is harmless.
 */
export class Memory {
  #nonce: string | undefined
  #fingerprints = new Map<string, number>()
  #schedule: KeptSchedule | undefined
  #pending: { nonce: string; told: Map<string, number>; gone: string[]; schedule: KeptSchedule } | undefined

  /** Begins a read from this cursor's nonce (undefined: from nothing). */
  resume(nonce: string | undefined): void {
    if (nonce !== undefined && this.#pending?.nonce === nonce) {
      for (const [id, fingerprint] of this.#pending.told) this.#fingerprints.set(id, fingerprint)
      for (const id of this.#pending.gone) this.#fingerprints.delete(id)
      this.#schedule = this.#pending.schedule
      this.#nonce = nonce
    } else if (nonce === undefined || this.#nonce !== nonce) {
      this.#fingerprints = new Map()
      this.#schedule = undefined
      this.#nonce = nonce
    }
    this.#pending = undefined
  }

  get schedule(): KeptSchedule | undefined {
    return this.#schedule
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
  ended(nonce: string, told: Map<string, number>, gone: string[], schedule: KeptSchedule): void {
    this.#pending = { nonce, told, gone, schedule }
  }
}
