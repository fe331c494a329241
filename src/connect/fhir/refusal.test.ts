import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outcome } from '../../../test/practice/fhir/reply.ts'
import { refusalOf, refusalWithin, retryAfterMs, saysPartial } from './refusal.ts'

const kindOf = (status: number, body: unknown = ''): string => refusalOf({ status, body, asked: 'Patient' }).kind

test('a refusal says whether to try again', () => {
  for (const status of [408, 429, 500, 502, 503, 504]) assert.equal(kindOf(status), 'transient', String(status))
  for (const status of [301, 302, 400, 401, 403, 404, 405, 406, 410, 422, 501]) {
    assert.equal(kindOf(status), 'permanent', String(status))
  }
})

test('a 400 by which a server tells that its database is gone is an outage', () => {
  const words = [
    'connect ECONNREFUSED 127.0.0.1:5432',
    'Connection terminated unexpectedly',
    'Query read timeout',
    'remaining connection slots are reserved',
    'the database system is starting up',
    'could not obtain a connection from the pool',
  ]
  for (const text of words) assert.equal(kindOf(400, outcome('invalid', text)), 'transient', text)
  assert.equal(kindOf(400, 'connect ECONNREFUSED'), 'transient')
  assert.equal(kindOf(400, outcome('invalid', 'Unknown search parameter: category')), 'permanent')
})

test('issue codes that FHIR calls transient are so, whatever the status', () => {
  for (const code of ['transient', 'throttled', 'timeout', 'lock-error', 'no-store', 'exception']) {
    assert.equal(kindOf(422, outcome(code, '')), 'transient', code)
  }
})

test('a refusal within a success is seen: on top, among the entries, in the response of a batch', () => {
  const bundle = (entry: object): { [field: string]: unknown } => ({ resourceType: 'Bundle', entry: [entry] })
  const throttled = outcome('throttled', '')
  assert.equal(refusalWithin({ ...throttled }, 'Patient')?.kind, 'transient')
  assert.equal(refusalWithin(bundle({ resource: throttled }), 'Patient')?.kind, 'transient')
  assert.equal(refusalWithin(bundle({ response: { status: '429 Too Many Requests' } }), 'Patient')?.kind, 'transient')
  assert.equal(
    refusalWithin(bundle({ response: { status: '403', outcome: outcome('forbidden', '') } }), 'P')?.kind,
    'permanent',
  )
  assert.equal(
    refusalWithin(bundle({ response: { status: '200 OK' }, resource: { resourceType: 'Patient' } }), 'P'),
    undefined,
  )
})

test('a refusal inside of a success says so, and a 401 names both who may be wrong', () => {
  const within = refusalWithin({ ...outcome('throttled', '') }, 'Patient')?.message ?? ''
  assert.match(within, /HTTP 200 with a refusal inside.*throttled/)
  assert.doesNotMatch(within, /422/)
  const message = refusalOf({ status: 401, body: '', asked: 'Patient' }).message
  assert.match(message, /client/)
  assert.match(message, /everybody/)
})

test('of remarks beside an answer, those that tell of what is missing make it partial', () => {
  const partial = [
    outcome('incomplete', '', 'warning'),
    outcome('too-costly', '', 'information'),
    outcome('informational', 'Not all results could be returned', 'information'),
    outcome('informational', '12 entries were filtered', 'warning'),
    outcome('informational', 'The results are truncated', 'warning'),
    outcome('processing', 'Anything', 'error'),
  ]
  for (const one of partial) assert.equal(saysPartial({ ...one }), true, JSON.stringify(one))
  const whole = [
    outcome('informational', 'Unknown parameter _elements is not supported', 'warning'),
    outcome('not-supported', 'The modifier was ignored', 'warning'),
    outcome('invalid', 'Sort order is not allowed', 'information'),
    outcome('informational', 'All OK', 'information'),
  ]
  for (const one of whole) assert.equal(saysPartial({ ...one }), false, JSON.stringify(one))
})

test('a refusal never repeats what the server said, which may name a patient', () => {
  const body = outcome('invalid', 'Patient Wilhelmina Ash is not valid')
  assert.doesNotMatch(refusalOf({ status: 400, body, asked: 'Patient' }).message, /Wilhelmina/)
  assert.match(refusalOf({ status: 400, body, asked: 'Patient' }).message, /invalid/)
})

test('Retry-After is read as seconds and as a date by the server’s own clock', () => {
  assert.equal(retryAfterMs(new Headers({ 'retry-after': '7' }), 0), 7000)
  const date = 'Mon, 23 Nov 2026 12:00:00 GMT'
  const later = 'Mon, 23 Nov 2026 12:00:30 GMT'
  assert.equal(retryAfterMs(new Headers({ 'retry-after': later, date }), 0), 30_000)
  assert.equal(retryAfterMs(new Headers({ 'retry-after': 'soon' }), 0), undefined)
  assert.equal(retryAfterMs(new Headers(), 0), undefined)
})
