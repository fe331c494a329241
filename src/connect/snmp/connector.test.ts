import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { udpSide } from '../../../test/contracts/far-side-udp.ts'
import {
  AUTH_PASSWORD,
  aSwitch,
  aUps,
  COMMUNITY,
  type DeviceSays,
  type OnTheWay,
  type Port,
  PRIV_PASSWORD,
  snmpDevice,
  USER,
} from '../../../test/contracts/snmp-device.ts'
import type { Signal } from '../probe.ts'
import { snmpSwitchShape, snmpUpsShape } from './config.ts'
import { snmpSwitchProbe, snmpUpsProbe } from './connector.ts'

const name = { id: 'p', observes: 's' }
const V2C = { version: '2c', community: COMMUNITY }
const V3 = { version: 3, user: USER, authPassword: AUTH_PASSWORD, privPassword: PRIV_PASSWORD }
const deadlineMs = 2000
const clock = { now: () => Date.parse('2026-11-23T15:00:00Z') }

async function lookAtSwitch(says: DeviceSays, config: object, onTheWay?: OnTheWay): Promise<Signal> {
  await using device = await snmpDevice(says, onTheWay)
  const given = { host: '127.0.0.1', port: device.port, access: V2C, deadlineMs, ...config }
  return await snmpSwitchProbe(name, snmpSwitchShape.parse(given)).look()
}

async function lookAtUps(says: DeviceSays, config: object = {}, onTheWay?: OnTheWay): Promise<Signal> {
  await using device = await snmpDevice(says, onTheWay)
  const given = { host: '127.0.0.1', port: device.port, access: V3, deadlineMs, ...config }
  return await snmpUpsProbe(name, snmpUpsShape.parse(given), clock).look()
}

const said = (signal: Signal): string =>
  signal.answer === 'answered'
    ? signal.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
    : `${signal.answer}: ${signal.because}`

test('a port is found by what the device calls it and by what is written on it, and asked alone', async () => {
  const ports: Port[] = [
    { name: 'Gi0/1', alias: 'to the hub' },
    { name: 'Gi0/2', oper: 2 },
    { name: 'Gi0/48', descr: 'GigabitEthernet0/48', alias: 'to the east clinic', oper: 2 },
  ]
  for (const uplink of ['Gi0/48', 'GigabitEthernet0/48', 'to the east clinic'])
    for (const access of [V2C, V3]) {
      const signal = await lookAtSwitch(aSwitch(ports), { access, uplinks: [uplink], ports: ['to the hub'] })
      assert.equal(said(signal), `act: The uplink ${uplink} is down: it has no link.`)
      assert.match(signal.because, /has run for 1 d, 0 of 1 uplinks up, 1 of 1 other ports up\.$/)
    }
})

test('a stack of many ports is read to its end', async () => {
  const ports = Array.from({ length: 300 }, (_, nth): Port => ({ name: `Gi${nth}`, oper: nth === 299 ? 7 : 1 }))
  assert.match(
    said(await lookAtSwitch(aSwitch(ports), { uplinks: ['Gi0', 'Gi299'], deadlineMs: 60_000 })),
    /^act: The uplink Gi299 is down/,
  )
})

test('an old switch without ifXTable is asked by ifDescr; one that shows no ports says so', async () => {
  const whole = aSwitch([{ name: 'Gi0/48' }])
  const old = { ...whole, tables: whole.tables.slice(0, 1) }
  assert.equal(said(await lookAtSwitch(old, { uplinks: ['Gi0/48'] })), '')
  const bare = { ...whole, tables: [] }
  assert.match(
    said(await lookAtSwitch(bare, { uplinks: ['Gi0/48'] })),
    /^act: It shows no ports \(noSuchObject for IF-MIB\)/,
  )
  assert.equal(said(await lookAtSwitch(bare, {})), '', 'no port was asked for')
})

test('faulty frames are counted from one look to the next, and a restart begins anew', async () => {
  await using device = await snmpDevice(aSwitch([{ name: 'Gi0/48', inErrors: 7000 }]))
  const given = { host: '127.0.0.1', port: device.port, access: V2C, deadlineMs, uplinks: ['Gi0/48'] }
  const probe = snmpSwitchProbe(name, snmpSwitchShape.parse(given))
  const lookAfter = async (upForS: number, inErrors: number): Promise<string> => {
    device.say('1.3.6.1.2.1.1.3', upForS * 100)
    device.sayAt('1.3.6.1.2.1.2.2.1', 14, 1, inErrors)
    return said(await probe.look())
  }
  assert.equal(await lookAfter(86_400, 7000), '', 'the first look has nothing to compare with')
  assert.equal(await lookAfter(86_460, 7009), '')
  assert.match(await lookAfter(86_520, 7069), /^watch: The uplink Gi0\/48 takes in 60 faulty frames in a minute/)
  assert.match(
    await lookAfter(240, 9000),
    /^watch: It started 4 min ago: somebody restarted it, or it lost its power\.$/,
  )
})

