import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakGlassGrants, mayOpenRestricted, reasonFault } from './restricted.ts'

test('in an emergency the reason is one choice; otherwise a few words are needed too', () => {
  assert.equal(reasonFault({ reason: 'emergency-treatment', words: '' }), undefined)
  assert.match(reasonFault({ reason: 'other', words: 'because' }) ?? '', /few words/)
  assert.equal(reasonFault({ reason: 'other', words: 'asked by Dr Kelly to confirm the dose' }), undefined)
  assert.match(reasonFault({ reason: 'curiosity', words: 'a famous neighbour' }) ?? '', /Choose/)
})

test('who opened a site from an envelope cares for patients there, and is nobody elsewhere', () => {
  const grants = breakGlassGrants('site_east')
  assert.equal(mayOpenRestricted(grants, 'site_east'), true)
  assert.equal(mayOpenRestricted(grants, 'site_west'), false)
  assert.equal(mayOpenRestricted([{ role: 'owner', sites: 'all' }], 'site_east'), false)
})
