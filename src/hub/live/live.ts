/**
 * Who wants to know when something changed. Subjects are words of the program: `sites`, `site:<id>`, `sources`, `source:<id>`, `packs`, `people`,
 * `audit`, `alarms`, `settings`; `*` is all of them.
 */
export type Live = {
  /** Calls `hear` with each telling that holds one of the subjects, until the returned function is called. */
  hear(subjects: string[], hear: (changed: string[]) => void): () => void
  tell(subjects: string[]): void
}

export function makeLive(): Live {
  const listeners = new Set<{ subjects: string[]; hear: (changed: string[]) => void }>()
  return {
    hear(subjects, hear) {
      const listener = { subjects, hear }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(subjects) {
      for (const listener of listeners) {
        const changed = subjects.filter(
          (one) => one === '*' || listener.subjects.includes(one) || listener.subjects.includes('*'),
        )
        if (changed.length > 0) listener.hear(changed)
      }
    },
  }
}

/** Resolves at the first change of one of the subjects, or after `ms`, or when `signal` ends; never throws. */
export function nextChange(live: Live, subjects: string[], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const stop = live.hear(subjects, done)
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })
}