test('silence may be a wrong community, and says so; with version 3 it is no community', async () => {
  const wrong = { version: '2c', community: 'anothersecretcommunity' }
  const signal = await lookAtSwitch(aSwitch([]), { access: wrong, deadlineMs: 300 })
  assert.match(said(signal), /^not-answered: .*gives no answer.*A wrong community/)
  await using silent = await udpSide(() => {})
  const given = { host: '127.0.0.1', port: silent.port, access: V3, deadlineMs: 300 }
  const other = await snmpSwitchProbe(name, snmpSwitchShape.parse(given)).look()
  assert.match(said(other), /^not-answered: .*gives no answer/)
  assert.doesNotMatch(said(other), /community/)
})

test('a device that answers by halves is not believed by halves', async () => {
  const lost: OnTheWay = (nth, answer) => (nth > 1 ? undefined : answer)
  const signal = await lookAtSwitch(aSwitch([{ name: 'a' }]), { uplinks: ['a'], deadlineMs: 400 }, lost)
  assert.match(said(signal), /^not-answered: .*answered at first, and not all that it was asked/)
})

test('a datagram that is lost on the way is asked for again', async () => {
  const lost: OnTheWay = (nth, answer) => (nth % 2 === 1 ? undefined : answer)
  assert.equal(said(await lookAtSwitch(aSwitch([{ name: 'a' }]), { uplinks: ['a'], deadlineMs: 4000 }, lost)), '')
})

test('a user that the device does not know is refused, not silent', async () => {
  const signal = await lookAtUps(aUps(), { access: { ...V3, user: 'nobody' } })
  assert.match(said(signal), /^act: It knows no user of this name \(unknownUserNames\)/)
})

test('a UPS is told in the words of NUT: status, time left, charge, the worst of its lines', async () => {
  const well = await lookAtUps(aUps())
  assert.equal(said(well), '')
  assert.match(well.because, /is on the mains, 30 min left\.$/)
  assert.deepEqual(well.measured, [
    { what: 'status', value: 'OL', unit: 'text' },
    { what: 'battery lasts', value: 1800, unit: 's' },
    { what: 'battery charge', value: 97, unit: '%' },
    { what: 'load', value: 40, unit: '%' },
    { what: 'mains', value: 229, unit: 'V' },
  ])
  assert.equal(
    said(await lookAtUps(aUps({ source: 5, minutes: 12, onBatteryS: 60, alarms: [2] }))),
    'act: It runs on its battery (OB): 12 min left.',
  )
  const low = await lookAtUps(aUps({ source: 5, battery: 3, minutes: 1, onBatteryS: 60, alarms: [2, 3] }))
  assert.equal(said(low), 'act: Its battery is low (LB): 1 min left.')
  assert.equal(low.measured[0]?.value, 'OB LB')
  assert.match(
    said(await lookAtUps(aUps({ alarms: [1, 0] }))),
    /act: It asks for new batteries \(RB\)\. act: .*only its maker/,
  )
  assert.match(said(await lookAtUps(aUps({ minutes: 5 }))), /^watch: .*5 min, and 10 min are wanted/)
})

test('what a UPS does not say is not made up', async () => {
  assert.match(
    said(await lookAtUps(aUps({ source: undefined }))),
    /^not-answered: .*does not say whether it is on the mains/,
  )
  assert.match(said(await lookAtUps(aUps({ alarms: [20] }))), /^not-answered: .*has lost contact with it/)
  assert.match(said(await lookAtUps(aUps({ minutes: undefined }))), /^watch: It does not say for how long/)
  const none = { scalars: {}, tables: [] }
  assert.match(said(await lookAtUps(none)), /^act: It shows nothing of a UPS \(noSuchObject for UPS-MIB\)/)
})

/** BER, as little of it as two false answers need. */
const ber = (tag: number, ...parts: (Buffer | number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)))
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

