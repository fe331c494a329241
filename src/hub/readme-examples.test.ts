import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readHubConfig } from './config.ts'
import { probeShape } from './probe-config.ts'

const CONNECT = join(import.meta.dirname, '../connect')
const PRACTICE = 'practice: { id: hv, name: HV, zone: America/Chicago }\ndata: data\n'

const examples = readdirSync(CONNECT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => {
    const file = join(CONNECT, name, 'README.md')
    return [...readFileSync(file, 'utf8').matchAll(/^```yaml\n((?:probes|heartbeats):\n[\s\S]*?)^```$/gm)].map(
      ([, yaml = '']) => ({ name, yaml }),
    )
  })

for (const [nth, { name, yaml }] of examples.entries())
  test(`what a newcomer copies out of the README of ${name} is read by the hub (example ${nth + 1})`, () => {
    const environment = Object.fromEntries(
      [...yaml.matchAll(/env: (\w+)/g)].map(([, variable = '']) => [variable, 'a-word-of-twenty-letters']),
    )
    const { complaints } = readHubConfig(PRACTICE + yaml, '/etc/holdfast/hub.yaml', environment)
    assert.deepEqual(complaints, [])
  })

test('every kind of probe stands in an example', () => {
  const shown = new Set(examples.flatMap(({ yaml }) => [...yaml.matchAll(/kind: ([\w-]+)/g)].map(([, kind]) => kind)))
  const kinds = probeShape.options.flatMap(({ shape }) => [...shape.kind.values])
  assert.deepEqual(
    kinds.filter((kind) => !shown.has(kind)),
    [],
  )
})
