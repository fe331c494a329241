import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wiringOf } from './failing.ts'
import type { Thing, WrittenAnswer } from './map.ts'
import { answerTo } from './written-answer.ts'

const thing = (id: string, ...needs: string[]): Thing => ({ id, name: id, kind: 'host', needs })
const wiring = wiringOf({
  things: [
    thing('power'),
    ...['a', 'b', 'storage'].map((id) => thing(id, 'power')),
    thing('primary', 'a'),
    thing('standby', 'b'),
  ],
  probes: [],
})
const written = (name: string, takesOut: string[], turnsTo?: string): WrittenAnswer => ({
  name,
  takesOut,
  says: name,
  ...(turnsTo === undefined ? {} : { turnsTo }),
})
const ANSWERS = [
  written('fail over', ['primary'], 'standby'),
  written('the update failed', ['primary']),
  written('restore', ['primary', 'standby']),
  written('call the security line', ['a', 'b', 'storage']),
  written('power', ['power']),
]
const found = (fault: string, faults: string[]) => {
  const { answer, lost } = answerTo(ANSWERS, fault, faults, wiring)
  return [answer?.name, lost?.name]
}

test('the answer is that of exactly what is down, and of what broke, not of what only fell with it', () => {
  assert.deepEqual(found('primary', ['primary']), ['fail over', undefined])
  assert.deepEqual(found('a', ['a']), ['fail over', undefined])
  assert.deepEqual(found('standby', ['standby']), [undefined, undefined])
  assert.deepEqual(found('primary', ['primary', 'standby']), ['restore', undefined])
  assert.deepEqual(found('power', ['power']), ['power', undefined])
})

test('nothing that turns to a standby is the answer while that is down', () => {
  const only = answerTo(ANSWERS.slice(0, 2), 'primary', ['primary', 'standby'], wiring)
  assert.deepEqual([only.answer, only.lost?.name], [undefined, 'fail over'])
  assert.deepEqual(found('a', ['a', 'b']), ['restore', undefined])
})
