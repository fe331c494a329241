import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { Failure, reasonOf } from '../base/failure.ts'
import { type HubConfig, readHubConfig } from '../hub/config.ts'

/** The option by which every command of the hub finds its configuration. */
export function withConfig(command: Command): Command {
  return command.addOption(
    new Option('-c, --config <file>', "the hub's configuration").env('HOLDFAST_CONFIG').default('holdfast.yaml'),
  )
}

/** Reads it, or throws everything that is wrong with it at once. */
export function configOf({ config: file }: { config: string }): HubConfig {
  const path = resolve(file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `The hub's configuration cannot be read (${reasonOf(thrown)}). Name it with --config, or by HOLDFAST_CONFIG.`,
      { cause: thrown },
    )
  }
  const { config, complaints } = readHubConfig(text, path, process.env)
  if (config === undefined) throw new Failure('permanent', complaints.join('\n'))
  return config
}

/** What is wrong with single sources, without which the hub runs: told where it was started, and again on the page of each source. */
export function sourceFaultsInWords({ sources }: Pick<HubConfig, 'sources'>): string[] {
  return sources.flatMap(({ name, faults = [] }) =>
    faults.length === 0
      ? []
      : [`${name} cannot be read until this is put right and the hub started again; everything else runs:`, ...faults],
  )
}
