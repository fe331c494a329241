import { chown, lstat, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Account } from './account.ts'

/** The kernel allows 107 bytes for a socket's path (103 on macOS), and PostgreSQL adds `/.s.PGSQL.<port>` to the folder. */
const LONGEST_FOLDER = 103 - '/.s.PGSQL.65535'.length

/**
 * The private folder of a data directory's Unix socket: always the same for the same data, short enough for the kernel, and closed to
 * everybody but the server's account. Whoever can enter it is let in without a password, so a folder that is not ours is refused.
 */
export async function socketFolder(
  dataDir: string,
  account: Account | undefined,
  temporary = tmpdir(),
): Promise<string> {
  const name = `hf-${sha256Hex(dataDir).slice(0, 12)}`
  const folder = [temporary, '/tmp'].map((parent) => join(parent, name)).find((path) => path.length <= LONGEST_FOLDER)
  if (folder === undefined)
    throw new Failure(
      'permanent',
      `No short place for the database's socket: ${temporary} is too long a path. Set TMPDIR to a shorter one.`,
    )
  const uid = account?.uid ?? process.getuid?.()
  await mkdir(folder, { mode: 0o700 }).then(
    async () => {
      if (account !== undefined) await chown(folder, account.uid, account.gid)
    },
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw thrown
    },
  )
  const seen = await lstat(folder)
  if (
    !seen.isDirectory() ||
    (seen.mode & 0o077) !== 0 ||
    (uid !== undefined && seen.uid !== uid && seen.uid !== process.getuid?.())
  )
    throw new Failure(
      'permanent',
      `${folder} is not the database's own private folder (somebody else made it, or others may enter). The database was not started. Remove that folder, or set TMPDIR to another place.`,
    )
  // Made by root in a start that was interrupted before it was handed over.
  if (account !== undefined && seen.uid !== account.uid) await chown(folder, account.uid, account.gid)
  return folder
}
