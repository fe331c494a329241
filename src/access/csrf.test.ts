import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Asked, csrfFault } from './csrf.ts'

const form: Asked = {
  method: 'POST',
  host: 'hub.lan:4600',
  origin: 'http://hub.lan:4600',
  fetchSite: 'same-origin',
  token: 'word',
}

test('a form of ours with the word of its session is let through', () => {
  assert.equal(csrfFault(form, 'word'), undefined)
  assert.equal(csrfFault({ ...form, fetchSite: undefined, origin: undefined }, 'word'), undefined)
})

test('a form from elsewhere, or with the word of another session, changes nothing', () => {
  const forged: Partial<Asked>[] = [
    { fetchSite: 'cross-site' },
    { fetchSite: 'same-site' },
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://hub.lan:4611' },
    { token: undefined },
    { token: 'wore' },
    { token: '' },
  ]
  for (const change of forged)
    assert.notEqual(csrfFault({ ...form, ...change }, 'word'), undefined, JSON.stringify(change))
})

test('signing in, where there is no session yet, is only taken from a page of ours', () => {
  assert.equal(csrfFault({ ...form, token: undefined }, undefined), undefined)
  assert.notEqual(csrfFault({ ...form, origin: undefined, fetchSite: undefined }, undefined), undefined)
})

test('reading needs no word', () => {
  assert.equal(csrfFault({ ...form, method: 'GET', fetchSite: 'cross-site', token: undefined }, 'word'), undefined)
})
