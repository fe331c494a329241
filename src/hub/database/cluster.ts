import { randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { codeOf, Failure } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Account, serverAccount } from './account.ts'
import { canWriteIn, runAs } from './as-account.ts'
import type { Binaries } from './binaries.ts'

/** A data directory that the server's account can work in. `major`: which PostgreSQL made it; undefined when it is still to be made. */
export type DataPlace = { path: string; account: Account | undefined; major: number | undefined }

/**
 * Finds or prepares the place of the data. Started by root in a folder that the server's account cannot enter (such as /root), the data
 * goes to /var/lib/holdfast, and a link to it stands where it was asked for.
 */
export async function dataPlace(dataDir: string, log: Log): Promise<DataPlace> {
  const wanted = resolve(dataDir)
  const existing = await realpath(wanted).catch(() => undefined)
  if (existing === undefined && (await exists(wanted)))
    throw new Failure(
      'permanent',
      `${wanted} is a link to a folder that is not there. No new database was made in its stead. Is a disk not mounted?`,
    )
  const owner = existing === undefined ? undefined : (await stat(existing)).uid
  const account = serverAccount(owner)
  if (process.getuid?.() === 0 && account === undefined)
    throw new Failure(
      'permanent',
      'PostgreSQL does not run as root, and this machine has no account named holdfast, postgres or nobody. Make one (useradd -r holdfast) and start again.',
    )
  if (existing !== undefined) {
    const major = await majorOf(existing)
    if (major !== undefined) return { path: existing, account, major }
    if ((await readdir(existing)).length > 0)
      throw new Failure(
        'permanent',
        `${wanted} holds files, but no PostgreSQL data. Nothing was touched. Name an empty folder for the database.`,
      )
    if (account === undefined || (await canEnter(account, dirname(existing)))) return { path: existing, account, major }
    await rmdir(existing)
  }
  const parent = dirname(wanted)
  // Passable, not readable: the server's account has to get through a folder that we make for it.
  if ((await mkdir(parent, { recursive: true })) !== undefined && account !== undefined) await chmod(parent, 0o711)
  const place = join(await realpath(parent), basename(wanted))
  if (account === undefined || (await canEnter(account, parent))) return { path: place, account, major: undefined }
  return { path: await placeElsewhere(place, account, log), account, major: undefined }
}

async function canEnter(account: Account, parent: string): Promise<boolean> {
  const trial = join(parent, `.trial-${randomBytes(4).toString('hex')}`)
  await mkdir(trial, { mode: 0o700 })
  try {
    await chown(trial, account.uid, account.gid)
    return await canWriteIn(account, trial)
  } finally {
    await rmdir(trial)
  }
}

async function placeElsewhere(wanted: string, account: Account, log: Log): Promise<string> {
  const folder = join('/var/lib/holdfast', `database-${randomBytes(6).toString('hex')}`)
  const place = join(folder, 'data')
  await mkdir(place, { recursive: true, mode: 0o711 })
  await chmod(dirname(folder), 0o711)
  await chmod(folder, 0o711)
  try {
    await symlink(place, wanted)
  } catch (thrown) {
    await rm(folder, { recursive: true })
    // Another hub that starts in this moment was quicker.
    if (codeOf(thrown) === 'EEXIST') return realpath(wanted)
    throw thrown
  }
  log.warn(
    { wanted, place },
    `the account ${account.name} cannot enter that folder; the database is kept elsewhere, with a link to it`,
  )
  return place
}

async function majorOf(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number.parseInt(text, 10)
}

/**
 * Makes the data directory whole or not at all: a start that is killed half-way leaves nothing that the next would take for a database.
 * When another process makes it at the same time, the first one wins and both use it.
 */
export async function makeCluster(place: DataPlace, binaries: Binaries, superuser: string): Promise<void> {
  const making = `${place.path}.making-${randomBytes(4).toString('hex')}`
  await mkdir(making, { mode: 0o700 })
  try {
    if (place.account !== undefined) await chown(making, place.account.uid, place.account.gid)
    // The built-in locale gives the same order on every machine, so the data may move; before version 17 C.UTF-8 comes nearest.
    const locale =
      binaries.version.major >= 17
        ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
        : ['--locale=C.UTF-8']
    const safety = ['--auth-local=trust', '--auth-host=scram-sha-256', '--data-checksums', '--no-instructions']
    const wanted = ['-D', making, '-U', superuser, '-E', 'UTF8', ...locale, ...safety]
    const made = await runAs(place.account, join(binaries.bin, 'initdb'), wanted)
    if (!made.ok)
      throw new Failure(
        'permanent',
        `The database could not be made in ${dirname(place.path)}: ${lastLines(made.output)}`,
      )
    await rename(making, place.path).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOTEMPTY' && thrown.code !== 'EEXIST') throw thrown
    })
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}

export function lastLines(text: string, most = 4): string {
  return text.trim().split('\n').slice(-most).join(' | ').slice(0, 800)
}

/** Whether anything has that name, be it a link to nowhere. */
async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}
