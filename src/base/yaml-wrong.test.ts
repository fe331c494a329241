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

const SPOILT = [
  'a: 1\n---\nb: 2\n',
  'a: 1\n...\nb: 2\n',
  'a: [1, 2\n',
  'a: 1\n\tb: 2\n',
  'a: *x\n',
  'a: [*b, &b 1]',
  'a: 1\na: 2\n',
  '- a\nb: 1\n',
  '%YAML 9\n---\na: 1\n',
  'a: "\\q"\n',
  'a: @x\n',
  'a: |x\n b\n',
  '{a: 1\n',
  'a: {b: 1, c}\nd: ]\n',
  'a:\n  - b\n c: 1\n',
  "a: 'x' y\n",
  'a: , b\n',
  'a: &a &b c\n',
  'x: !<a b\n',
]

test('whatever is wrong is told in words of ours, once and with a place: no function, token or code of the parser shows', () => {
  for (const text of SPOILT) {
    const { wrong } = readYamlText(text)
    assert.ok(wrong.length > 0, JSON.stringify(text))
    for (const { says, line } of wrong) {
      assert.match(says, /^not YAML/)
      assert.doesNotMatch(says, /YAML\.|\(\)|token|scalar|anchor|alias|node|stream|[A-Z]+_[A-Z]+|parse/i, says)
      assert.ok(line >= 1 && line <= text.split('\n').length)
    }
  }
})

test('a second document is told where it begins, and so is something repeated that is not there', () => {
  const placeOf = (text: string) => readYamlText(text).wrong.map(({ line, says }) => [line, says.slice(0, 60)])
  assert.deepEqual(placeOf('a: 1\n---\nb: 2\n'), [[2, 'not YAML: a second document begins here (--- or ...): a file']])
  assert.deepEqual(
    placeOf('a: 1\nb: *x\n').map(([line]) => line),
    [2],
  )
})

test('a text in quotes over two lines that is YAML is no fault', () => {
  assert.deepEqual(readYamlText('a: "one\n  two"\n').value, { a: 'one two' })
})
