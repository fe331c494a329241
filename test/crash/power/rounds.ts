import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chanceOf } from '../../../dev/practice/chance.ts'
import { MINUTE, systemClock } from '../../../src/base/time.ts'
import type { PowerRun } from '../../../src/monitor/power/power.ts'
import { mainsOf, recentRuns } from '../../../src/monitor/power/store.ts'
import { farSide } from '../../contracts/far-side.ts'
import { type HubAlone, hubAlone } from '../../scenarios/stage/hub-alone.ts'
import { until } from '../../scenarios/stage/until.ts'

/** A stop takes so long, so that a cut falls before, within and after it. */
const STOP_MS = 150
const STOPS = ['application', 'database', 'files']

export type Carried = {
  rounds: number
  kills: number
  /** Stops that were begun more than once, in one outage. */
  repeated: number
  /** Where the record says done and the command was not run, or says that it never began and it was. */
  wrong: number
  /** Stops that nobody could know of, said so; and those said so although the hub was not cut while they ran. */
  unclear: number
  unclearWithoutCut: number
  /** Outages whose order did not come to its end. */
  unended: number
}

/**
 * Takes the mains from a real hub's UPS round after round, kills the hub at points that the seed chooses while it carries the order out, starts it again,
 * and counts by what the stop commands themselves wrote down.
 */
export async function powerRounds(rounds: number, seed: number, signal: AbortSignal): Promise<Carried> {
  const says = { status: 'OL' }
  await using upsd = await farSide((socket) =>
    socket.on('data', (said) => {
      if (String(said).startsWith('LIST'))
        socket.write(
          `BEGIN LIST VAR ups\nVAR ups ups.status "${says.status}"\nVAR ups battery.runtime "300"\nEND LIST VAR ups\n`,
        )
    }),
  )
  await using hub = await hubAlone((folder) => ({ probes: [ups(upsd.port, join(folder, 'stopped'))] }), signal)
  const file = join(hub.folder, 'stopped')
  await writeFile(file, '')
  await hub.up()
  const all: Carried = { rounds, kills: 0, repeated: 0, wrong: 0, unclear: 0, unclearWithoutCut: 0, unended: 0 }
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted()
    says.status = 'OL'
    const mains = async (is: string) => (await mainsOf(hub.db, 'ups')).mains.is === is
    await until('the mains are seen', () => mains('on'), { withinMs: 2 * MINUTE, signal })
    const before = (await lines(file)).length
    says.status = 'OB LB'
    const kills = await cutsOf(hub, round, seed, signal)
    const run = await ended(hub, round, signal)
    count(all, run, (await lines(file)).slice(before), kills)
  }
  return all
}

function ups(port: number, file: string): object {
  const code = `const { appendFileSync } = require('fs');appendFileSync(process.argv[1], process.argv[2] + ' begun\\n');setTimeout(() => appendFileSync(process.argv[1], process.argv[2] + ' ended\\n'), ${STOP_MS})`
  const stop = STOPS.map((name) => ({ name, run: [process.execPath, '-e', code, file, name], within: '20s' }))
  const onBattery = { after: '10m', tell: { within: '1s' }, packs: { within: '20s' }, stop }
  return { id: 'ups', kind: 'nut', host: '127.0.0.1', port, ups: 'ups', every: '1s', onBattery }
}

/** Kills the hub once or twice at moments of this run; gives when. */
async function cutsOf(hub: HubAlone, round: number, seed: number, signal: AbortSignal): Promise<number[]> {
  const chance = chanceOf('power', seed, round)
  const cuts: number[] = []
  while (cuts.length < 1 + (round % 2)) {
    const nth = chance.whole(0, 2 + STOPS.length)
    // Until the step has begun; then at any moment of it, or just after it.
    const begun = async () => {
      const [run] = await recentRuns(hub.db, 1)
      const state = run?.steps[nth]?.state.status
      return (
        (await roundsOf(hub)) > round && (run?.state.status !== 'going' || (state !== undefined && state !== 'waiting'))
      )
    }
    await until(`step ${nth} is begun`, begun, { withinMs: 2 * MINUTE, everyMs: 5, signal })
    await pause(chance.whole(0, 2 * STOP_MS), undefined, { signal })
    await hub.part.kill()
    cuts.push(systemClock.now())
    // What it had begun may still be running: a machine that lost its hub is not a machine that lost its power.
    await hub.up()
  }
  return cuts
}

const roundsOf = async (hub: HubAlone): Promise<number> => (await recentRuns(hub.db, 1000)).length

function ended(hub: HubAlone, round: number, signal: AbortSignal): Promise<PowerRun> {
  return until(
    'the order is at its end',
    async () => {
      const runs = await recentRuns(hub.db, 1000)
      const [run] = runs
      return runs.length === round + 1 && run?.state.status !== 'going' ? run : undefined
    },
    { withinMs: 2 * MINUTE, everyMs: 50, signal },
  )
}

function count(all: Carried, run: PowerRun, wrote: readonly string[], cuts: readonly number[]): void {
  all.kills += cuts.length
  const stops = run.steps.filter(({ kind }) => kind === 'stop')
  for (const { state } of stops) {
    if (state.status !== 'unclear') continue
    all.unclear++
    all.unclearWithoutCut += Number(!cuts.some((cut) => state.startedAt <= cut && cut <= state.at))
  }
  all.unended += Number(run.steps.some(({ state }) => state.status === 'waiting' || state.status === 'started'))
  for (const { name, state } of stops) {
    const begun = wrote.filter((line) => line === `${name} begun`).length
    const through = wrote.filter((line) => line === `${name} ended`).length
    all.repeated += Number(begun > 1)
    all.wrong += Number(state.status === 'done' && through !== 1) + Number(state.status === 'skipped' && begun > 0)
    all.wrong += Number(state.status === 'failed')
  }
}

async function lines(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '')
}
