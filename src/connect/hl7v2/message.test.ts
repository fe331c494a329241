import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { acknowledgement, secondAcknowledgement } from './acknowledge.ts'
import { decodeMessage } from './encoding.ts'
import { type Message, parseMessage } from './message.ts'
import { dayOfTime, instantOf, timeText } from './when.ts'

const HEAD = 'MSH|^~\\&|APP|FAC|US|HERE|20261122090000||ADT^A08|C1|P|2.5.1'
const parsed = (text: string): Message => {
  const result = parseMessage(text)
  assert.ok('message' in result, 'because' in result ? result.because : '')
  return result.message
}
const because = (text: string): string => {
  const result = parseMessage(text)
  return 'because' in result ? result.because : 'nothing'
}

test('fields, repetitions, components and sub-components are taken apart', () => {
  const { segments, header } = parsed(`${HEAD}\rPID|1||7^^^A&1.2&ISO^MR~8^^^B^SS||Every&van^Ann^^~Nick`)
  const pid = segments[1]
  assert.equal(header.get(9, 2), 'A08')
  assert.equal(header.get(2), '^~\\&')
  assert.deepEqual(
    pid?.all(3).map((field) => [field.get(1), field.get(4), field.get(4, 2), field.get(5)]),
    [
      ['7', 'A', '1.2', 'MR'],
      ['8', 'B', '', 'SS'],
    ],
  )
  assert.equal(pid?.get(5), 'Every')
  assert.equal(pid?.get(99, 9, 9), '')
})

test('escapes stand for delimiters, bytes and line breaks; what is no escape stands as it is', () => {
  const value = (raw: string): string | undefined => parsed(`${HEAD}\rOBX|1|TX|x||${raw}`).segments[1]?.get(5)
  assert.equal(value('a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f'), 'a|b^c&d~e\\f')
  assert.equal(value('one\\.br\\two'), 'one\ntwo')
  assert.equal(value('\\XC3A9\\t\\XE9\\'), 'été')
  assert.equal(value('\\H\\bold\\N\\'), 'bold')
  assert.equal(value('C:\\dir'), 'C:\\dir')
  assert.equal(value('50\\unknown\\60'), '50\\unknown\\60')
  assert.equal(value('""'), '')
})

test('NUL, which no database holds, comes through neither as a byte nor as an escape', () => {
  const bytes = Buffer.from(`${HEAD}\rPID|1||P\0Q^^^H^MR||Doe\\X00\\^Jane`)
  const { segments } = parsed(decodeMessage(bytes, 'windows-1252').text)
  assert.equal(segments[1]?.get(3), 'P\uFFFDQ')
  assert.equal(segments[1]?.get(5), 'Doe\uFFFD')
})

test('other delimiters than the usual are read from the header', () => {
  const { segments, header } = parsed('MSH#*!@%#APP#FAC#####ADT*A08#C1#P#2.3\rPID#1##7***A%x*MR!8')
  assert.equal(header.get(9, 2), 'A08')
  assert.equal(segments[1]?.all(3).length, 2)
  assert.equal(segments[1]?.get(3, 4, 2), 'x')
})

test('segments end with CR, LF or both, a byte order mark is no harm, and loose lines belong to the text before', () => {
  for (const end of ['\r', '\n', '\r\n'])
    assert.deepEqual(
      parsed(`\uFEFF${end}${HEAD}${end}PID|1||7${end}NTE|1||x${end}`).segments.map(({ name }) => name),
      ['MSH', 'PID', 'NTE'],
    )
  const { segments } = parsed(`${HEAD}\rNTE|1||first\nsecond line\rPID|1||7`)
  assert.equal(segments[1]?.get(3), 'first\nsecond line')
})

test('what cannot be a message is refused with a reason that a person understands', () => {
  assert.match(because('PID|1||7'), /does not begin with an MSH/)
  assert.match(because(''), /does not begin with an MSH/)
  assert.match(because('MSH'), /no field separator/)
  assert.match(because('MSHabc'), /no field separator/)
  assert.match(because('MSH|'), /no encoding characters/)
  assert.match(because('MSH|^^^^|A'), /cannot be told apart/)
  assert.match(because(`${HEAD}\rnot a segment`), /Line 2 is not a segment/)
  assert.match(because(`${HEAD}\rPID|1\r${HEAD}`), /second MSH/)
})

test('segments that a sender indents are segments, and lines of a note stay lines of the note', () => {
  const message = parsed(`  ${HEAD}\r  PID|1||7\r\tOBX|1|TX|x||first\r  second line\r  and|more`)
  assert.deepEqual(
    message.segments.map(({ name }) => name),
    ['MSH', 'PID', 'OBX'],
  )
  assert.match(message.segments[2]?.whole(5) ?? '', /^first\n {2}second line/)
})

test('whatever text comes, parsing ends with a message or a reason', () => {
  const bits = fc.constantFrom(
    'MSH|^~\\&|',
    '\r',
    '\n',
    'PID|',
    '\\',
    '\\X',
    '&',
    '~',
    '^',
    '|',
    'ä',
    '\\.br\\',
    '""',
    'A',
  )
  fc.assert(
    fc.property(fc.array(bits, { maxLength: 40 }), (parts) => {
      const result = parseMessage(parts.join(''))
      if ('message' in result)
        for (const segment of result.message.segments)
          for (let field = 1; field < 5; field++) {
            segment.whole(field)
            for (const one of segment.all(field)) one.get(2, 2)
          }
      else assert.ok(result.because.length > 0)
    }),
    { numRuns: 2000 },
  )
})

