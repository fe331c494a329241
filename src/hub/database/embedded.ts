import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'

/**
 * The npm package of PostgreSQL's programs cannot carry symbolic links, and its install script (which would make them) does not run here.
 * So we make them. Where we may not write (npm ran as somebody else), or where the server's account may not go (/root), a copy is made in a
 * cache that it can read. Answers the `bin` folder that `runs`, or undefined.
 */
export async function runnableCopy(
  native: string,
  runs: (bin: string) => Promise<boolean>,
  caches = cacheFolders(),
): Promise<string | undefined> {
  const wanted = await linksOf(native)
  if (await makeLinks(native, wanted)) {
    if (await runs(join(native, 'bin'))) return join(native, 'bin')
  }
  for (const cache of caches) {
    const copy = await copyTo(cache, native, wanted).catch(() => undefined)
    if (copy !== undefined && (await runs(join(copy, 'bin')))) return join(copy, 'bin')
  }
  return undefined
}

const libraryLinks = z.array(z.object({ source: z.string(), target: z.string() }))
type LibraryLink = z.infer<typeof libraryLinks>[number]

async function linksOf(native: string): Promise<LibraryLink[]> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  return libraryLinks
    .parse(JSON.parse(text))
    .filter(({ source, target }) => dirname(source) === dirname(target) && !`${source}${target}`.includes('..'))
}

/** Links are relative, so that a moved or copied folder keeps working. False when one is missing and cannot be made. */
async function makeLinks(native: string, links: LibraryLink[]): Promise<boolean> {
  for (const { source, target } of links) {
    const place = join(native, '..', target)
    try {
      await symlink(basename(source), place)
    } catch (thrown) {
      if (codeOf(thrown) === 'EEXIST') continue
      if ((await lstat(place).catch(() => undefined)) === undefined) return false
    }
  }
  return true
}

function cacheFolders(): string[] {
  const uid = process.getuid?.() ?? 0
  return uid === 0
    ? ['/var/cache/holdfast', join(tmpdir(), 'holdfast-cache-0')]
    : [
        join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'holdfast'),
        join(tmpdir(), `holdfast-cache-${uid}`),
      ]
}

/**
 * The copy stands there whole or not at all. It is trusted only when it and the cache are our own and nobody else can write there: a
 * temporary folder is open to everybody, and these files will be run.
 */
async function copyTo(cache: string, native: string, links: LibraryLink[]): Promise<string | undefined> {
  const stamp = await lstat(join(native, 'bin', 'postgres'))
  const key = sha256Hex(`${native}\n${stamp.size}\n${stamp.mtimeMs}`).slice(0, 16)
  const home = join(cache, `postgres-${key}`)
  const copy = join(home, 'native')
  if ((await mkdir(cache, { recursive: true })) !== undefined) await chmod(cache, 0o755)
  if (!(await isOurs(cache))) return undefined
  if ((await lstat(home).catch(() => undefined)) === undefined) {
    const making = join(cache, `making-${randomBytes(6).toString('hex')}`)
    try {
      await mkdir(making, { mode: 0o755 })
      await cp(native, join(making, 'native'), { recursive: true, filter: (from) => !/\.a$|\/pkgconfig$/.test(from) })
      if (!(await makeLinks(join(making, 'native'), links))) return undefined
      await letOthersRead(making)
      await rename(making, home).catch((thrown: NodeJS.ErrnoException) => {
        // Another start was quicker: its copy is as good.
        if (thrown.code !== 'ENOTEMPTY' && thrown.code !== 'EEXIST') throw thrown
      })
    } finally {
      await rm(making, { recursive: true, force: true })
    }
  }
  return (await isOurs(home)) ? copy : undefined
}

async function isOurs(folder: string): Promise<boolean> {
  const seen = await lstat(folder)
  return seen.isDirectory() && seen.uid === (process.getuid?.() ?? seen.uid) && (seen.mode & 0o022) === 0
}

/** Whatever the umask was, here and when npm ran. */
async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await letOthersRead(path)
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}
