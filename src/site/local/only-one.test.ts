import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
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

test('a link to a folder is the same folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'holdfast-one-'))
  await mkdir(join(root, 'site'))
  await symlink(join(root, 'site'), join(root, 'link'))
  {
    await using _held = await holdFolder(join(root, 'site'))
    await assert.rejects(holdFolder(join(root, 'link')), /Another site program is running/)
  }
  await rm(root, { recursive: true })
})
