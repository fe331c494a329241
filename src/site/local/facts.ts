import { z } from 'zod'
import { readJson, type SiteFolder, writeJson } from './folder.ts'

const shape = z.object({
  format: z.literal('holdfast-site/1'),
  siteId: z.string(),
  siteName: z.string(),
  practiceId: z.string(),
  practiceName: z.string(),
  hubUrl: z.string(),
  /** Whose signature on a manifest counts: raw Ed25519 public keys, base64. */
  hubSigningKeys: z.array(z.string()),
  /** age recipient to which the journal is sealed for the hub. */
  hubRecipient: z.string(),
  /** age recipient of this site. */
  recipient: z.string(),
  caPem: z.string(),
  tlsCertificatePem: z.string(),
  enrolledAt: z.number(),
  /** Other ways for packs to come, in the order in which they are tried after the hub. */
  carriers: z.array(z.union([z.object({ folder: z.string() }), z.object({ web: z.string() })])),
})

/** What a site knows of itself after enrolment. None of it is secret. */
export type SiteFacts = z.infer<typeof shape>

export function readFacts(folder: SiteFolder): Promise<SiteFacts | undefined> {
  return readJson(folder.facts, shape)
}

export async function writeFacts(folder: SiteFolder, facts: SiteFacts): Promise<void> {
  await writeJson(folder.facts, facts)
}
