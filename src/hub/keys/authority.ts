import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import { Failure } from '../../base/failure.ts'
import { DAY, type Instant } from '../../base/time.ts'

/**
 * The practice's own certificate authority: it makes the pages of hub and sites trustworthy on the clinics' networks, where no public
 * authority can. It signs only names that cannot be anything on the Internet, so whoever installs it risks nothing else.
 */
export type Authority = { certificatePem: string; privateKeyPem: string }

const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const AUTHORITY_DAYS = 3650
/** Apple's programs refuse certificates of private authorities that live longer than 825 days. */
const LEAF_DAYS = 800
const SUBJECT_ALT_NAME = '2.5.29.17'

x509.cryptoProvider.set(webcrypto)

export async function makeAuthority(practiceName: string, now: Instant): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString('hex'),
    name: [{ CN: [`Holdfast of ${practiceName}`] }],
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY),
    keys,
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificatePem: certificate.toString('pem'), privateKeyPem: await pemOf(keys.privateKey) }
}

/** Signs a request for a server certificate; names in it that do not belong to a private network are left out. */
export async function signRequest(
  authority: Authority,
  requestPem: string,
  name: string,
  now: Instant,
): Promise<string> {
  const request = await readRequest(requestPem)
  const held = request.getExtension(SUBJECT_ALT_NAME)
  const wanted = held instanceof x509.SubjectAlternativeNameExtension ? held.names.items : []
  const names = wanted
    .flatMap((one) => (one.type === 'dns' || one.type === 'ip' ? [{ type: one.type, value: one.value }] : []))
    .filter((one) => isPrivateName(one.value))
  return issue(authority, request.publicKey, name, names, now)
}

/** A certificate and key for the hub's own HTTPS. */
export async function issueForHub(
  authority: Authority,
  names: string[],
  now: Instant,
): Promise<{ certificatePem: string; privateKeyPem: string }> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify'])
  const alternatives = names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }))
  const certificatePem = await issue(authority, keys.publicKey, 'Holdfast hub', alternatives, now)
  return { certificatePem, privateKeyPem: await pemOf(keys.privateKey) }
}

async function issue(
  authority: Authority,
  publicKey: x509.PublicKeyType,
  name: string,
  names: { type: 'dns' | 'ip'; value: string }[],
  now: Instant,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.certificatePem)
  const local = [
    { type: 'dns' as const, value: 'localhost' },
    { type: 'ip' as const, value: '127.0.0.1' },
  ]
  const all = [...new Map([...local, ...names].map((one) => [one.value, one])).values()]
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(16).toString('hex'),
    subject: [{ CN: [name.slice(0, 60)] }],
    issuer: issuer.subject,
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + LEAF_DAYS * DAY),
    publicKey,
    signingKey: await privateKeyOf(authority.privateKeyPem),
    signingAlgorithm: P256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(all),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return certificate.toString('pem')
}

async function readRequest(pem: string): Promise<x509.Pkcs10CertificateRequest> {
  try {
    const request = new x509.Pkcs10CertificateRequest(pem)
    if (await request.verify()) return request
  } catch (thrown) {
    throw new Failure('permanent', 'The certificate request of the site cannot be read. Enrol again.', {
      cause: thrown,
    })
  }
  throw new Failure('permanent', 'The certificate request of the site is not signed by its own key. Enrol again.')
}

/** Loopback, private (RFC 1918, RFC 4193), link-local and shared addresses; names without a dot and names that never leave a network. */
export function isPrivateName(value: string): boolean {
  if (isIP(value) === 4)
    return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(
      value,
    )
  if (isIP(value) === 6) return /^(::1$|f[cd]|fe[89ab])/i.test(value)
  return (
    /^[a-z0-9-]{1,63}$/i.test(value) || /^([a-z0-9-]{1,63}\.)+(local|lan|internal|localhost|home\.arpa)$/i.test(value)
  )
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64')
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`
}

function privateKeyOf(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, P256, false, ['sign'])
}
