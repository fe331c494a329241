import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../../src/base/failure.ts'
import type { WritableCarrier } from '../../src/pack/carrier.ts'
import { folderCarrier } from '../../src/pack/carriers/folder.ts'
import { webCarrier } from '../../src/pack/carriers/web.ts'
import { mirrorPack } from '../../src/pack/mirror.ts'
import { receivePack } from '../../src/pack/receive.ts'
import { changed, chartOf, smallPractice } from '../pack/small-practice.ts'

/** What every carrier of packs keeps, each against a real far side. `folder` is where the far side keeps what it has. */
type FarSide = AsyncDisposable & { folder: string; carrier: WritableCarrier }

const S3 = { accessKeyId: 'sample-id', secretAccessKey: 'sample-secret', region: 'us-east-1' }

const FAR_SIDES: Record<string, () => Promise<FarSide>> = {
  async folder() {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-carrier-'))
    return {
      folder,
      carrier: folderCarrier(folder),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
    }
  },
  async 'web server that takes PUT'() {
    return webFarSide({})
  },
  async 'web server that knows no ranges'() {
    return webFarSide({ ranges: false })
  },
  async 'object store'() {
    return webFarSide({ signed: true })
  },
}

async function webFarSide(options: { ranges?: boolean; signed?: boolean }): Promise<FarSide> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-carrier-'))
  const server = createServer((request, answer) => void serve(folder, options, request, answer))
  const url = await listening(server)
  return {
    folder,
    carrier: webCarrier({ url: `${url}/packs/`, silenceMs: 2000, ...(options.signed === true ? { s3: S3 } : {}) }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return `http://127.0.0.1:${address.port}`
}

/** A plain file server. `signed`: refuses what carries no AWS signature over the true hash of the body. */
async function serve(
  folder: string,
  { ranges = true, signed = false }: { ranges?: boolean; signed?: boolean },
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const path = join(folder, (request.url ?? '').replace('/packs/', '').replaceAll('/', '_'))
  if (signed && !(request.headers.authorization ?? '').startsWith('AWS4-HMAC-SHA256 Credential=sample-id/')) {
    answer.writeHead(403).end()
    return
  }
  if (request.method === 'PUT') {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    await writeFile(path, Buffer.concat(pieces))
    answer.writeHead(200).end()
    return
  }
  const bytes = await readFile(path).catch(() => undefined)
  if (bytes === undefined) {
    answer.writeHead(404).end()
    return
  }
  const from = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
  answer.writeHead(from > 0 ? 206 : 200, { 'content-length': bytes.length - from })
  answer.end(request.method === 'HEAD' ? undefined : bytes.subarray(from))
}

for (const [name, open] of Object.entries(FAR_SIDES)) {
  test(`${name}: what was put there comes back, from any byte on`, async () => {
    await using far = await open()
    await using practice = await smallPractice()
    const { signed, manifest } = await practice.publish([changed(chartOf({ id: 'a' }))])
    assert.equal(await far.carrier.manifest('panel'), null)
    const sent = await mirrorPack(practice.vault, far.carrier, signed)
    assert.equal(sent.files, 2)
    assert.deepEqual(await far.carrier.manifest('panel'), signed)
    assert.equal((await mirrorPack(practice.vault, far.carrier, signed)).files, 0, 'what is there is not sent again')
    const [base] = manifest.files
    assert.ok(base !== undefined)
    const whole = await bytesOf(await far.carrier.file(base.name, 0))
    assert.equal(whole.length, base.sizeBytes)
    for (const from of [1, 100, base.sizeBytes - 1, base.sizeBytes])
      if (from < base.sizeBytes)
        assert.deepEqual(await bytesOf(await far.carrier.file(base.name, from)), whole.subarray(from))
  })

  test(`${name}: a site receives a pack by it`, async () => {
    await using far = await open()
    await using practice = await smallPractice()
    await using site = await smallPractice()
    const { signed } = await practice.publish([changed(chartOf({ id: 'a' }))])
    await mirrorPack(practice.vault, far.carrier, signed)
    const hubKeys = [practice.publisher.keys.signing.publicKey]
    const expected = { practiceId: 'harbor', kind: 'panel', packId: 'panel', hubKeys } as const
    assert.equal((await receivePack({ carrier: far.carrier, vault: site.vault, expected })).outcome, 'adopted')
  })

  test(`${name}: a file that is not there is worth another try`, async () => {
    await using far = await open()
    await assert.rejects(async () => bytesOf(await far.carrier.file('a'.repeat(64), 0)), failing('transient'))
  })

  test(`${name}: what is no manifest is refused`, async () => {
    await using far = await open()
    for (const text of ['', 'garbage', '{}', '{"manifest":3}', '<html>sign in to the guest network</html>']) {
      await writeFile(join(far.folder, 'panel.json'), text)
      await assert.rejects(far.carrier.manifest('panel'), failing('permanent'), text)
    }
  })
}

function failing(kind: Failure['kind']): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Failure && thrown.kind === kind && thrown.message.length > 20
}

