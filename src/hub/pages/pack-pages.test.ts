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
  const said = packsHeadline([line('panel'), line('east')], 13_674, 5924)
  assert.match(said, /^5,924 charts and 1 schedule are published/)
  assert.match(said, /7,750 charts, new or changed, are read and not published yet/)
  assert.doesNotMatch(said, /first time/)
})

test('a source that was never read to its end is told of', () => {
  assert.match(packsHeadline([line('panel', true)], 2, 2), /still being read for the first time/)
})
