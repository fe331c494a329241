import type { Instant } from '../base/time.ts'
import type { Appointment, SectionName } from '../chart/chart.ts'

/**
 * A pack is a signed manifest and the sealed files that it names. Two kinds are published: one **panel** pack for the practice (every chart, an
 * immutable base and increments) and one small **site** pack for each site. docs/pack-format.md is the whole format, for strangers.
 *
 * - Files are immutable, named by the SHA-256 of what stands in them (sealed), so any carrier can bring them: the hub, a folder, a USB
 *   stick, an object store, a web server. Carriers are not trusted: the manifest's signature and hashes decide.
 * - Bulk is AES-256-GCM under a data key; data keys stand in the keyring, an age file to every site that may read and to the recovery key.
 * - A manifest's sequence only rises. Revoking a site makes a new data key that it is not given.
 */
export type PackKind = 'panel' | 'site'

export type Manifest = {
  format: 'holdfast-pack/1'
  practiceId: string
  kind: PackKind
  /** `panel`, or the site's id. */
  packId: string
  sequence: number
  publishedAt: Instant
  /** The keyring file (an age file; see keyring.ts), by its hash. */
  keyring: FileName
  files: PackFile[]
  /** How old what the pack says is, by class and source: see Freshness. */
  freshness: Freshness
  /** Of the panel: a source had not been read to its end for the first time, so that whoever is not in the panel may still be a patient. */
  loading?: boolean
}

/** 64 hex digits: the SHA-256 of the sealed file. */
export type FileName = string

export type PackFile = {
  name: FileName
  sizeBytes: number
  role: 'base' | 'increment' | 'schedule' | 'settings' | 'people' | 'paper'
  /** Which data key of the keyring sealed it. */
  keyId: string
  /** For `paper`: what it is, without patient data (e.g. `day-sheet 2026-11-22 prov-17`); for others, undefined. */
  label?: string
}

/** Signed as it stands: `manifest` is the exact text that was signed (Ed25519, RFC 8032), `signature` is base64. */
export type SignedManifest = { manifest: string; signature: string; keyId: string }

/**
 * When the sources were last read whole, so that an unchanged chart need not be sent again to be known as fresh. A chart's `asOf` is the
 * later of its own and its source's `asOf` here.
 */
export type Freshness = {
  schedule: Instant | undefined
  keyData: Instant | undefined
  roster: Instant | undefined
  sources: SourceAge[]
  /** Newest canary stamp that has come through the source into this pack. */
  canary: Instant | undefined
}

/** `sections`: lists that were last compared in all charts of this source earlier than `asOf`. */
export type SourceAge = { sourceId: string; asOf: Instant; sections?: { [Name in SectionName]?: Instant } }

/** What stands in a site pack's files. People and settings are declared where they are used (site settings below). */
export type SchedulePart = { from: Instant; to: Instant; appointments: Appointment[] }

/** Freshness limits of the practice's policy: older than `staleAfterMs` is amber and says so, than `expiredAfterMs` red. */
export type Limits = { staleAfterMs: number; expiredAfterMs: number }

export type SiteSettings = {
  practiceId: string
  practiceName: string
  siteId: string
  siteName: string
  zone: string
  locationIds: string[]
  sample: boolean
  limits: { schedule: Limits; keyData: Limits; roster: Limits }
  /** Without contact for so long, the site locks its data until a break-glass (default 7 days). */
  lockAfterMs: number
  idleLockMs: number
  restrictedPolicy: 'leave-out' | 'mask'
  paperSize: 'letter' | 'a4'
  printers: { name: string; uri: string }[]
  pullEveryMs: number
}
