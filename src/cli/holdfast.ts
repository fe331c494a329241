#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { Failure, reasonOf } from '../base/failure.ts'
import { commands } from './commands.ts'

const about: { version: string } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
const program = new Command('holdfast')
  .description('Keeps a medical practice working when its systems are down.')
  .version(about.version)
  .showHelpAfterError()

try {
  const wanted = commands[process.argv[2] ?? '']
  for (const load of wanted === undefined ? Object.values(commands) : [wanted]) program.addCommand(await load())
  await program.parseAsync()
} catch (thrown) {
  // What was expected is said in words; anything else is a mistake of ours and is shown whole, for the report of it.
  console.error(thrown instanceof Failure ? thrown.message : thrown)
  if (!(thrown instanceof Failure)) console.error(`holdfast ended without finishing: ${reasonOf(thrown)}`)
  process.exitCode = 1
}
