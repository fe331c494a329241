import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { filesConfig } from './config.ts'
import { fieldsOf, HOLDINGS } from './csv-fields.ts'
import { readCsvMapping } from './csv-mapping.ts'

const README = readFileSync(new URL('./README.md', import.meta.url), 'utf8')
const blocks = [...README.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)

test('the configuration and the mapping that the README shows can be used as they stand', () => {
  const [source = '', mapping = ''] = blocks
  const { name: _name, every: _every, quiet: _quiet, ...options } = parse(source).sources[0]
  assert.equal(filesConfig.parse({ zone: 'America/New_York', ...options }).folder, '/srv/holdfast/drop')
  const read = readCsvMapping(mapping, 'csv.yaml')
  assert.ok('mapping' in read, JSON.stringify(read))
  assert.deepEqual(
    read.mapping.rules.map(({ holds }) => holds),
    ['patients', 'appointments', 'allergies'],
  )
})

test('the README names every field of everything that a CSV file may hold', () => {
  for (const holds of HOLDINGS) {
    const [, row = ''] = new RegExp(`^\\| \`${holds}\` \\| (.*) \\|$`, 'm').exec(README) ?? []
    const { all = [], needed = [] } = fieldsOf(holds) ?? {}
    assert.equal(row, all.map((field) => (needed.includes(field) ? `**${field}**` : field)).join(', '), holds)
  }
})
