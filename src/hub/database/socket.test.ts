import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { socketFolder } from './socket.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-so-'))
after(() => rm(folder, { recursive: true }))

test('the same data has the same private folder, other data another', async () => {
  const one = await socketFolder('/data/one', undefined, folder)
  assert.equal(await socketFolder('/data/one', undefined, folder), one)
  assert.notEqual(await socketFolder('/data/two', undefined, folder), one)
  assert.equal((await stat(one)).mode & 0o777, 0o700)
})

test("however long the paths of data and temporary folder are, the socket's path stays short", async () => {
  const deep = join(folder, 'x'.repeat(100))
  await mkdir(deep)
  const place = await socketFolder(`/${'long/'.repeat(60)}`, undefined, deep)
  try {
    assert.equal(dirname(place), '/tmp')
    assert.ok(`${place}/.s.PGSQL.65535`.length < 100)
  } finally {
    await rm(place, { recursive: true })
  }
})

test('a folder that others may enter, or a link in its place, is refused with what to do', async () => {
  const open = await socketFolder('/data/open', undefined, folder)
  await chmod(open, 0o755)
  await assert.rejects(socketFolder('/data/open', undefined, folder), /Remove that folder/)
  const linked = await socketFolder('/data/linked', undefined, folder)
  await rm(linked, { recursive: true })
  await symlink(await socketFolder('/data/one', undefined, folder), linked)
  await assert.rejects(socketFolder('/data/linked', undefined, folder), /Remove that folder/)
})
