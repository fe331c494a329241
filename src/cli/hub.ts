import { Command } from 'commander'
import { makeLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { startHub } from '../hub/hub.ts'
import { configOf, sourceFaultsInWords, withConfig } from './hub-options.ts'

export function hubCommand(): Command {
  return withConfig(new Command('hub'))
    .description('the process in the middle: run it until it is told to end')
    .action(run)
}

async function run(options: { config: string }): Promise<void> {
  const told = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.resolve())
  const log = makeLog('hub')
  const config = configOf(options)
  const hub = await startHub({ config, log, clock: systemClock, end: () => told.resolve() })
  console.error(`The hub is at ${hub.url}${hub.lanUrl === undefined ? '' : ` and ${hub.lanUrl}`}`)
  if (hub.firstOwnerLink !== undefined) console.error(`Make the first owner, within a day: ${hub.firstOwnerLink}`)
  for (const line of sourceFaultsInWords(config)) console.error(line)
  await told.promise
  await hub.stop()
}
