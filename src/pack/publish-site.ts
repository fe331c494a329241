import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { sha256Hex } from '../base/hash.ts'
import { dataKey, dataKeysOf, keyringFor, newKeyring } from './keyring.ts'
import type { FileName, Freshness, PackFile, SchedulePart, SignedManifest, SiteSettings } from './pack.ts'
import {
  allRecipients,
  keyringOf,
  type Prepared,
  type Publisher,
  previousManifest,
  publication,
  writeFile,
} from './publisher.ts'
import { sealBytes } from './seal.ts'
import type { StandbysPart } from './standby-known.ts'

const compress = promisify(zstdCompress)

/** A finished sheet. `contentHash` (SHA-256, hex) says whether it changed; `read` is called only if it did. `label` holds no patient data. */
export type PaperPart = { label: string; contentHash: string; read(): Promise<Uint8Array> }

/** `people`: who may unlock the site offline, in the words of access/; any JSON here. */
export type SiteContents = {
  schedule: SchedulePart
  settings: SiteSettings
  people: unknown
  paper: readonly PaperPart[]
  /** Left out where no standby is watched. */
  standbys?: StandbysPart
}

/**
 * From which content each file was sealed. Sealing the same content twice gives two files (the salt is random), so whoever publishes keeps this, and
 * gives it back the next time: what did not change is neither sealed nor sent again.
 */
export type SiteMadeOf = { contents: { role: PackFile['role']; label: string; contentHash: string; name: FileName }[] }

export type SitePublication = Prepared & { madeOf: SiteMadeOf }

/** Prepares the next site manifest; costs what changed. */
export async function prepareSite(
  publisher: Publisher,
  request: {
    siteId: string
    previous: SignedManifest | undefined
    madeBefore: SiteMadeOf | undefined
    contents: SiteContents
    /** The site's own age recipient (and nobody else's); the hub and the recovery keys are added. */
    recipients: readonly string[]
    freshness: Freshness
    rotateKey?: boolean
    sequenceAtLeast?: number
  },
): Promise<SitePublication> {
  const { siteId } = request
  const before = previousManifest(publisher, request.previous, siteId)
  const known = before === undefined ? undefined : await keyringOf(publisher, before)
  const recipients = allRecipients(publisher, request.recipients)
  const start = known ?? newKeyring(publisher.practiceId, siteId, recipients)
  const keyring = keyringFor(start, recipients, new Set(start.keys.map((key) => key.id)), request.rotateKey)
  const keyId = keyring.currentKeyId
  const key = dataKey(dataKeysOf(keyring), keyId)

  const usable = new Map(before?.files.filter((file) => file.keyId === keyId).map((file) => [file.name, file]))
  const madeBefore = new Map(request.madeBefore?.contents.map((made) => [contentKey(made), made.name]))
  const files: PackFile[] = []
  const contents: SiteMadeOf['contents'] = []
  for (const part of partsOf(request.contents)) {
    const old = usable.get(madeBefore.get(contentKey(part)) ?? '')
    const file = old ?? {
      ...(await sealPart(publisher, siteId, key, part)),
      role: part.role,
      keyId,
      ...(part.role === 'paper' ? { label: part.label } : {}),
    }
    files.push(file)
    contents.push({ role: part.role, label: part.label, contentHash: part.contentHash, name: file.name })
  }
  const due = keyringFor(keyring, recipients, new Set([keyId]))
  const prepared = await publication(publisher, {
    before,
    kind: 'site',
    packId: siteId,
    files,
    freshness: request.freshness,
    keyring: { known, due },
    sequenceAtLeast: request.sequenceAtLeast,
  })
  return { ...prepared, madeOf: { contents } }
}

type Part = { role: PackFile['role']; label: string; contentHash: string; read(): Promise<Uint8Array> }

function partsOf(contents: SiteContents): Part[] {
  return [
    jsonPart('schedule', contents.schedule),
    jsonPart(
      'settings',
      contents.standbys === undefined ? contents.settings : { ...contents.settings, standbys: contents.standbys },
    ),
    jsonPart('people', contents.people),
    ...contents.paper.map((paper) => ({ ...paper, role: 'paper' as const, read: () => paper.read() })),
  ]
}

/** Plain JSON, compressed. */
function jsonPart(role: PackFile['role'], value: unknown): Part {
  const text = Buffer.from(JSON.stringify(value), 'utf8')
  return { role, label: '', contentHash: sha256Hex(text), read: () => compress(text) }
}

async function sealPart(
  publisher: Publisher,
  siteId: string,
  key: Uint8Array,
  part: Part,
): Promise<{ name: FileName; sizeBytes: number }> {
  const context = { practiceId: publisher.practiceId, kind: 'site', packId: siteId, role: part.role } as const
  return writeFile(publisher.vault, sealBytes(key, context, await part.read()))
}

function contentKey(made: { role: string; label: string; contentHash: string }): string {
  return `${made.role}\n${made.label}\n${made.contentHash}`
}
