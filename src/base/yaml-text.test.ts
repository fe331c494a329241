import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readYamlText } from './yaml-text.ts'

const blank = (text: string) => (text.startsWith('TODO') ? text.slice(5) : undefined)

test('a blank is taken out wherever it stands, and everything else keeps its place', () => {
  const { value, blanks, at } = readYamlText(
    ['name: TODO who are we?', 'sites:', '  - TODO: which sites?', '  - id: main', '    phone: TODO'].join('\n'),
    blank,
  )
  assert.deepEqual(value, { sites: [{ id: 'main' }] })
  assert.deepEqual(
    blanks.map(({ line, says }) => [line, says]),
    [
      [1, 'who are we?'],
      [3, 'which sites?'],
      [5, ''],
    ],
  )
  assert.deepEqual(at(['sites', 0, 'id']), { line: 4, column: 5 })
  assert.deepEqual(at(['sites', 0, 'hours', 'mon']), { line: 4, column: 5 })
})

test('without a word for blanks, every text stays', () => {
  assert.deepEqual(readYamlText('name: TODO').value, { name: 'TODO' })
})

test('a NUL is told with its place, as itself in a comment or as an escape in a text', () => {
  for (const [text, line] of [
    ['a: 1\n# wr\0ong\n', 2],
    ['a: 1\nb:\n  - "wr\\0ong"\n', 3],
  ] as const) {
    const { value, wrong } = readYamlText(text)
    assert.equal(value, undefined)
    assert.equal(wrong[0]?.line, line)
    assert.match(wrong[0]?.says ?? '', /a NUL stands here/)
  }
})

test('what repeats itself until it is too large is told as that, and what repeats nothing with its place', () => {
  const rows = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (const [was, is] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => [pair[0], pair[1]]))
    rows.push(`${is}: &${is} [${Array.from({ length: 9 }, () => `*${was}`).join(', ')}]`)
  assert.match(readYamlText(rows.join('\n')).wrong[0]?.says ?? '', /is repeated here \(\*\) grows/)
  const [wrong] = readYamlText('a: 1\nb: &y 2\nc: [*y, *z]\n').wrong
  assert.deepEqual([wrong?.line, wrong?.column], [3, 9])
  assert.match(wrong?.says ?? '', /is not there/)
})
