import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { acknowledgement } from '../../src/connect/hl7v2/acknowledge.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { decodeMessage } from '../../src/connect/hl7v2/encoding.ts'
import { framed, makeFramer } from '../../src/connect/hl7v2/framing.ts'
import { interpret } from '../../src/connect/hl7v2/interpret.ts'
import { parseMessage } from '../../src/connect/hl7v2/message.ts'
import { decide } from '../../src/connect/hl7v2/receive.ts'

const ROUNDS = Number(process.env.HOLDFAST_FUZZ_ROUNDS ?? 2000)
const SEED = Number(process.env.HOLDFAST_FUZZ_SEED ?? randomBytes(4).readUInt32BE())
/** One message: beyond this it hangs. */
const SLOWEST_MS = 30_000

const { reading } = hl7v2Config.parse({ id: 'x', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const EVENTS =
  'ADT^A01 ADT^A08 ADT^A40 ADT^A60 ADT^A99 SIU^S12 SIU^S15 ORU^R01 ORM^O01 OML^O21 RDE^O11 PPR^PC1 MDM^T02 VXU^V04 ACK QRY^A19'.split(
    ' ',
  )
const SEGMENTS = [
  'PID|1||7^^^HV^MR~8^^^B^SS||Rivera&van^Ana^M^^^^L~Okafor^Ana^^^^^M||19880818|F|||12 Harbor^Apt^Town^OR^97201||(503)555-0134^PRN^PH',
  'MRG|8^^^HV^MR',
  'PID|2||999-99-1234^^^SSA^SS~1.2E+9^^^HV^MR||""|""|1988-08-18|F|||""||ana@example.test||||||||||||||||20261101|""',
  'AL1|2|DA|NKDA^No known drug allergies',
  'AL1|3||716186003^No known allergy^SCT',
  'IAM|2||NKA|||D',
  'OBX|3|TX|R^Report^L||first line|||||C',
  'OBX|4|TX|R^Report^L||second line|||||D|||20261101013000',
  'NTE|1||a comment',
  'AIL|2|D|West^R9^^HVMG',
  'RGS|1|D',
  'PV1|1|O|East^Room^^HVMG||||42^Moss^Kim|||||||||VIP',
  'NK1|1|Rivera^Luis|SPO||5035550100',
  'AL1|1|DA|7980^Penicillin^RXNORM|SV|Hives~Rash|2019',
  'IAM|1|DA|7980^Penicillin^RXNORM|SV||A',
  'DG1|1|I10|E11.9^Diabetes^I10|||W',
  'IN1|1|A|1|Alpha Health||||G1',
  'SCH|A1|F1|||||KNEE^Knee|FU^Follow-up|20|min|^^^20261123093000^20261123095000',
  'AIS|1|A|x^y|20261123093000-0500|||20|min',
  'AIP|1||42^Moss^Kim',
  'AIL|1||East^Room 2^^HVMG',
  'ORC|NW|P1|F1||||||20261122|||42^Moss^Kim',
  'OBR|1|P1|F1|24323-8^Panel^LN|||20261122083000||||||||||||||||||F',
  'OBX|1|NM|2823-3^Potassium^LN||4.1|mmol/L|3.5-5.1|H|||F',
  'OBX|2|ED|x^Scan||^application^pdf^Base64^JVBERi0=',
  'RXE|^BID|1^Warfarin 5 mg|1||TAB||^one tablet',
  'RXA|0|1|20261001||141^Influenza^CVX',
  'TXA|1|PN||20261120|||||||||D9',
  'PRB|AD|20261101|38341003^Hypertension^SCT|1',
]
const SHARDS = [
  '|',
  '^',
  '&',
  '~',
  '\\',
  '\\X',
  '\\.br\\',
  '""',
  '\r',
  '\n',
  '\x0b',
  '\x1c',
  '\x1c\r',
  '\0',
  'é',
  '\uFEFF',
  '\u{1F600}',
  'MSH|',
  '9'.repeat(400),
  '~'.repeat(300),
  'A'.repeat(5000),
]

/** mulberry32: small, seeded, good enough to shake a parser. */
function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function malformed(random: () => number): Buffer {
  const pick = <One>(from: readonly One[]): One => {
    const one = from[Math.floor(random() * from.length)]
    assert.ok(one !== undefined)
    return one
  }
  const lines = [
    `MSH|^~\\&|APP|FAC|||20261122||${pick(EVENTS)}|${Math.floor(random() * 1e6)}|P|${pick(['2.3', '2.5.1', '2.8', '9'])}|||${pick(['', 'AL', 'ER', 'NE'])}`,
  ]
  if (random() < 0.8) lines.push(SEGMENTS[0] ?? '')
  for (let i = 0; i < random() * 9; i++) lines.push(pick(SEGMENTS))
  let text = lines.join(pick(['\r', '\n', '\r\n']))
  for (let i = 0; i < random() * 5 - 1; i++) {
    const at = Math.floor(random() * text.length)
    const length = Math.floor(random() * 12)
    text = text.slice(0, at) + pick([pick(SHARDS), '', text.slice(at, at + length * 9)]) + text.slice(at + length)
  }
  const bytes = Buffer.from(text, pick(['utf8', 'utf8', 'utf8', 'latin1', 'latin1', 'utf16le'] as const))
  for (let i = 0; i < random() * 3 - 1; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return random() < 0.1 ? bytes : framed(bytes)
}

test(`${ROUNDS} malformed HL7 messages (seed ${SEED}): no crash, no hang, a reason each time`, () => {
  const random = chance(SEED)
  const sense = { zone: 'UTC', fallbackEncoding: 'windows-1252', limitBytes: 20_000, now: 1 }
  const count = { taken: 0, refused: 0, ignored: 0, told: 0, aside: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    const framer = makeFramer(20_000)
    const bytes = malformed(random)
    const cut = Math.floor(random() * bytes.length)
    const frames = [...framer.push(bytes.subarray(0, cut)), ...framer.push(bytes.subarray(cut)), ...framer.finish()]
    assert.ok(frames.length > 0 || bytes.every((byte) => byte <= 0x20), `round ${round}: bytes vanished`)
    for (const frame of frames) {
      const decision = decide(frame, sense)
      if (decision.type === 'ignore') {
        count.ignored += 1
        continue
      }
      const verdict = decision.type === 'take' ? ({ code: 'A' } as const) : decision
      const answer = acknowledgement(decision.header, verdict, { now: 1, serial: 'S', mode: 'original' })
      assert.match(answer ?? '', /^MSH\|[^\r]*\rMSA\|A[AER]\|/)
      if (decision.type === 'refuse') {
        count.refused += 1
        assert.ok(decision.because.length > 0, `round ${round}: refused without a reason`)
        continue
      }
      count.taken += 1
      const parsed = parseMessage(decodeMessage(decision.bytes, 'windows-1252').text)
      assert.ok('message' in parsed)
      const told = interpret(parsed.message, { sourceId: 'x', zone: 'UTC', at: 1, reading })
      const said = told.charts.length + told.appointments.length
      if (said > 0) count.told += 1
      else count.aside += 1
      const blocked = /^SIU$/.test(parsed.message.header.get(9).toUpperCase())
      assert.ok(said > 0 || told.faults.length > 0 || blocked, `round ${round}: neither used nor set aside`)
      assert.ok(told.faults.every(({ because }) => because.length > 0 && because.length < 500))
      JSON.stringify(told)
    }
    assert.ok(performance.now() - began < SLOWEST_MS, `round ${round} took ${performance.now() - began} ms`)
  }
  assert.ok(count.taken > 0 && count.refused > 0 && count.told > 0 && count.aside > 0, JSON.stringify(count))
  console.log(`# ${JSON.stringify(count)}`)
})
