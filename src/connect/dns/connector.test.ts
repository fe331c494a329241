import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dnsShape } from './config.ts'

test('the server that is asked is an address: a name would have to be looked up first', () => {
  assert.equal(dnsShape.safeParse({ ask: 'ehr.example', server: 'ns.example' }).success, false)
  assert.equal(dnsShape.safeParse({ ask: 'ehr.example', server: '10.0.0.2' }).success, true)
})

test('a name that a program could take for an option is refused', () => {
  assert.equal(dnsShape.safeParse({ ask: '-oProxyCommand=x' }).success, false)
})
