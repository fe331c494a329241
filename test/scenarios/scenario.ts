import { fork } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { asked } from '../../dev/asked.ts'
import type { Scenario } from './story.ts'

/**
 * `npm run scenario -- NAME... [--seed N]` plays scenarios and prints their stories line by line; `--list` names them, `--all` plays them
 * one after the other, each in a process of its own. The exit code is 1 when one did not end as told.
 */
const FRAME = ['scenario.ts', 'story.ts']
const names = globSync('*.ts', { cwd: import.meta.dirname })
  .filter((file) => !FRAME.includes(file) && !file.endsWith('.test.ts'))
  .map((file) => basename(file, '.ts'))
  .toSorted()

const { values: options, positionals } = asked('npm run scenario -- NAME... [--all] [--list] [--seed N]', {
  allowPositionals: true,
  options: { list: { type: 'boolean' }, all: { type: 'boolean' }, seed: { type: 'string', default: '1' } },
})
const wanted = options.all === true ? names : positionals
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`There is no scenario named ${unknown.join(', ')}. npm run scenario -- --list names them.`)
  process.exitCode = 2
} else if (options.list === true || wanted.length === 0) {
  const width = Math.max(0, ...names.map((name) => name.length))
  for (const name of names) console.log(`${name.padEnd(width)}  ${(await load(name)).story}`)
  if (names.length === 0) console.log('There are no scenarios yet.')
} else if (wanted.length === 1 && wanted[0] !== undefined) {
  process.exitCode = (await play(wanted[0])) ? 0 : 1
} else {
  const failed: string[] = []
  for (const name of wanted) if (!(await playApart(name))) failed.push(name)
  console.log(`\n${wanted.length - failed.length} of ${wanted.length} scenarios ended as told.`)
  if (failed.length > 0) {
    console.log(`Not as told: ${failed.join(', ')}`)
    process.exitCode = 1
  }
}

async function load(name: string): Promise<Scenario> {
  const held: unknown = await import(join(import.meta.dirname, `${name}.ts`))
  if (typeof held !== 'object' || held === null || !('story' in held) || !('play' in held))
    throw new Error(`test/scenarios/${name}.ts exports no story or no play`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its file is checked against the type by whoever writes it
  return held as Scenario
}

async function play(name: string): Promise<boolean> {
  const { story, play: run } = await load(name)
  const began = performance.now()
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopped.abort(new Error('stopped by the person who watched')))
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(6)
  console.log(`\n${name}: ${story}\n`)
  try {
    await run((line) => console.log(`${seconds()} s  ${line}`), { signal: stopped.signal, seed: Number(options.seed) })
    console.log(`\n${seconds()} s  It ended as told.`)
    return true
  } catch (thrown) {
    console.log(`\n${seconds()} s  It did not end as told.`)
    console.error(thrown)
    return false
  }
}

function playApart(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = fork(import.meta.filename, [name, '--seed', options.seed], { stdio: 'inherit' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}
