import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { holdFolder } from './only-one.ts'

test('a folder is held by one program, and let go when that ends', async () => {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-one-'))
  {
    await using _held = await holdFolder(root)
    await assert.rejects(holdFolder(root), /Another site program is running/)
  }
  await (await holdFolder(root))[Symbol.asyncDispose]()
  await rm(root, { recursive: true })
})
