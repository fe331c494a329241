import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { farSide } from '../../../test/contracts/far-side.ts'
import { seenIn } from './clamd.ts'
import { clamavShape } from './config.ts'
import { clamavProbe } from './connector.ts'
import { EICAR } from './eicar.ts'
import { signaturesInHeader, signaturesInVersion } from './signatures.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')

test('the test file is the one that every scanner knows', () => {
  assert.equal(EICAR.length, 68)
})

test('the age of signatures is read from clamd’s word and from a database’s own header', () => {
  assert.deepEqual(signaturesInVersion('ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026'), {
    number: 27_500,
    madeAt: Date.parse('2026-11-23T08:25:11Z'),
  })
  assert.deepEqual(signaturesInVersion('ClamAV 1.4.6/27500/Mon Nov  2 08:25:11 2026')?.number, 27_500)
  assert.deepEqual(
    signaturesInHeader('ClamAV-VDB:23 Nov 2026 08-25 -0500:27500:2076000:90:abc:def:builder:1795440300   '),
    {
      number: 27_500,
      madeAt: Date.parse('2026-11-23T13:25:00Z'),
    },
  )
  for (const said of ['ClamAV 1.4.6', 'ClamAV 1.4.6/0/', 'ClamAV 1.4.6/27500/never', ''])
    assert.equal(signaturesInVersion(said), undefined)
  assert.equal(signaturesInHeader('not a database'), undefined)
})

test('only the word for clean is read as clean', () => {
  assert.equal(seenIn('stream: Eicar-Test-Signature FOUND'), 'found')
  assert.equal(seenIn('stream: OK'), 'missed')
  for (const said of ['', 'INSTREAM size limit exceeded. ERROR', 'stream: Can’t allocate memory ERROR', 'OK'])
    assert.equal(seenIn(said), 'not-scanned')
})

async function lookAt(version: string, verdict: string, databases: string[] = []) {
  await using side = await farSide((socket) =>
    socket.once('data', (said) => socket.end(String(said).startsWith('zVERSION') ? `${version}\0` : `${verdict}\0`)),
  )
  const config = clamavShape.parse({ scanner: { host: '127.0.0.1', port: side.port }, databases })
  const signal = await clamavProbe({ id: 'av', observes: 'anti-virus' }, config, { now: () => NOW }).look()
  assert.ok(signal.answer === 'answered', signal.because)
  return signal.findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
}

const FOUND = 'stream: Eicar-Test-Signature FOUND'

test('signatures that are old are watched, then acted upon; a scanner without a date is not fine', async () => {
  assert.equal(await lookAt('ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026', FOUND), '')
  assert.match(
    await lookAt('ClamAV 1.4.6/27497/Fri Nov 20 08:25:11 2026', FOUND),
    /^watch: Its signatures are 3 d 6 h old/,
  )
  assert.match(await lookAt('ClamAV 1.4.6/27400/Fri Aug 14 08:25:11 2026', FOUND), /^act: Its signatures are 101 d/)
  assert.match(await lookAt('ClamAV 1.4.6', FOUND), /^act: It does not say when/)
})

test('a scanner that misses the test file, or scans nothing, is never clean', async () => {
  const version = 'ClamAV 1.4.6/27500/Mon Nov 23 08:25:11 2026'
  assert.match(await lookAt(version, 'stream: OK'), /^act: It calls the test file clean/)
  assert.match(await lookAt(version, 'INSTREAM size limit exceeded. ERROR'), /^act: Nothing is scanned/)
})

test('a database file speaks for itself where clamd does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hf-cvd-'))
  const path = join(folder, 'daily.cvd')
  await writeFile(path, `ClamAV-VDB:23 Nov 2026 08-25 +0000:27500:1:90:x:y:z:1`.padEnd(512))
  assert.equal(await lookAt('ClamAV 1.4.6', FOUND, [path]), '')
  assert.match(await lookAt('ClamAV 1.4.6', FOUND, [join(folder, 'gone.cvd')]), /cannot be read/)
  await rm(folder, { recursive: true })
})