test('MSH-18 names the encoding; bytes that are not in it are still read, and that is said', () => {
  const inSet = (set: string, bytes: Buffer) =>
    decodeMessage(Buffer.concat([Buffer.from(`MSH|^~\\&|A|||||||1|P|2.5||||||${set}\rPID|`), bytes]), 'windows-1252')
  assert.match(inSet('8859/1', Buffer.from([0xe9])).text, /é$/)
  assert.match(inSet('UNICODE UTF-8', Buffer.from('é')).text, /é$/)
  assert.match(inSet('', Buffer.from('é')).text, /é$/)
  assert.deepEqual([inSet('', Buffer.from([0xe9])).text.at(-1), inSet('', Buffer.from([0xe9])).exact], ['é', true])
  const wrong = inSet('UNICODE UTF-8', Buffer.from([0xe9]))
  assert.deepEqual([wrong.text.at(-1), wrong.exact, wrong.encoding], ['é', false, 'windows-1252'])
  assert.match(inSet('8859/2', Buffer.from([0xb3])).text, /ł$/)
  assert.match(inSet('ISO IR87', Buffer.from('\x1b$B;3ED\x1b(B')).text, /山田$/)
  assert.equal(inSet('KLINGON', Buffer.from('x')).exact, false)
})

test('times carry their own offset or the zone of the sender', () => {
  assert.equal(instantOf('20261122090000', 'America/New_York'), Date.parse('2026-11-22T14:00:00Z'))
  assert.equal(instantOf('202611220900-0800', 'America/New_York'), Date.parse('2026-11-22T17:00:00Z'))
  assert.equal(instantOf('20261122090000.1234+0530', 'UTC'), Date.parse('2026-11-22T03:30:00Z'))
  assert.equal(instantOf('20261122', 'UTC'), Date.parse('2026-11-22T00:00:00Z'))
  for (const wrong of ['', '2026', '20261322', '20260230', '2026112225', 'yesterday', '2026-11-22'])
    assert.equal(instantOf(wrong, 'UTC'), undefined, wrong)
  assert.equal(dayOfTime('198808181126+0215'), '1988-08-18')
  assert.equal(dayOfTime('1988'), '1988')
  assert.equal(dayOfTime('198813'), undefined)
  assert.equal(timeText(Date.parse('2026-11-22T03:30:00Z')), '20261122033000+0000')
})

test('an acknowledgement names the message, turns sender and receiver round, and follows MSH-15 and MSH-16', () => {
  const answer = (tail: string, code: 'A' | 'E' | 'R' = 'A', mode: 'by-message' | 'original' = 'by-message') =>
    acknowledgement(
      parsed(`MSH|^~\\&|APP&x^1.2^ISO|FAC|US|HERE|20261122||ADT^A08|C\\T\\1|P|2.5.1|${tail}`).header,
      code === 'A' ? { code } : { code, because: 'Line 2 | bad' },
      { now: 0, serial: 'HF1', mode },
    )
  assert.equal(
    answer('||'),
    'MSH|^~\\&|US|HERE|APP^1.2^ISO|FAC|19700101000000+0000||ACK^A08^ACK|HF1|P|2.5.1\rMSA|AA|C\\T\\1|\r',
  )
  assert.match(answer('||', 'E') ?? '', /\rMSA\|AE\|C\\T\\1\|Line 2 \\F\\ bad\rERR\|\|\|207\^/)
  assert.match(answer('||', 'R') ?? '', /\rMSA\|AR\|/)
  assert.match(answer('||AL|NE') ?? '', /\rMSA\|CA\|/)
  assert.match(answer('||NE|AL') ?? '', /\rMSA\|AA\|/)
  assert.match(answer('||ER|NE', 'E') ?? '', /\rMSA\|CE\|/)
  assert.equal(answer('||ER|NE'), undefined)
  assert.equal(answer('||NE|NE'), undefined)
  assert.match(answer('||NE|NE', 'A', 'original') ?? '', /\rMSA\|AA\|/)
})

test('who asks for both acknowledgements gets both, and no second one where the first says no', () => {
  const asked = (tail: string, mode: 'by-message' | 'original' = 'by-message') => {
    const { header } = parsed(`MSH|^~\\&|APP|FAC|US|HERE|20261122||ADT^A08|C1|P|2.5.1|${tail}`)
    return secondAcknowledgement(header, { now: 0, serial: 'HF2', mode })
  }
  for (const tail of ['||AL|AL', '||SU|AL', '||AL|SU']) assert.match(asked(tail) ?? '', /\rMSA\|AA\|C1/, tail)
  for (const tail of ['||', '||AL|NE', '||NE|AL', '||AL|ER', '||ER|AL']) assert.equal(asked(tail), undefined, tail)
  assert.equal(asked('||AL|AL', 'original'), undefined)
})
