import { globSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { run } from 'node:test'

/**
 * `npm run -s field-cases`: plays every input of test/field-cases/inputs through the tests that are named after it and says which ended with the right
 * value. Some need a real MariaDB or PostgreSQL (dev/install-engines). The last line is `N held of N`; the exit code is 1 unless all held.
 */
const ROOT = join(import.meta.dirname, '..')
const inputs = readdirSync(join(ROOT, 'test/field-cases/inputs'))
  .filter((name) => name !== 'csv-map.yaml')
  .toSorted()
const files = globSync(['test/field-cases/*.test.ts', 'test/engines/field-cases-*.test.ts'], { cwd: ROOT })
  .map((file) => join(ROOT, file))
  .toSorted()

const tests = new Map<string, { passed: number; failed: string[] }>(
  inputs.map((name) => [name, { passed: 0, failed: [] }]),
)
let others = 0
const stream = run({ files, concurrency: 2, timeout: 600_000 })
const tally = (name: string, failed: string | undefined): void => {
  const input = tests.get(inputs.find((one) => name.startsWith(one)) ?? '')
  if (input === undefined) others += failed === undefined ? 0 : 1
  else if (failed === undefined) input.passed += 1
  else input.failed.push(failed)
}
stream.on('test:pass', ({ name, file, skip, todo }) => {
  if (name === file) return
  tally(name, skip === undefined && todo === undefined ? undefined : `${name} was not played`)
})
stream.on('test:fail', ({ name, file, details }) =>
  tally(name, `${name} (${relative(ROOT, file ?? '')}): ${details.error.message}`),
)
for await (const _event of stream);

let held = 0
for (const [name, { passed, failed }] of tests) {
  const holds = passed > 0 && failed.length === 0
  held += holds ? 1 : 0
  const why = failed.length > 0 ? `  ${failed.join('; ')}` : passed === 0 ? '  no test is named after it' : ''
  console.log(`${holds ? 'held    ' : 'NOT HELD'}  ${name}${why}`)
}
if (others > 0) console.log(`${others} other tests of these files failed.`)
console.log(`${held} held of ${inputs.length}`)
process.exitCode = held === inputs.length && others === 0 ? 0 : 1
