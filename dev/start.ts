import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { reasonOf } from '../src/base/failure.ts'
import { makeLog } from '../src/base/log.ts'
import { holdFolder } from '../src/site/local/only-one.ts'
import { asked } from './asked.ts'
import { practiceOf } from './practice/practice.ts'
import { PRACTICE_NAME, SITES } from './practice/sites.ts'
import { serveBreakPage } from './sample/break-page.ts'
import { faultsOf } from './sample/faults.ts'
import { forgetSample } from './sample/forget.ts'
import { samplePeople } from './sample/people.ts'
import { FIRST_BASE, freePorts } from './sample/ports.ts'
import { type Sample, startSample } from './sample/sample.ts'
import { makeTeller } from './sample/teller.ts'

/** `npm start [-- --fresh] [--patients 20000] [--port 4600] [--rate 40]`: the sample practice on this machine. Ctrl-C ends it. */
const USAGE =
  'npm start [-- --fresh] [--patients 20000] [--port 4600] [--rate 40] [--folder DIR]\n--fresh begins anew; --port moves the hub, and the sites to the ports after it; --folder keeps the sample elsewhere.'
const { values: wanted } = asked(USAGE, {
  options: {
    fresh: { type: 'boolean' },
    patients: { type: 'string', default: '20000' },
    port: { type: 'string' },
    rate: { type: 'string', default: '40' },
    folder: { type: 'string' },
  },
})
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `This needs Node 24, which npm brings along: start it with "npm start" (this is Node ${process.version}).`,
  )
  process.exit(1)
}
const folder = resolve(wanted.folder ?? join(import.meta.dirname, '../.holdfast'))
const teller = makeTeller()
const began = performance.now()

const held = await holdFolder(folder).catch(() => undefined)
if (held === undefined) {
  const base = await lastBase()
  console.error(
    `The sample practice is running already${base === undefined ? '' : `: http://127.0.0.1:${base}`}. End it there with Ctrl-C first.`,
  )
  process.exit(1)
}

let sample: Sample | undefined
let ending = false
const ended = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal))

try {
  if (wanted.fresh === true) await forgetSample(folder)
  const { ports, taken } = await freePorts(Number(wanted.port ?? (await lastBase()) ?? FIRST_BASE), SITES.length)
  if (taken.length > 0)
    teller.say(
      `Port ${taken.join(', ')} is in use by another program, so the sample takes ${ports.base} and those after it.`,
    )
  teller.say(`Starting ${PRACTICE_NAME}, a sample practice. Every person in it is invented.`)
  const people = samplePeople(practiceOf().staff)
  sample = await startSample({
    folder,
    ports,
    log: makeLog('sample', 'warn', 2),
    patients: Number(wanted.patients),
    rate: Number(wanted.rate),
    tell: teller.say,
    progress: teller.progress,
    hubUp: () => teller.welcome(ports, people, performance.now() - began),
  })
  await writeFile(join(folder, 'ports.json'), JSON.stringify({ base: ports.base }))
  const { hubUrl } = sample
  const breaker = await serveBreakPage({
    port: ports.breaker,
    faults: faultsOf(sample),
    hubUrl,
    practiceName: PRACTICE_NAME,
  })
  for (const part of [sample.hub, ...sample.sites.map((site) => site.part)])
    part.hear((said) => {
      if (said === 'started' || said === 'ended') breaker.tell()
    })
  sample.outside?.hear(() => breaker.tell())
  await Promise.race([sample.filled, ended.promise])
  if (!ending) teller.say('The whole practice is filled. Ctrl-C ends it; what is in it is kept for the next start.')
  await ended.promise
  await breaker.close()
} catch (thrown) {
  if (!ending) {
    console.error(`\nThe sample practice did not start: ${reasonOf(thrown)}`)
    process.exitCode = 1
  }
}
await sample?.stop()
await held[Symbol.asyncDispose]()
teller.say(
  process.exitCode === 1
    ? 'Everything that was started is stopped again.'
    : 'Stopped. npm start goes on where it was; npm start -- --fresh begins anew.',
)
process.exit()

async function end(signal: string): Promise<void> {
  if (ending) {
    if (signal === 'SIGINT') teller.say('Stopping already; the databases take a moment to write what they hold.')
    return
  }
  ending = true
  teller.say('Stopping ...')
  ended.resolve()
}

async function lastBase(): Promise<number | undefined> {
  const text = await readFile(join(folder, 'ports.json'), 'utf8').catch(() => '{}')
  const kept: { base?: number } = JSON.parse(text)
  return kept.base
}
