import { enrolKey, enrolProof, enrolProofHolds, newEnrolCode } from '../../access/enrol-code.ts'
import { Failure } from '../../base/failure.ts'
import { type Instant, MINUTE } from '../../base/time.ts'
import type { EnrolAnswer, EnrolRequest } from '../../pack/link.ts'
import { signRequest } from '../keys/authority.ts'
import { addOffer, noteEnrolled, siteById, tryOffer, useOffer } from '../sites/store.ts'
import { type Actor, auditLine, type Centre } from './centre.ts'

export const OFFER_MS = 15 * MINUTE
const MOST_TRIES = 5

/**
 * Offers a site its place: a code that is shown once, typed at the lockbox within a quarter of an hour, and works once. The hub keeps what the
 * code stretches to, never the code.
 */
export async function offerSite(
  centre: Centre,
  siteId: string,
  by: Actor,
): Promise<{ code: string; expiresAt: Instant }> {
  const code = newEnrolCode()
  const sealedKey = centre.root.seal(`offer ${code.codeId}`, await enrolKey(code))
  const now = centre.clock.now()
  const offer = { codeId: code.codeId, siteId, madeAt: now, madeBy: by.login, expiresAt: now + OFFER_MS }
  await centre.db.transaction().execute(async (together) => {
    await addOffer(together, offer, sealedKey)
    await centre.audit(together, [auditLine(centre, by, 'site-offered', { siteId })])
    await centre.changed(together, ['sites'])
  })
  return { code: code.shown, expiresAt: offer.expiresAt }
}

/**
 * A lockbox asks to be let in. It proves that it knows the code; the hub proves the same, keeps the lockbox's keys and gives it a certificate.
 * Permanent Failure, with words for the person at the lockbox, when the code is wrong, over, used or was tried too often.
 */
export async function acceptSite(centre: Centre, request: EnrolRequest): Promise<EnrolAnswer> {
  const now = centre.clock.now()
  const found = await tryOffer(centre.db, request.codeId, now, MOST_TRIES)
  if (found === undefined)
    throw new Failure(
      'permanent',
      'No open code begins like this one. Codes work once and for 15 minutes: have a new one made at the hub.',
    )
  const key = centre.root.open(`offer ${request.codeId}`, found.sealedKey)
  if (!enrolProofHolds(key, request))
    throw new Failure(
      'permanent',
      'The code is not right. Compare it with the hub’s page, letter by letter, and type it again.',
    )
  const site = await siteById(centre.db, found.offer.siteId)
  if (site === undefined) throw new Failure('permanent', 'The site of this code was taken out at the hub meanwhile.')
  const tlsCertificatePem = await signRequest(centre.keys.authority, request.tlsRequest, `Holdfast ${site.name}`, now)
  await centre.db.transaction().execute(async (together) => {
    if (!(await useOffer(together, request.codeId, now)))
      throw new Failure(
        'permanent',
        'This code was used a moment ago by another lockbox. Have a new one made at the hub.',
      )
    await noteEnrolled(together, site.id, request, now)
    await centre.audit(together, [
      auditLine(centre, { program: 'hub' }, 'site-enrolled', { siteId: site.id, offeredBy: found.offer.madeBy }),
    ])
    await centre.changed(together, ['sites', `site:${site.id}`])
  })
  centre.publishSoon()
  const answer: Omit<EnrolAnswer, 'proof'> = {
    siteId: site.id,
    siteName: site.name,
    practiceId: centre.practice.id,
    practiceName: centre.practice.name,
    hubSigningKey: centre.keys.signing.publicKey,
    hubKeyId: centre.keys.signing.keyId,
    hubRecipient: centre.keys.recipient,
    caPem: centre.keys.authority.certificatePem,
    tlsCertificatePem,
  }
  return { ...answer, proof: enrolProof(key, answer) }
}
