import { SECOND } from '../../base/time.ts'
import type { Probe } from '../../connect/probe.ts'
import { observersOf } from '../../monitor/observations/store.ts'
import { nextMove } from '../../monitor/power/next-move.ts'
import { mayRepeat, type PowerOrder } from '../../monitor/power/power.ts'
import { type KeptRun, runOfId, runsGoing } from '../../monitor/power/store.ts'
import { callOff, endRun, moveStep, watchMains } from '../flows/power-order.ts'
import { takeTurn } from '../turn/store.ts'
import { type Again, again } from './every.ts'
import { carryOut, type PowerTools, rehearse } from './power-acts.ts'

export type PowerAtWork = {
  /** Looks whether something is to be done, now. */
  soon(): void
  stop(): Promise<void>
  /** To be called when everything but the database has stopped: what told the hub to stop is at its end. */
  stopped(): Promise<void>
}

const EVERY_MS = SECOND

/**
 * Watches the mains of every UPS that has a written order, and carries orders out. One hub is at an order at a time; when it dies, the next one goes
 * on where it stood, and begins no stop a second time.
 */
export function putPowerToWork(tools: PowerTools, orders: readonly { order: PowerOrder; probe: Probe }[]): PowerAtWork {
  const { centre } = tools
  const stopping = new Set<string>()
  const loops: Again[] = orders.map((one) =>
    again(`power order of ${one.order.id}`, EVERY_MS, centre.log, (signal) =>
      takeTurn(centre.db, `power order ${one.order.id}`, () => oneTurn(tools, one, stopping, signal)),
    ),
  )
  return {
    soon: () => loops.forEach((loop) => loop.soon()),
    stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
    stopped: async () => {
      for (const runId of stopping) await noteStopped(tools, runId)
    },
  }
}

async function oneTurn(
  tools: PowerTools,
  { order, probe }: { order: PowerOrder; probe: Probe },
  stopping: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { centre } = tools
  const look = async (fresh: boolean) => {
    if (fresh) {
      const observation = await probe.look(signal)
      return watchMains(centre, order, { by: 'order', at: centre.clock.now(), observation })
    }
    const kept = (await observersOf(centre.db, probe.observes)).find((one) => one.observerId === probe.id)
    return watchMains(centre, order, kept?.last && { by: 'observer', ...kept.last })
  }
  await look(false)
  while (!signal.aborted && (await runsGoing(centre.db, order.id)).length > 0) {
    // Whether the mains are back is asked anew before each step; it may also be that they fail in the middle of a drill.
    const mains = await look(true)
    const [kept, ...drills] = await runsGoing(centre.db, order.id)
    for (const drill of drills) await breakOff(tools, drill)
    if (kept === undefined || stopping.has(kept.run.id)) return
    const move = nextMove(kept.run, mains, centre.clock.now())
    if (move.do === 'wait') return
    if (move.do !== 'end') await carryOn(tools, kept, move, stopping, signal)
    else if (await endRun(centre, kept, move.state, tools.hubUrl())) tools.nudge()
  }
}

async function breakOff({ centre, hubUrl }: PowerTools, drill: KeptRun): Promise<void> {
  const because = 'The power failed for real: the drill was broken off.'
  const off = await callOff(centre, drill, because)
  if (off !== undefined) await endRun(centre, off, { status: 'called-off', at: centre.clock.now(), because }, hubUrl())
}

type Move = Exclude<ReturnType<typeof nextMove>, { do: 'wait' | 'end' }>

/** Journal, act, journal. Where somebody else moved the run meanwhile nothing is done: what is on record then is read again. */
async function carryOn(
  tools: PowerTools,
  kept: KeptRun,
  move: Move,
  stopping: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { centre } = tools
  if (move.do === 'call-off') return void (await callOff(centre, kept, move.because))
  if (move.do === 'lose-sight')
    return void (await moveStep(centre, kept, move.nth, { type: 'lose-sight', because: move.because }))
  const step = kept.run.steps[move.nth]
  if (step === undefined) return
  const tried = move.do === 'rehearse' ? await rehearse(step) : undefined
  if (tried?.could === true)
    return void (await moveStep(centre, kept, move.nth, { type: 'skip', because: tried.because }))
  const begun = await moveStep(centre, kept, move.nth, { type: 'start' })
  if (begun === undefined) return
  if (tried !== undefined)
    return void (await moveStep(centre, begun, move.nth, { type: 'fail', because: tried.because }))
  if (step.kind === 'stop-hub') stopping.add(kept.run.id)
  const { outcome, because } = await carryOut(tools, begun.run, step, signal)
  // What tells the hub to stop ends with the hub; what may be repeated is, by the next hub, when this one had to end in the middle of it.
  if (step.kind === 'stop-hub' || (signal.aborted && mayRepeat(step.kind))) return
  const type = outcome === 'done' ? 'finish' : outcome === 'failed' ? 'fail' : 'lose-sight'
  await moveStep(centre, begun, move.nth, { type, because })
}

async function noteStopped({ centre, hubUrl }: PowerTools, runId: string): Promise<void> {
  const kept = await runOfId(centre.db, runId)
  const nth = kept?.run.steps.findIndex(({ kind }) => kind === 'stop-hub') ?? -1
  if (kept === undefined || nth < 0) return
  const because = 'The hub stopped cleanly.'
  const stopped = await moveStep(centre, kept, nth, { type: 'finish', because })
  if (stopped === undefined) return
  const move = nextMove(stopped.run, { is: 'unknown' }, centre.clock.now())
  if (move.do === 'end') await endRun(centre, stopped, move.state, hubUrl())
}
