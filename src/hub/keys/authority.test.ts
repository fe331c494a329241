import 'reflect-metadata'
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { createServer, get } from 'node:https'
import { test } from 'node:test'
import * as x509 from '@peculiar/x509'
import { isPrivateName, issueForHub, makeAuthority, signRequest } from './authority.ts'

const NOW = Date.parse('2026-11-23T11:00:00Z')

test('a program that trusts the authority reaches a page with a certificate of it', async () => {
  const now = performance.timeOrigin
  const authority = await makeAuthority('Harbor Valley', now)
  const { certificatePem, privateKeyPem } = await issueForHub(authority, ['192.168.7.2', 'hub.lan'], now)
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, (_request, answer) => answer.end('here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const { port } = address
    const [answer] = await once(get({ host: '127.0.0.1', port, ca: authority.certificatePem }), 'response')
    assert.equal(answer.statusCode, 200)
    answer.resume()
    await once(answer, 'end')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

async function requestFor(names: { type: 'dns' | 'ip'; value: string }[]): Promise<string> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: 'CN=site',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [new x509.SubjectAlternativeNameExtension(names)],
  })
  return request.toString('pem')
}

test('a site gets its private names and never a name of the Internet', async () => {
  const authority = await makeAuthority('Harbor Valley', NOW)
  const pem = await requestFor([
    { type: 'ip', value: '10.1.2.3' },
    { type: 'dns', value: 'lockbox' },
    { type: 'dns', value: 'bank.example.com' },
    { type: 'ip', value: '8.8.8.8' },
  ])
  const certificate = new x509.X509Certificate(await signRequest(authority, pem, 'East', NOW))
  const names = certificate
    .getExtension<x509.SubjectAlternativeNameExtension>('2.5.29.17')
    ?.names.items.map((one) => one.value)
  assert.deepEqual(names, ['localhost', '127.0.0.1', '10.1.2.3', 'lockbox'])
  assert.ok(
    await certificate.verify({
      publicKey: new x509.X509Certificate(authority.certificatePem).publicKey,
      date: new Date(NOW),
    }),
  )
})

test('what is no request is refused with words', async () => {
  const authority = await makeAuthority('Harbor Valley', NOW)
  await assert.rejects(signRequest(authority, 'nonsense', 'East', NOW), /Enrol again/)
})

test('private names are told from public ones', () => {
  for (const name of ['192.168.1.1', '172.31.0.9', '100.64.0.1', 'fd00::1', 'front-desk', 'box.clinic.lan'])
    assert.equal(isPrivateName(name), true, name)
  for (const name of ['172.32.0.1', '1.1.1.1', '2001:db8::1', 'example.com', 'lan.example.com', ''])
    assert.equal(isPrivateName(name), false, name)
})
