import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PackLine, packsHeadline } from './pack-pages.ts'

const line = (packId: string, loading = false): PackLine => ({
  packId,
  name: packId,
  sequence: 1,
  publishedAt: 1,
  schedule: 1,
  keyData: 1,
  sizeBytes: 1000,
  files: [],
  loading,
  have: [],
  lack: [],
})

test('only charts that are in the panel count as published', () => {
  const said = packsHeadline([line('panel'), line('east')], { read: 13_674, published: 5924, leftOut: 0 })
  assert.match(said, /^5,924 charts and 1 schedule are published/)
  assert.match(said, /7,750 charts, new or changed, are read and not published yet/)
  assert.doesNotMatch(said, /first time|left out/)
})

test('charts that the policy leaves out are counted as left out, not as published', () => {
  const said = packsHeadline([line('panel'), line('east')], { read: 60, published: 60, leftOut: 3 })
  assert.match(said, /^57 charts and 1 schedule are published.* 3 restricted charts are left out by the policy\.$/)
  const one = packsHeadline([line('panel')], { read: 60, published: 60, leftOut: 1 })
  assert.match(one, / 1 restricted chart is left out by the policy\.$/)
})

test('a source that was never read to its end is told of', () => {
  assert.match(
    packsHeadline([line('panel', true)], { read: 2, published: 2, leftOut: 0 }),
    /still being read for the first time/,
  )
})
