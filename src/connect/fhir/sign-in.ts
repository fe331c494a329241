import { randomUUID } from 'node:crypto'
import { type CryptoKey, importJWK, importPKCS8, type KeyObject, SignJWT } from 'jose'
import { Failure } from '../../base/failure.ts'
import type { Clock, Instant } from '../../base/time.ts'
import { isObject, numberIn, textIn } from '../../chart/fhir/json.ts'
import { safeAddress } from './address.ts'
import type { FhirConfig, SignIn } from './config.ts'
import { refusalOf } from './refusal.ts'
import { type Answer, exchange } from './wire.ts'

/** Keeps us signed in. `authorization` gives the header's value, signing in when needed; `forget` drops what was refused, so that the next call signs in again. */
export type Session = {
  authorization(signal?: AbortSignal): Promise<string | undefined>
  forget(refused: string | undefined): void
}

type Token = { value: string; renewAt: Instant }
type WithTokenUrl = Extract<SignIn, { tokenUrl?: string | undefined }>

/** An assertion lives as short as SMART asks for (five minutes at most), a token is renewed well before its end. */
const ASSERTION_SECONDS = 240
const RENEW_BEFORE_MS = 60_000
const DEFAULT_SCOPE = 'system/*.rs'

export function openSession(config: FhirConfig, base: URL, clock: Clock): Session {
  const { signIn } = config
  if (signIn.kind === 'none') return { authorization: async () => undefined, forget: () => {} }
  if (signIn.kind === 'bearer') return { authorization: async () => `Bearer ${signIn.token}`, forget: () => {} }
  let current: Token | undefined
  let pending: Promise<Token> | undefined
  return {
    authorization: async (signal) => {
      if (current !== undefined && current.renewAt > clock.now()) return `Bearer ${current.value}`
      // Questions that run at once share one sign-in; one that failed is not kept.
      pending ??= signedIn(config, signIn, base, clock, signal).finally(() => {
        pending = undefined
      })
      current = await pending
      return `Bearer ${current.value}`
    },
    forget: (refused) => {
      if (refused === undefined || refused === `Bearer ${current?.value}`) current = undefined
    },
  }
}

async function signedIn(
  config: FhirConfig,
  signIn: WithTokenUrl,
  base: URL,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<Token> {
  const tokenUrl = await tokenUrlOf(config, signIn, base, signal)
  const form = new URLSearchParams({ grant_type: 'client_credentials', scope: signIn.scope ?? DEFAULT_SCOPE })
  const headers: { [name: string]: string } = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
  }
  if (signIn.kind === 'client-credentials') {
    headers.authorization = `Basic ${basicOf(signIn.clientId, signIn.clientSecret)}`
  } else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    form.set('client_assertion', await assertionOf(signIn, tokenUrl, clock))
  }
  const limits = { deadlineMs: config.deadlineMs, stallMs: config.stallMs, mostBytes: 1024 * 1024, signal }
  const answer = await exchange({ url: tokenUrl, method: 'POST', headers, body: form.toString(), ...limits })
  return tokenIn(answer, clock)
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
function basicOf(clientId: string, clientSecret: string): string {
  return Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString('base64')
}

async function assertionOf(
  signIn: Extract<SignIn, { kind: 'smart-backend' }>,
  tokenUrl: URL,
  clock: Clock,
): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000)
  return await new SignJWT()
    .setProtectedHeader({
      alg: signIn.algorithm,
      typ: 'JWT',
      ...(signIn.keyId === undefined ? {} : { kid: signIn.keyId }),
    })
    .setIssuer(signIn.clientId)
    .setSubject(signIn.clientId)
    .setAudience(tokenUrl.href)
    .setJti(randomUUID())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .sign(await keyOf(signIn))
}

async function keyOf(signIn: Extract<SignIn, { kind: 'smart-backend' }>): Promise<CryptoKey | KeyObject | Uint8Array> {
  try {
    const text = signIn.privateKey.trim()
    return text.startsWith('{')
      ? await importJWK(JSON.parse(text), signIn.algorithm)
      : await importPKCS8(text, signIn.algorithm)
  } catch {
    throw new Failure(
      'permanent',
      `The private key for the FHIR sign-in is no ${signIn.algorithm} key (PKCS #8 PEM or JWK).`,
    )
  }
}

async function tokenUrlOf(
  config: FhirConfig,
  signIn: WithTokenUrl,
  base: URL,
  signal: AbortSignal | undefined,
): Promise<URL> {
  if (signIn.tokenUrl !== undefined) return safeAddress(signIn.tokenUrl, 'The token address')
  const url = new URL('.well-known/smart-configuration', base)
  const limits = { deadlineMs: config.deadlineMs, stallMs: config.stallMs, mostBytes: 1024 * 1024, signal }
  const answer = await exchange({ url, headers: { accept: 'application/json' }, ...limits })
  const said = answer.status === 200 ? textIn(parsed(answer.text), 'token_endpoint') : undefined
  if (said !== undefined) return safeAddress(said, 'The token address that the FHIR server gave')
  if (answer.status >= 500 || answer.status === 429) {
    throw refusalOf({ status: answer.status, body: answer.text, asked: 'the sign-in address' })
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new Failure(
      'permanent',
      `The FHIR server refuses even the question where to sign in (HTTP ${answer.status}). Either it refuses everybody at the moment, or it needs tokenUrl in its configuration.`,
    )
  }
  throw new Failure(
    'permanent',
    `The FHIR server does not say where to sign in (HTTP ${answer.status}). Either its address is wrong, or it needs tokenUrl in its configuration.`,
  )
}

function tokenIn(answer: Answer, clock: Clock): Token {
  const body = parsed(answer.text)
  const value = textIn(body, 'access_token')
  if (answer.status >= 200 && answer.status < 300 && value !== undefined) {
    const livesMs = (numberIn(body, 'expires_in') ?? 300) * 1000
    return { value, renewAt: clock.now() + Math.max(livesMs / 2, livesMs - RENEW_BEFORE_MS) }
  }
  const error = textIn(body, 'error')
  const said = error !== undefined && /^[a-z_]{1,40}$/.test(error) ? error : `HTTP ${answer.status}`
  // RFC 6749, 5.2: a 400 or 401 is about us, and no repeat mends it; anything else is about the server.
  const ours = (answer.status === 400 || answer.status === 401 || answer.status === 403) && error !== undefined
  const temporary = error === 'temporarily_unavailable' || error === 'server_error' || error === 'slow_down'
  if (ours && !temporary) {
    throw new Failure(
      'permanent',
      `The FHIR server's sign-in refuses us (${said}). Check the client, its key and its scope.`,
    )
  }
  throw new Failure('transient', `The FHIR server's sign-in does not work now (${said}).`)
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
