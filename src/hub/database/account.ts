import { readFileSync } from 'node:fs'

/**
 * The account that the database server runs under. PostgreSQL refuses to run as root, so a hub started by root hands its server to
 * somebody with fewer rights; everybody else runs it as themselves.
 */
export type Account = { name: string; uid: number; gid: number; home: string }

/** Tried in this order. A `holdfast` account of its own is best; `nobody` is shared with others and the doctor says so. */
const PREFERRED = ['holdfast', 'postgres', '_postgres', 'nobody']

/** undefined: run as whoever we are. `ownerUid`: who owns the data already, if anybody does. */
export function serverAccount(
  ownerUid: number | undefined,
  { root = process.getuid?.() === 0, passwd = readPasswd() } = {},
): Account | undefined {
  if (!root) return undefined
  const accounts = parsePasswd(passwd)
  const owner = ownerUid === undefined || ownerUid === 0 ? undefined : accounts.find(({ uid }) => uid === ownerUid)
  return owner ?? PREFERRED.map((name) => accounts.find((account) => account.name === name)).find(Boolean)
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    return ''
  }
}

function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':')
    if (name === undefined || name.startsWith('#') || uid === undefined || gid === undefined) return []
    // macOS writes nobody as -2.
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0, home: home ?? '/' }]
  })
}
