import { type ParseArgsConfig, parseArgs } from 'node:util'
import { reasonOf } from '../src/base/failure.ts'

/** What stands after a command of ours. `--help` shows `usage` and ends; so does an option that is not known, which is never quietly left out. */
export function asked<const Config extends ParseArgsConfig & { options: NonNullable<ParseArgsConfig['options']> }>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.includes('--help')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs(config)
  } catch (thrown) {
    console.error(`${reasonOf(thrown)}\n${usage}`)
    return process.exit(2)
  }
}
