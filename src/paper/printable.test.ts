import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printableJson, withoutQuotes, withoutUnprintable } from './printable.ts'

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
