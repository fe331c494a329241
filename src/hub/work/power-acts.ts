import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '../../base/failure.ts'
import { couldStop, type Stopped, stopSystem } from '../../connect/shutdown/connector.ts'
import { outOfReach } from '../../monitor/escalation.ts'
import type { PowerRun, PowerStep } from '../../monitor/power/power.ts'
import { noticesOf } from '../../monitor/power/store.ts'
import type { Centre } from '../flows/centre.ts'
import { makePaper } from '../flows/make-paper.ts'
import { packsArrived, packsOut } from '../flows/packs-arrived.ts'
import { paperMissing } from '../flows/paper-missing.ts'
import { escalationNow } from '../flows/plan-escalation.ts'
import { tellBegun } from '../flows/power-order.ts'
import type { Press } from '../flows/press.ts'
import { mirror, publish } from '../flows/publish.ts'
import { sites } from '../sites/store.ts'

export type PowerTools = {
  centre: Centre
  press: Press
  hubUrl: () => string
  /** Wakes whoever delivers notices. */
  nudge: () => void
  /** Ends this hub, cleanly; comes back at once. */
  stopHub: () => void
}

const LOOK_AGAIN_MS = 500

/** Carries one step out, within its time. Never throws: whatever goes wrong with one, the next is still to come, and the battery does not wait. */
export async function carryOut(tools: PowerTools, run: PowerRun, step: PowerStep, over: AbortSignal): Promise<Stopped> {
  if (step.kind === 'stop') return stopSystem(step.argv ?? [], step.withinMs, over)
  const ending = AbortSignal.any([over, AbortSignal.timeout(step.withinMs)])
  try {
    return await ACTS[step.kind](tools, run, ending)
  } catch (thrown) {
    return { outcome: 'failed', because: `${reasonOf(thrown)} What was there before still stands.` }
  }
}

/** What of a stop can be tried without stopping anything. */
export async function rehearse(step: PowerStep): Promise<{ could: boolean; because: string }> {
  if (step.kind === 'stop') return couldStop(step.argv ?? [])
  return { could: true, because: 'The hub can always stop itself. As this is a drill it did not.' }
}

type Act = (tools: PowerTools, run: PowerRun, ending: AbortSignal) => Promise<Stopped>

const ACTS: { [kind in Exclude<PowerStep['kind'], 'stop'>]: Act } = {
  packets: async ({ centre }, _run, ending) => {
    if ((await sites(centre.db)).every(({ status }) => status !== 'enrolled'))
      return done('No site is enrolled: no paper was needed.')
    const made = await inTurn(() => makePaper(centre, ending, 0), ending)
    if (made === undefined) return failed('Another hub was making paper all the time; what it made stands.')
    const missing = await paperMissing(centre)
    const sheets =
      made === 0 ? 'All paper was as new as it can be' : `${made} ${made === 1 ? 'sheet was' : 'sheets were'} made anew`
    if (missing.length > 0)
      return failed(
        `${sheets}. Not complete: ${missing.map(({ siteName, day }) => `${siteName} (${day})`).join(', ')}.`,
      )
    return done(`${sheets}; the paper of today and tomorrow is complete for every site.`)
  },
  packs: async ({ centre, press }, _run, ending) => {
    const packs = await inTurn(() => publish(centre, press), ending)
    if (packs === undefined) return failed('Another hub was publishing all the time; sites have what it published.')
    await mirror(centre, press)
    const out = await packsOut(centre)
    let { hold, lack } = await packsArrived(centre, out)
    while (lack.length > 0 && (await later(ending))) ({ hold, lack } = await packsArrived(centre, out))
    if (hold.length + lack.length === 0) return done('No site is enrolled.')
    if (lack.length > 0)
      return failed(
        `Published; ${lack.join(', ')} did not say in time that they hold it. Held by: ${hold.join(', ') || 'nobody'}.`,
      )
    return done(`Published, and every site holds it: ${hold.join(', ')}.`)
  },
  tell: async ({ centre, hubUrl, nudge }, run, ending) => {
    await tellBegun(centre, run, hubUrl())
    nudge()
    let all = await noticesOf(centre.db, `power:${run.orderId}:${run.id}:begun`)
    const waiting = (): boolean => all.some(({ ended }) => !ended)
    while (waiting() && (await later(ending))) all = await noticesOf(centre.db, `power:${run.orderId}:${run.id}:begun`)
    const reached = all.filter(({ delivered }) => delivered).length
    if (all.length === 0) return failed('There is nobody to tell: no address, no webhook, no escalation.')
    if (reached < all.length)
      return failed(
        `Of ${all.length} ${all.length === 1 ? 'notice' : 'notices'} ${reached} ${reached === 1 ? 'was' : 'were'} delivered in time. The others are tried again.`,
      )
    const told = all.length === 1 ? 'The one notice was delivered' : `All ${all.length} notices were delivered`
    const escalation = await escalationNow(centre)
    const unreached = escalation === undefined ? [] : outOfReach(escalation)
    if (unreached.length > 0)
      return failed(`${told}. Nothing that is configured reaches ${unreached.join(', ')}: call them.`)
    return done(`${told}.`)
  },
  'stop-hub': async ({ stopHub }) => {
    stopHub()
    return done('The hub was told to stop.')
  },
}

/** Until it is our turn or the time is up. */
async function inTurn<Result>(
  act: () => Promise<Result | undefined>,
  ending: AbortSignal,
): Promise<Result | undefined> {
  for (;;) {
    const result = await act()
    if (result !== undefined || !(await later(ending))) return result
  }
}

async function later(ending: AbortSignal): Promise<boolean> {
  if (ending.aborted) return false
  await pause(LOOK_AGAIN_MS, undefined, { signal: ending }).catch(() => {})
  return !ending.aborted
}

const done = (because: string): Stopped => ({ outcome: 'done', because })
const failed = (because: string): Stopped => ({ outcome: 'failed', because })
