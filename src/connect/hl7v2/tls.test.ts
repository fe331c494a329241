import 'reflect-metadata'
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509'
import { silentLog } from '../../base/log.ts'
import { systemClock } from '../../base/time.ts'
import { hl7v2Config } from './config.ts'
import { openHl7v2Source } from './connector.ts'
import { framed } from './framing.ts'

async function certificate(name: string): Promise<{ certificate: string; key: string }> {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const made = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: new Date(systemClock.now() - 60_000),
    notAfter: new Date(systemClock.now() + 3_600_000),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { certificate: made.toString('pem'), key }
}

test('with TLS, only a sender that shows a certificate of ours is heard', async () => {
  const [server, sender, stranger] = await Promise.all(['hub', 'sender', 'stranger'].map(certificate))
  assert.ok(server && sender && stranger)
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-tls-'))
  const config = hl7v2Config.parse({
    id: 'feed',
    kind: 'hl7v2',
    listen: { port: 0 },
    journal: { folder },
    zone: 'UTC',
    tls: { key: server.key, certificate: server.certificate, clientCa: sender.certificate },
  })
  const source = await openHl7v2Source(config, { log: silentLog, clock: systemClock })
  const call = async (who: { certificate: string; key: string } | undefined): Promise<string> => {
    const shown = who === undefined ? {} : { cert: who.certificate, key: who.key }
    const socket = connect({
      port: source.port,
      host: '127.0.0.1',
      ca: server.certificate,
      checkServerIdentity: () => undefined,
      ...shown,
    })
    let heard = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard += chunk.toString()
      socket.end()
    })
    socket.write(framed('MSH|^~\\&|A|F|||20261122||ADT^A08|C1|P|2.5\rPID|1||7||Rivera'))
    await new Promise((resolve) => socket.once('close', resolve))
    return heard
  }
  try {
    assert.match(await call(sender), /MSA\|AA\|C1/)
    assert.equal(await call(stranger), '')
    assert.equal(await call(undefined), '')
  } finally {
    await source[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
})
