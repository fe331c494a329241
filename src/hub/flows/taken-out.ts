import { setImmediate } from 'node:timers/promises'
import { MINUTE } from '../../base/time.ts'
import type { ForecastFacts } from '../../readiness/forecast/forecast.ts'
import { type AppendicitisTest, takingEachOut } from '../../readiness/without/appendicitis.ts'

/** Who is there changes with the shifts, and those are longer. */
const GOOD_FOR_MS = 10 * MINUTE

/** The appendicitis test for pages: worked out in small pieces, so that the sites are served meanwhile, and kept while nothing changed. */
export class TakenOut {
  private readonly kept = new Map<string, { at: number; test: Promise<AppendicitisTest> }>()

  test(version: number, { plan, evidence, now }: ForecastFacts): Promise<AppendicitisTest> {
    const key = `${version} ${evidence.length} ${evidence.reduce((newest, { at }) => Math.max(newest, at), 0)}`
    const known = this.kept.get(key)
    if (known !== undefined && now - known.at < GOOD_FOR_MS) return known.test
    const test = workedOut(takingEachOut(plan, evidence, now))
    this.kept.clear()
    this.kept.set(key, { at: now, test })
    test.catch(() => this.kept.delete(key))
    return test
  }
}

async function workedOut(steps: Generator<undefined, AppendicitisTest>): Promise<AppendicitisTest> {
  for (;;) {
    const next = steps.next()
    if (next.done === true) return next.value
    await setImmediate()
  }
}
