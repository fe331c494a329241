import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readYamlText } from './yaml-text.ts'

test('a quote that is not closed is told where it was opened, not where the file ends', () => {
  const { wrong } = readYamlText('sites:\n  - id: a\n    name: "Elm Street\n    phone: "555"\n  - id: b\n')
  assert.deepEqual(wrong, [
    {
      line: 3,
      column: 11,
      says: 'not YAML: the quote that is opened here (") is not closed on this line',
      instead: '"Elm Street"',
    },
  ])
})

test('a text with a colon in it is shown with the quotes that it wants', () => {
  const { wrong } = readYamlText('sites:\n  - id: a\n    address: 12 Main: Oak "Park"\n')
  assert.deepEqual(
    wrong.map(({ line, says, instead }) => [line, says, instead]),
    [[3, 'not YAML: a text with ": " in it wants quotes around it', 'address: "12 Main: Oak \\"Park\\""']],
  )
})

test('a text in quotes over two lines that is YAML is no fault', () => {
  assert.deepEqual(readYamlText('a: "one\n  two"\n').value, { a: 'one two' })
})
