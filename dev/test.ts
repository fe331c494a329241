import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { asked } from './asked.ts'

/**
 * The two suites. `npm test`: everything that makes its own fixtures and needs nothing but this checkout. `npm run test:engines`: what wants
 * real engines from the machine (dev/install-engines) and the shared data beside the checkout. Names after the options narrow the choice.
 */
const { values, positionals: wanted } = asked(
  'npm test [-- WORDS]: the test files whose paths hold one of the words.',
  {
    allowPositionals: true,
    options: { engines: { type: 'boolean' } },
  },
)
const engines = values.engines === true
const all = engines
  ? globSync('test/engines/**/*.test.ts')
  : globSync(['src/**/*.test.ts', 'dev/**/*.test.ts', 'test/**/*.test.ts'], { exclude: ['test/engines/**'] })
const files = all.filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word))).toSorted()
if (files.length === 0) {
  console.error('No test file fits.')
  process.exit(1)
}
const run = spawnSync(
  process.execPath,
  ['--test', '--test-timeout=600000', `--test-concurrency=${process.env.HOLDFAST_TEST_CONCURRENCY ?? 2}`, ...files],
  { stdio: 'inherit' },
)
process.exit(run.status ?? 1)
