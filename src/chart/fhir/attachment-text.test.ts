import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attachmentText } from './attachment-text.ts'

test('a note is read in the letters that it is written in', () => {
  const words = 'Señora Muñoz: 5 µg'
  const table: [Buffer, string | undefined][] = [
    [Buffer.from(words), undefined],
    [Buffer.from(words), 'text/plain;charset=utf-8'],
    [Buffer.from(words), 'text/plain; charset=ISO-8859-1'],
    [Buffer.from(words, 'latin1'), 'text/plain; charset=ISO-8859-1'],
    [Buffer.from(words, 'latin1'), 'text/plain; charset="windows-1252"'],
    [Buffer.from(words, 'latin1'), 'text/plain; charset=utf-8'],
    [Buffer.from(words, 'latin1'), 'text/plain; charset=nobody-knows'],
    [Buffer.from(words, 'latin1'), undefined],
    [Buffer.from(words, 'utf16le'), 'text/plain; charset=utf-16le'],
  ]
  for (const [bytes, type] of table) assert.equal(attachmentText(bytes, type), words, type)
})
