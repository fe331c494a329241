import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR, MINUTE } from '../base/time.ts'
import { isDue } from './due.ts'
import { siteMarks } from './site-mark.ts'

const made = { contentHash: 'a', asOf: 0, madeAt: 0 }

test('a sheet that was never made is due', () => {
  assert.equal(isDue({ contentHash: 'a', asOf: 0 }, undefined, 0), true)
})

test('a changed sheet is due after ten minutes, not with every change', () => {
  assert.equal(isDue({ contentHash: 'b', asOf: MINUTE }, made, MINUTE), false)
  assert.equal(isDue({ contentHash: 'b', asOf: MINUTE }, made, 10 * MINUTE), true)
})

test('an unchanged sheet is restated when its facts are an hour fresher, and left alone while the source is dead', () => {
  assert.equal(isDue({ contentHash: 'a', asOf: HOUR }, made, HOUR), true)
  assert.equal(isDue({ contentHash: 'a', asOf: MINUTE }, made, 9 * HOUR), false)
})

test('site marks are short, spoken and told apart', () => {
  assert.deepEqual(siteMarks(['Harbor Main', 'Riverside', 'Harbor Mall', 'Núñez Park']), [
    'HAMA',
    'RIVE',
    'HAMA2',
    'NUPA',
  ])
})
