import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeMessage } from './encoding.ts'

const message = (set: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`MSH|^~\\&|A|||||||1|P|2.5||||||${set}\rPID|`), body])
const read = (set: string, body: Buffer) => {
  const { text, encoding, exact, spoilt } = decodeMessage(message(set, body), 'windows-1252')
  return { text: text.slice(text.indexOf('PID|') + 4), encoding, exact, spoilt }
}

const NAMED = ['8859/1', '8859/2', '8859/5', '8859/9', '8859/15', '8859', 'ASCII', 'KLINGON', 'ISO IR6']

test('letters that are valid UTF-8 are UTF-8, whatever MSH-18 names, and the mismatch is told', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...NAMED),
      fc.constantFrom('Muñoz^Renée', 'Łukasz', 'Żółć', '山田^太郎', 'Ångström & Ødegård'),
      (set, name) => {
        assert.deepEqual(read(set, Buffer.from(name)), { text: name, encoding: 'utf-8', exact: false, spoilt: false })
      },
    ),
  )
  for (const set of ['', 'UNICODE UTF-8', 'UTF-8'])
    assert.deepEqual(read(set, Buffer.from('Muñoz')), { text: 'Muñoz', encoding: 'utf-8', exact: true, spoilt: false })
})

test('one broken byte spoils only itself, and is told', () => {
  const broken = Buffer.concat([Buffer.from('Muñoz^Renée|Quay'), Buffer.from([0xc3]), Buffer.from(' St')])
  for (const set of ['', 'UNICODE UTF-8', '8859/1', 'KLINGON']) {
    const { text, encoding, spoilt, exact } = read(set, broken)
    assert.deepEqual([text, encoding, spoilt, exact], ['Muñoz^Renée|Quay\uFFFD St', 'utf-8', true, false], set)
  }
  assert.equal(read('', Buffer.from('a\0b')).spoilt, true)
})

test('bytes that are what MSH-18 names are read so, and nothing is told', () => {
  const rows: [string, number[], string, string][] = [
    ['8859/1', [0x4d, 0xf1], 'Mñ', 'windows-1252'],
    ['8859/2', [0xb3], 'ł', 'iso-8859-2'],
    ['8859/5', [0xbc, 0xd8, 0xe0], 'Мир', 'iso-8859-5'],
    ['8859/15', [0xa4], '€', 'iso-8859-15'],
    ['GB 18030-2000', [0xc1, 0xaa, 0xcd, 0xa8], '联通', 'gb18030'],
  ]
  for (const [set, bytes, text, encoding] of rows)
    assert.deepEqual(read(set, Buffer.from(bytes)), { text, encoding, exact: true, spoilt: false }, set)
  for (const set of ['', 'ASCII', '8859/1', 'UNICODE UTF-8', 'GB 18030-2000', 'ISO IR87'])
    assert.equal(read(set, Buffer.from('Quillen')).exact, true, set)
})

test('bytes that are neither are read by the fallback, and told where MSH-18 names another', () => {
  const latin = Buffer.from([0x52, 0x65, 0x6e, 0xe9, 0x65])
  assert.deepEqual(read('UNICODE UTF-8', latin), {
    text: 'Renée',
    encoding: 'windows-1252',
    exact: false,
    spoilt: false,
  })
  assert.deepEqual(read('KLINGON', latin), { text: 'Renée', encoding: 'windows-1252', exact: false, spoilt: false })
  assert.deepEqual(read('ASCII', latin), { text: 'Renée', encoding: 'windows-1252', exact: false, spoilt: false })
  assert.deepEqual(read('', latin), { text: 'Renée', encoding: 'windows-1252', exact: true, spoilt: false })
})

test('no bytes whatever end in anything but a text', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', ...NAMED, 'ISO IR87', 'BIG-5', 'UNICODE UTF-16'),
      fc.uint8Array({ maxLength: 60 }),
      (set, bytes) => {
        assert.equal(typeof read(set, Buffer.from(bytes)).text, 'string')
      },
    ),
  )
})
