import { generateIdentity, identityToRecipient } from 'age-encryption'
import { z } from 'zod'
import { enrolKey, enrolProof, enrolProofHolds, readEnrolCode } from '../../access/enrol-code.ts'
import { newSigningKey } from '../../access/site-link.ts'
import { writeWhole } from '../../base/durable.ts'
import { Failure } from '../../base/failure.ts'
import type { Clock } from '../../base/time.ts'
import type { EnrolAnswer, EnrolRequest } from '../../pack/link.ts'
import { readFacts, type SiteFacts, writeFacts } from '../local/facts.ts'
import type { SiteFolder } from '../local/folder.ts'
import { callForJson } from './hub-call.ts'
import { newTlsRequest } from './tls.ts'

const answerShape: z.ZodType<EnrolAnswer> = z.object({
  siteId: z.string().regex(/^[\w-]{1,64}$/),
  siteName: z.string(),
  practiceId: z.string(),
  practiceName: z.string(),
  hubSigningKey: z.string(),
  hubKeyId: z.string(),
  hubRecipient: z.string(),
  caPem: z.string(),
  tlsCertificatePem: z.string(),
  proof: z.string(),
})

/**
 * Joins this machine to the practice. Keys are made here and only their public halves leave; the code proves each side to the other, so no
 * certificate needs to be trusted beforehand. Nothing is kept unless everything went well; an interrupted enrolment is begun again with a new code.
 */
export async function enrol(
  folder: SiteFolder,
  /** `again`: the hub revoked this machine, and a new code makes it a site anew. */
  wanted: { hubUrl: string; code: string; names?: string[]; again?: boolean },
  clock: Clock,
): Promise<SiteFacts> {
  if (wanted.again !== true && (await readFacts(folder)) !== undefined)
    throw new Failure('permanent', 'This site is enrolled already. To begin anew, move its folder away first.')
  const hubUrl = hubAddress(wanted.hubUrl)
  const code = readEnrolCode(wanted.code)
  if (code === undefined)
    throw new Failure(
      'permanent',
      'A code has twelve letters and digits, like 7K2P-9QX4-M0TB. Compare it with the hub’s page.',
    )
  const proofKey = await enrolKey(code)
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  const signing = newSigningKey()
  const tls = await newTlsRequest(wanted.names ?? [])
  const request: Omit<EnrolRequest, 'proof'> = {
    codeId: code.codeId,
    recipient,
    signingKey: signing.publicKey,
    tlsRequest: tls.requestPem,
  }
  const body = JSON.stringify({ ...request, proof: enrolProof(proofKey, request) })
  const answer = await callForJson(
    { url: hubUrl, trust: 'not-yet' },
    { method: 'POST', path: '/site/v1/enrol', body },
    answerShape,
  )
  if (!enrolProofHolds(proofKey, answer))
    throw new Failure(
      'permanent',
      'Whoever answered at this address does not know the code, so it is not your hub. Nothing was kept. Check the address and have a new code made.',
    )
  const facts: SiteFacts = {
    format: 'holdfast-site/1',
    siteId: answer.siteId,
    siteName: answer.siteName,
    practiceId: answer.practiceId,
    practiceName: answer.practiceName,
    hubUrl,
    hubSigningKeys: [answer.hubSigningKey],
    hubRecipient: answer.hubRecipient,
    recipient,
    caPem: answer.caPem,
    tlsCertificatePem: answer.tlsCertificatePem,
    enrolledAt: clock.now(),
    carriers: [],
  }
  await writeWhole(folder.firstIdentity, identity)
  await writeWhole(folder.signingKey, signing.pem)
  await writeWhole(folder.tlsKey, tls.keyPem)
  // The facts come last: a site is enrolled when they are there.
  await writeFacts(folder, facts)
  return facts
}

function hubAddress(typed: string): string {
  const text = typed.trim()
  try {
    const url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)
    if (url.protocol === 'https:' || url.protocol === 'http:') return url.origin
  } catch {
    // Said below.
  }
  throw new Failure('permanent', 'The hub’s address is like https://hub.example.lan:4600. Read it from the hub’s page.')
}
