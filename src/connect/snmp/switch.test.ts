import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY, HOUR, MINUTE } from '../../base/time.ts'
import { rowsCalled, upFor } from './read-switch.ts'
import { faultsPerMinute, type PortSeen, type SwitchSeen, switchOf } from './switch.ts'

const RULES = { restartMinutes: 60, errorsPerMinute: 10 }

const port = (more: Partial<PortSeen>): PortSeen => ({
  name: 'Gi0/48',
  uplink: true,
  of: 1,
  admin: 1,
  oper: 1,
  ...more,
})
const seen = (ports: PortSeen[], upForMs: number | undefined = 12 * DAY): SwitchSeen => ({ upForMs, ports })

function look(now: SwitchSeen, before?: SwitchSeen) {
  const answer = switchOf('The switch', now, before, RULES)
  assert.ok(answer.answer === 'answered')
  return { ...answer, said: answer.findings.map((one) => `${one.weight}: ${one.because}`) }
}

test('a switch that has run for long, with its ports up, has nothing to complain about', () => {
  const { said, because, measured } = look(seen([port({}), port({ name: 'hub', uplink: false })]))
  assert.deepEqual(said, [])
  assert.equal(because, 'The switch has run for 12 d, 1 of 1 uplinks up, 1 of 1 other ports up.')
  assert.deepEqual(measured.slice(1), [
    { what: 'Gi0/48', value: 'up', unit: 'text' },
    { what: 'hub', value: 'up', unit: 'text' },
  ])
})

test('an uplink that is not up is wrong now, whatever the reason; another port deserves a look', () => {
  const says = (more: Partial<PortSeen>) => look(seen([port(more)])).said.join()
  assert.match(says({ oper: 2 }), /^act: The uplink Gi0\/48 is down: it has no link\./)
  assert.match(says({ oper: 2, uplink: false }), /^watch: The port Gi0\/48 is down/)
  assert.match(says({ oper: 2, admin: 2 }), /^act: .*switched off in its configuration/)
  assert.match(says({ oper: 7 }), /^act: .*lowerLayerDown/)
  assert.match(says({ oper: 6 }), /^act: .*notPresent/)
  assert.match(says({ of: 0, oper: undefined, admin: undefined }), /^act: It has no port called Gi0\/48/)
  assert.match(says({ of: 2, oper: undefined, admin: undefined }), /^act: 2 of its ports are called Gi0\/48/)
})

test('a port that does not say whether it is up is neither up nor down', () => {
  for (const oper of [undefined, 4, 9]) {
    const { said, measured } = look(seen([port({ oper })]))
    assert.deepEqual(said, ['watch: It does not say whether the uplink Gi0/48 is up.'])
    assert.equal(measured.at(-1)?.value, 'unknown')
  }
})

test('a restart is told for an hour, and a switch that does not say since when it runs says so', () => {
  assert.match(look(seen([], 4 * MINUTE)).said.join(), /^watch: It started 4 min ago/)
  assert.deepEqual(look(seen([], HOUR)).said, [])
  assert.match(look({ upForMs: undefined, ports: [] }).said.join(), /does not say since when/)
})

test('the counter of uptime that begins again after 497 days is no restart', () => {
  assert.equal(upFor(600, 497 * 86_400 + 6), 497 * DAY + 6000)
  assert.equal(upFor(600, undefined), 6000)
  assert.equal(upFor(undefined, 60), MINUTE)
  assert.equal(upFor(undefined, undefined), undefined)
})

test('faulty frames are counted from look to look, never over a restart', () => {
  const before = seen([port({ inErrors: 1000 })], HOUR)
  const later = (inErrors: number, upForMs: number) => faultsPerMinute(port({ inErrors }), seen([], upForMs), before)
  assert.equal(later(1040, HOUR + 2 * MINUTE), 20)
  assert.equal(later(1000, HOUR + 2 * MINUTE), 0)
  assert.equal(later(40, 2 * MINUTE), undefined)
  assert.equal(later(40, HOUR + 2 * MINUTE), undefined, 'a counter that began again')
  assert.equal(faultsPerMinute(port({ inErrors: 9 }), seen([]), undefined), undefined)
  const { said, measured } = look(seen([port({ inErrors: 1040 })], HOUR + 2 * MINUTE), before)
  assert.match(said.join(), /^watch: The uplink Gi0\/48 takes in 20 faulty frames in a minute/)
  assert.deepEqual(measured.at(-1), { what: 'Gi0/48 faulty frames a minute', value: 20, unit: 'count' })
})

test('what the device calls a port goes before what somebody wrote on it, and only the whole name counts', () => {
  const column = (...texts: string[]) => new Map(texts.map((text, nth) => [String(nth + 1), { text }]))
  const columns = [column('Gi0/1', 'Gi0/2', 'Gi0/10'), column('a', 'b', 'b'), column('Gi0/2', 'to east', 'to west ')]
  assert.deepEqual(rowsCalled('Gi0/2', columns), ['2'])
  assert.deepEqual(rowsCalled('Gi0/1', columns), ['1'])
  assert.deepEqual(rowsCalled('to west', columns), ['3'])
  assert.deepEqual(rowsCalled('b', columns), ['2', '3'])
  assert.deepEqual(rowsCalled('gi0/1', columns), [])
})
