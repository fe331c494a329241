import { Secret, TOTP } from 'otpauth'
import { type Instant, SECOND } from '../base/time.ts'

/** Time-based one-time passwords (RFC 6238) as every authenticator app knows them: SHA-1, six digits, 30 seconds. */
const PERIOD_SECONDS = 30

export type TotpOffer = {
  /** Base 32, for typing; secret. */
  secret: string
  /** `otpauth://...`, for the QR code; secret. */
  uri: string
}

export function newTotp(login: string, practiceName: string): TotpOffer {
  const totp = of(new Secret({ size: 20 }).base32, login, practiceName)
  return { secret: totp.secret.base32, uri: totp.toString() }
}

/**
 * The time step of a right code, or undefined. One step of drift either way is forgiven; a step up to `lastStep` was used already, so a code that
 * somebody saw on the way is worth nothing (RFC 6238, 5.2). Keep the answer as the next `lastStep`.
 */
export function totpStep(secret: string, typed: string, lastStep: number, now: Instant): number | undefined {
  const code = typed.replace(/\s/g, '')
  if (!/^\d{6}$/.test(code)) return undefined
  const delta = of(secret).validate({ token: code, timestamp: now, window: 1 })
  if (delta === null) return undefined
  const step = Math.floor(now / (PERIOD_SECONDS * SECOND)) + delta
  return step > lastStep ? step : undefined
}

function of(secret: string, label = 'Holdfast', issuer = 'Holdfast'): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
    secret: Secret.fromBase32(secret),
  })
}
