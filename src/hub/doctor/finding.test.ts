import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escalationPlan, escalationShape } from '../escalation-config.ts'
import { judgeAccount, judgeAsked, judgeClock, judgeDisk, judgeDurability, judgeNode, judgeServer } from './finding.ts'

test('a server that lacks fixes is looked at, one that is too old is bad, one of a major that we do not know yet is fine', () => {
  assert.equal(judgeServer({ major: 15, minor: 20 }, 'system').verdict, 'good')
  assert.match(judgeServer({ major: 15, minor: 3 }, 'system').so ?? '', /Update it to 15\.20/)
  assert.match(judgeServer({ major: 18, minor: 4 }, 'embedded').so ?? '', /private socket only/)
  assert.equal(judgeServer({ major: 14, minor: 99 }, 'own').verdict, 'bad')
  assert.equal(judgeServer({ major: 19, minor: 0 }, 'own').verdict, 'good')
})

test('an account that others share is looked at', () => {
  assert.equal(judgeAccount('nobody').verdict, 'look')
  assert.equal(judgeAccount('holdfast').verdict, 'good')
  assert.equal(judgeAccount(undefined).verdict, 'good')
})

test('little room is said before there is none', () => {
  assert.equal(judgeDisk(10 * 1024 ** 3, '/x').verdict, 'good')
  assert.equal(judgeDisk(1024 ** 3, '/x').verdict, 'look')
  assert.equal(judgeDisk(1024 ** 2, '/x').verdict, 'bad')
})

test('clocks that differ, settings that forget, and an old Node are bad', () => {
  assert.match(judgeClock(-61_000).because, /61 s behind/)
  assert.equal(judgeClock(150).verdict, 'good')
  assert.match(
    judgeDurability({ fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on' }).because,
    /fsync and full_page_writes are off/,
  )
  assert.equal(judgeDurability({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'local' }).verdict, 'good')
  assert.equal(judgeNode('v20.20.2').verdict, 'bad')
  assert.equal(judgeNode('v24.21.0').verdict, 'good')
})

test('an escalation that reaches nobody is bad and names them; one that passes somebody over is looked at', () => {
  const people = [
    { id: 'ada', name: 'Ada Ruiz', sms: '+1555' },
    { id: 'ben', name: 'Ben Ito' },
  ]
  const written = escalationShape.parse({ people, steps: [{ tell: ['ada', 'ben'], within: '10m' }] })
  const judged = (...carried: string[]) => judgeAsked(escalationPlan(written, 'UTC', new Set(carried)))
  assert.equal(judged('email').verdict, 'bad')
  assert.match(judged('email').because, /reaches Ada Ruiz, Ben Ito\. Nobody can be asked/)
  assert.equal(judged('sms').verdict, 'look')
  assert.match(judged('sms').because, /reaches Ben Ito\. They are passed over/)
  assert.equal(judgeAsked(undefined).verdict, 'bad')
})
