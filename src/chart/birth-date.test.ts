import assert from 'node:assert/strict'
import { test } from 'node:test'
import { birthDateFrom } from './birth-date.ts'

test('a date that stands for none is no birth date', () => {
  for (const day of ['1980-03-01', '1980-03', '1980', '1899-12-31', '2026-11-23']) assert.equal(birthDateFrom(day), day)
  for (const day of ['0001-01-01', '1753-01-01', '1601', '9999-12-31', '2999-01', '', undefined])
    assert.equal(birthDateFrom(day), undefined, day)
})