/** The id of a question of version 3: the first INTEGER of its header, four bytes or fewer. */
function idOf(question: Buffer): Buffer {
  const at = question.indexOf(Buffer.from([2, 1, 3])) + 3 + 2
  return question.subarray(at, at + 2 + (question[at + 1] ?? 0))
}

test('an answer that is not signed to a question that was is no answer: nobody on the way empties a battery', async () => {
  const device = await snmpDevice(aUps(), (nth, answer) => (nth === 1 ? answer : falseWord(answer)))
  await using held = device
  const given = { host: '127.0.0.1', port: held.port, access: V3, deadlineMs: 1000 }
  const signal = await snmpUpsProbe(name, snmpUpsShape.parse(given), clock).look()
  assert.match(said(signal), /^not-answered: .*not signed and sealed/)
})

/** In the place of a signed answer: on battery, battery low, by nobody in particular. */
function falseWord(answer: Buffer): Buffer {
  const text = (bytes: Buffer | number[]) => ber(4, bytes)
  const oid = (last: number[]) => ber(6, [0x2b, 6, 1, 2, 1, 33, 1, ...last])
  const binding = (last: number[], value: number) => ber(0x30, oid(last), ber(2, [value]))
  const bindings = [binding([2, 1, 0], 3), binding([4, 1, 0], 5)]
  const pdu = ber(0xa2, ber(2, [1]), ber(2, [0]), ber(2, [0]), ber(0x30, ...bindings))
  const header = ber(0x30, idOf(answer), ber(2, [0x40, 0]), text([0]), ber(2, [3]))
  const security = text(ber(0x30, text([]), ber(2, [0]), ber(2, [0]), text([]), text([]), text([])))
  return ber(0x30, ber(2, [3]), header, security, ber(0x30, text([]), text([]), pdu))
}

test('whatever comes back, a look ends with an answer, and the hub lives on', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    // Something that begins as an answer does, and signs with keys that nobody gave.
    fc.uint8Array({ maxLength: 60 }).map((rest) => Buffer.concat([Buffer.from('303a020103300e0204', 'hex'), rest])),
  )
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(V2C, V3), async (answer, access) => {
      await using side = await udpSide((_said, back) => back(answer))
      const given = { host: '127.0.0.1', port: side.port, access, deadlineMs: 60 }
      const signal = await snmpUpsProbe(name, snmpUpsShape.parse(given), clock).look()
      assert.notEqual(signal.answer, 'answered')
    }),
    { numRuns: 25 },
  )
})

test('an answer that was changed on its way is never thrown over, and with version 3 never believed', async () => {
  const change = fc.record({
    nth: fc.integer({ min: 1, max: 3 }),
    at: fc.nat(400),
    to: fc.integer({ min: 1, max: 255 }),
  })
  await fc.assert(
    fc.asyncProperty(change, fc.constantFrom(V2C, V3), async ({ nth, at, to }, access) => {
      const changed: OnTheWay = (which, answer) => {
        const copy = Buffer.from(answer)
        const place = at % copy.length
        if (which === nth) copy[place] = (copy[place] ?? 0) ^ to
        return copy
      }
      const signal = await lookAtUps(aUps(), { access, deadlineMs: 120 }, changed)
      const status = signal.measured.find(({ what }) => what === 'status')?.value
      if (access === V3 && status !== undefined) assert.equal(status, 'OL')
    }),
    { numRuns: 60 },
  )
})

test('an answer of version 3 to a question of version 2c does not end the program', async () => {
  await using side = await udpSide((question, back) => {
    // 30 len 02 01 01 04 len community a0 len 02 len id
    const community = question.indexOf(COMMUNITY) + COMMUNITY.length
    const at = community + 2
    const id = question.subarray(at, at + 2 + (question[at + 1] ?? 0))
    const header = ber(0x30, id, ber(2, [0x40, 0]), ber(4, [1]), ber(2, [3]))
    const security = ber(
      4,
      ber(0x30, ber(4, [1, 2, 3]), ber(2, [1]), ber(2, [1]), ber(4, [65]), ber(4, Buffer.alloc(12)), ber(4, [])),
    )
    const pdu = ber(0xa2, ber(2, [1]), ber(2, [0]), ber(2, [0]), ber(0x30))
    back(ber(0x30, ber(2, [3]), header, security, ber(0x30, ber(4, []), ber(4, []), pdu)))
  })
  const given = { host: '127.0.0.1', port: side.port, access: V2C, deadlineMs: 300 }
  const signal = await snmpSwitchProbe(name, snmpSwitchShape.parse(given)).look()
  assert.equal(signal.answer, 'not-answered')
})
