import type { Instant } from '../base/time.ts'
import type { Freshness, SignedManifest } from './pack.ts'

/**
 * What a site and the hub say to each other, over HTTPS, JSON both ways. The site speaks first, always; nothing here is needed at 6 a.m.
 *
 * `POST /site/v1/enrol`            EnrolRequest -> EnrolAnswer
 * `GET  /site/v1/manifests`        -> ManifestsAnswer
 * `GET  /site/v1/files/<name>`     -> the sealed file, bytes
 * `POST /site/v1/heartbeat`        Heartbeat -> HeartbeatAnswer
 * `POST /site/v1/journal`          JournalHandOver -> JournalReceipt
 *
 * All but enrol carry `Authorization: Holdfast site=<siteId>,at=<ms>,nonce=<hex>,signature=<base64>`: Ed25519 by the site's signing key over
 * `METHOD\npath\nat\nnonce\nsha256hex(body)`. The hub refuses an `at` more than 5 minutes from its clock (saying its own time) and a nonce seen before.
 */
export type EnrolRequest = {
  /** First 4 characters of the code: finds the offer. The rest is never sent. */
  codeId: string
  /** age recipient of the site's key; packs are wrapped to it. */
  recipient: string
  /** Ed25519 public key, base64 of the raw 32 bytes. */
  signingKey: string
  /** PKCS#10 in PEM for the certificate of the site's own pages. */
  tlsRequest: string
  /** HMAC-SHA-256 (hex) over the canonical JSON of the fields above, under the key that the whole code stretches to. */
  proof: string
}

export type EnrolAnswer = {
  siteId: string
  siteName: string
  practiceId: string
  practiceName: string
  /** The key that signs manifests (Ed25519, base64 raw) and its id. */
  hubSigningKey: string
  hubKeyId: string
  /** age recipient to which the site's journal is sealed for the hub. */
  hubRecipient: string
  caPem: string
  tlsCertificatePem: string
  /** HMAC over the canonical JSON of the fields above, under the same key: the hub proves that it knows the code. */
  proof: string
}

export type ManifestsAnswer = { panel: SignedManifest | null; site: SignedManifest | null; hubNow: Instant }

export type Heartbeat = {
  at: Instant
  version: string
  panelSequence: number | undefined
  siteSequence: number | undefined
  freshness: Freshness | undefined
  /** Whether a person has unlocked the site since it started. */
  locked: boolean
  diskFreeBytes: number
  /** Sealed journal lines that wait to be handed over. */
  journalWaiting: number
  startedAt: Instant
}

export type HeartbeatAnswer = { hubNow: Instant; revoked: boolean }

/** Sealed journal lines: the hub opens them with its own key. `file` is the journal file's name; lines are numbered from 1 in each file. */
export type JournalHandOver = { file: string; header: string; from: number; lines: string[] }

/** Everything up to `through` is on the hub's disk; sending it again changes nothing. */
export type JournalReceipt = { file: string; through: number }
