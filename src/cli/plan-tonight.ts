import { momentInWords } from '../readiness/duty/said.ts'
import { ifItHappened } from '../readiness/forecast/if-it-happened.ts'
import { forecastInLines } from '../readiness/forecast/said.ts'
import { planAtNight } from './plan-moment.ts'

/** If it happened now, from the plan's folder alone: who is there, what falls; and for each number that it was never tested, since no evidence lies there. */
export async function planTonight({ plan: folder, at: when }: { plan: string; at?: string }): Promise<void> {
  const { plan, at, zone } = await planAtNight(folder, when)
  const none = { sites: new Map(), standbys: new Map(), reached: new Map(), down: new Map() }
  const facts = { plan, evidence: [], now: at, ...none }
  console.log(
    `If it happened at ${momentInWords(at, zone)} (${zone}). Read from ${folder} alone: evidence stands at the hub, so no number is known here.`,
  )
  for (const forecast of ifItHappened(facts)) {
    console.log('')
    for (const line of forecastInLines(forecast, at, zone)) console.log(line)
  }
}
