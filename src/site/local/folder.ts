import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import { writeWhole } from '../../base/durable.ts'
import { Failure } from '../../base/failure.ts'

/**
 * Everything a site keeps stands in one folder, which can be moved or backed up whole. Nothing in it opens without a person's password or
 * a break-glass code, once the first person has been enrolled.
 */
export type SiteFolder = {
  root: string
  /** Public facts of the enrolment. */
  facts: string
  /** Ed25519 key (PEM) that signs what the site says to the hub. */
  signingKey: string
  tlsKey: string
  /** The site's age identity in the open: only from enrolment until the first person can unlock it. */
  firstIdentity: string
  /** The site's age identity, wrapped to each person and each sealed envelope. */
  unlock: string
  attempts: string
  /** Newest time seen, last word from the hub, last sign-in. */
  seen: string
  packs: string
  journal: string
}

export function siteFolder(root: string): SiteFolder {
  return {
    root,
    facts: join(root, 'site.json'),
    signingKey: join(root, 'hub-link.key'),
    tlsKey: join(root, 'pages.key'),
    firstIdentity: join(root, 'first-identity'),
    unlock: join(root, 'unlock.json'),
    attempts: join(root, 'attempts.json'),
    seen: join(root, 'seen.json'),
    packs: join(root, 'packs'),
    journal: join(root, 'journal'),
  }
}

/** Where each system keeps a program's own data. */
export function defaultSiteFolder(platform = process.platform, env: NodeJS.ProcessEnv = process.env): string {
  if (platform === 'win32') return join(env.PROGRAMDATA ?? env.LOCALAPPDATA ?? homedir(), 'Holdfast', 'site')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Holdfast', 'site')
  if (process.getuid?.() === 0) return '/var/lib/holdfast/site'
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'holdfast', 'site')
}

/** undefined when there is no such file. Throws Failure('permanent') when what stands in it is not what we wrote. */
export async function readJson<Value>(path: string, shape: z.ZodType<Value>): Promise<Value | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  try {
    return shape.parse(JSON.parse(text))
  } catch (cause) {
    throw new Failure(
      'permanent',
      `${path} is damaged. Put it back from a copy of the folder, or enrol this site again; packs come back by themselves.`,
      { cause },
    )
  }
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    throw thrown
  }
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeWhole(path, `${JSON.stringify(value, null, 1)}\n`)
}
