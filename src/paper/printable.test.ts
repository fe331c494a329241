import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printableJson, withNamesMarked, withoutQuotes, withoutUnprintable } from './printable.ts'

/** As the typesetter words it. */
const said = (text: string): string =>
  `[SourceDiagnostic { severity: Error, span: Span(1), message: "PDF/UA-1 error: the text \`\\"${text}\\"\` could not be displayed with font \`\\"X\\"\`", trace: [], hints: ["try using a different font"] }]`

test('a character that no font has becomes a box, and nothing else changes', () => {
  const sheet = JSON.stringify({ name: 'Tarn 🙂, Ida', note: 'a\u200bb 🙂' })
  assert.deepEqual(JSON.parse(withoutUnprintable(sheet, said('🙂'))), { name: 'Tarn □, Ida', note: 'a\u200bb □' })
  assert.deepEqual(JSON.parse(withoutUnprintable(sheet, said('\\u{200b}'))), { name: 'Tarn 🙂, Ida', note: 'a□b 🙂' })
  assert.equal(withoutUnprintable(sheet, 'out of ink'), sheet)
})

test('where even the box cannot be printed there is a question mark', () => {
  assert.equal(withoutUnprintable('"a □"', said('□')), '"a ?"')
})

test('what the typesetter quotes of a sheet does not reach a message', () => {
  assert.equal(
    withoutQuotes(said('Quillfeather')),
    'PDF/UA-1 error: the text … could not be displayed with font …'.replace(/"/g, ''),
  )
  assert.doesNotMatch(withoutQuotes('cannot add `Quillfeather` and "Tarn"'), /Quillfeather|Tarn/)
})

test('control characters and halves of characters become spaces, and backslashes stay what they are', () => {
  const values = { a: 'x\u0007y\b\ud83dz', b: 'two\nlines', c: 'C:\\u0007\\files' }
  assert.deepEqual(JSON.parse(printableJson(values)), { a: 'x y  z', b: 'two\nlines', c: 'C:\\u0007\\files' })
})

test('what turns the direction of a line is left out wherever it stands', () => {
  for (const one of '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
    assert.deepEqual(JSON.parse(printableJson({ name: `QUILL${one}FEATHER`, note: `${one}x` })), {
      name: 'QUILLFEATHER',
      note: 'x',
    })
  assert.deepEqual(JSON.parse(printableJson({ name: 'לוי, דנה' })), { name: 'לוי, דנה' })
})

test('a name that has lost letters says so, in a packet behind the other names, in a list at the name; nothing else does', () => {
  const before = {
    name: '김, 민지',
    aka: '',
    rows: [
      { name: '김, 민지', short: true },
      { name: 'Tarn 🙂', short: true },
    ],
    note: '김',
  }
  const boxed = JSON.stringify(before).replaceAll(/[김민지🙂]/gu, '□')
  const { sheet, names } = withNamesMarked(JSON.stringify(before), boxed)
  assert.equal(names, 2)
  const mark = '(name in another script; see MRN and birth date)'
  assert.deepEqual(JSON.parse(sheet), {
    name: '□, □□',
    aka: mark,
    rows: [
      { name: `□, □□ ${mark}`, short: false },
      { name: 'Tarn □', short: true },
    ],
    note: '□',
  })
})