async function bytesOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}

test('a folder that is not there (a stick that was pulled out) is worth another try', async () => {
  const carrier = folderCarrier(join(tmpdir(), 'holdfast-no-such-stick'))
  await assert.rejects(carrier.manifest('panel'), failing('transient'))
  await assert.rejects(carrier.file('a'.repeat(64), 0), failing('transient'))
})

test('reading from a folder writes nothing into it', async () => {
  await using practice = await smallPractice()
  await practice.publish([changed(chartOf({ id: 'a' }))])
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-carrier-'))
  assert.equal(await folderCarrier(folder).manifest('panel'), null)
  await assert.rejects(stat(join(folder, 'drafts')))
  await rm(folder, { recursive: true })
})

async function answering(
  answer: (answer: ServerResponse) => void,
  check: (carrier: WritableCarrier) => Promise<void>,
): Promise<void> {
  const server = createServer((_request, response) => answer(response))
  const url = await listening(server)
  try {
    await check(webCarrier({ url, silenceMs: 300 }))
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a web store’s refusals are for people, its troubles are for another try', async () => {
  for (const [status, kind] of [
    [401, 'permanent'],
    [403, 'permanent'],
    [410, 'permanent'],
    [408, 'transient'],
    [429, 'transient'],
    [500, 'transient'],
    [502, 'transient'],
    [503, 'transient'],
    [507, 'transient'],
  ] as const) {
    await answering(
      (answer) => answer.writeHead(status, { 'retry-after': '7' }).end('no'),
      async (carrier) => {
        await assert.rejects(carrier.manifest('panel'), failing(kind), `${status}`)
        await assert.rejects(carrier.file('a'.repeat(64), 0), failing(kind), `${status}`)
        await assert.rejects(
          carrier.putManifest('panel', { manifest: '', signature: '', keyId: '' }),
          failing(kind),
          `${status}`,
        )
        if (kind === 'transient')
          await assert.rejects(
            carrier.manifest('panel'),
            (thrown) => thrown instanceof Failure && thrown.retryAfterMs === 7000,
          )
      },
    )
  }
})

test('a redirect is not followed: packs come from where they were asked for', async () => {
  await answering(
    (answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    async (carrier) => assert.rejects(carrier.manifest('panel'), failing('transient')),
  )
})

test('a far side that accepts and never answers, or stops in the middle, meets the deadline', async () => {
  await answering(
    () => {},
    async (carrier) => assert.rejects(carrier.manifest('panel'), failing('transient')),
  )
  await answering(
    (answer) => {
      answer.writeHead(200, { 'content-length': 1000 })
      answer.write('half')
    },
    async (carrier) => {
      await assert.rejects(carrier.manifest('panel'), failing('transient'))
      await assert.rejects(async () => bytesOf(await carrier.file('a'.repeat(64), 0)), failing('transient'))
    },
  )
  await answering(
    (answer) => {
      answer.writeHead(200, { 'content-length': 1000 })
      answer.write('half')
      setImmediate(() => answer.destroy())
    },
    async (carrier) => assert.rejects(async () => bytesOf(await carrier.file('a'.repeat(64), 0)), failing('transient')),
  )
})

test('whoever waits can be told to stop', async () => {
  await answering(
    () => {},
    async (carrier) => {
      const stop = new AbortController()
      const waiting = carrier.manifest('panel', stop.signal)
      stop.abort(new Error('the site is shutting down'))
      await assert.rejects(waiting, failing('transient'))
    },
  )
})

test('nobody listening is worth another try, and the message holds no password', async () => {
  const carrier = webCarrier({ url: 'http://user:hush@127.0.0.1:9/packs', silenceMs: 1000 })
  await assert.rejects(
    carrier.manifest('panel'),
    (thrown) => failing('transient')(thrown) && !String(thrown).includes('hush'),
  )
})
