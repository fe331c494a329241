import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { z } from 'zod'
import { serveBreakPage } from '../../dev/sample/break-page.ts'
import { layCable } from '../../dev/sample/cable.ts'
import type { Fault } from '../../dev/sample/faults.ts'
import { makePart, type Part } from '../../dev/sample/part.ts'
import { freePorts, portsFrom } from '../../dev/sample/ports.ts'
import { startSample } from '../../dev/sample/sample.ts'
import { silentLog } from '../../src/base/log.ts'
import { livePostmaster } from '../../src/hub/database/postmaster.ts'

const folder = await mkdtemp(join(tmpdir(), 'hf sample '))
after(() => rm(folder, { recursive: true, force: true }))

function portOf(server: Server): number {
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

async function echoServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: portOf(server), close: () => server.close() }
}

test('a cable carries bytes, falls silent when it is pulled, and carries new ones when it is mended', async () => {
  const echo = await echoServer()
  const cable = await layCable(0, () => echo.port)
  const first = connect(cable.port, '127.0.0.1').on('error', () => {})
  first.write('hello')
  assert.equal(String((await once(first, 'data'))[0]), 'hello')

  cable.pull()
  const silent = connect(cable.port, '127.0.0.1').on('error', () => {})
  await once(silent, 'connect')
  silent.write('anybody?')
  first.write('still there?')
  let told = ''
  for (const socket of [silent, first]) socket.on('data', (bytes) => (told += String(bytes)))

  const closed = Promise.all([first, silent].map((socket) => new Promise((over) => socket.once('close', over))))
  cable.mend()
  await closed
  assert.equal(told, '')
  const again = connect(cable.port, '127.0.0.1')
  again.write('back')
  assert.equal(String((await once(again, 'data'))[0]), 'back')
  again.destroy()
  await cable.close()
  echo.close()
})

test('a taken port moves the whole sample to the next free hundred, and says which was taken', async () => {
  const inTheWay = createServer()
  inTheWay.listen(0, '127.0.0.1')
  await once(inTheWay, 'listening')
  const base = portOf(inTheWay)
  const { ports, taken } = await freePorts(base, 6)
  assert.ok(taken.includes(base))
  assert.ok(ports.base > base)
  assert.equal(portsFrom(4600, 6).sites.at(-1), 4616)
  inTheWay.close()
})

/** What the part says next under this word. */
function heard(part: Part, word: string): Promise<unknown> {
  return new Promise((resolve) =>
    part.hear((said) => {
      if (typeof said === 'object' && word in said) resolve(Object.entries(said).find(([name]) => name === word)?.[1])
    }),
  )
}

test('a program on the tether has its clock frozen and shifted from outside, and ends with the one who started it', async () => {
  const script = join(folder, 'clock.mjs')
  await writeFile(
    script,
    `process.on('message', (said) => { if (said.ask) process.send({ shown: [Date.now(), new Date().getTime(), new Date(5).getTime()] }) })
     setInterval(() => {}, 1000)
     process.send({ ready: true })`,
  )
  const part = makePart({ name: 'clock', args: [script], logFile: join(folder, 'logs', 'clock.log') })
  const ready = heard(part, 'ready')
  await part.start()
  await ready
  const ask = async (): Promise<number[]> => {
    const answer = heard(part, 'shown')
    part.say({ ask: true })
    return z.array(z.number()).parse(await answer)
  }
  part.say({ clock: 'shift', byMs: -3_600_000 })
  const [shifted, sameShifted, fixed] = await ask()
  assert.ok(Math.abs(Date.now() - 3_600_000 - (shifted ?? 0)) < 10_000)
  assert.ok((sameShifted ?? 0) - (shifted ?? 0) < 1000)
  assert.equal(fixed, 5)
  part.say({ clock: 'freeze' })
  const [frozen] = await ask()
  assert.deepEqual((await ask()).slice(0, 2), [frozen, frozen])
  part.say({ clock: 'run' })
  assert.ok(Math.abs(Date.now() - ((await ask())[0] ?? 0)) < 10_000)
  await part.stop()
  assert.equal(part.running, false)
})

test('what a part prints is kept in its log', async () => {
  const script = join(folder, 'speaker.mjs')
  await writeFile(script, `console.log('said and kept')`)
  const part = makePart({ name: 'speaker', args: [script], logFile: join(folder, 'logs', 'speaker.log') })
  const ended = new Promise<void>((resolve) =>
    part.hear((said) => {
      if (said === 'ended') resolve()
    }),
  )
  await part.start()
  await ended
  assert.match(await readFile(join(folder, 'logs', 'speaker.log'), 'utf8'), /said and kept/)
})

test('the page breaks and mends, says what still works, and refuses a form of another page', async () => {
  let broken = false
  const fault: Fault = {
    id: 'lamp',
    kind: 'system',
    title: 'The lamp',
    does: 'Turns the lamp off.',
    stillWorks: 'Candles.',
    look: [{ href: 'http://127.0.0.1:1/', label: 'Room', to: 'it is dark' }],
    breakLabel: 'Turn it off',
    mendLabel: 'Turn it on',
    broken: async () => broken,
    break: async () => {
      broken = true
    },
    mend: async () => {
      throw new Error('no bulb')
    },
  }
  const { ports } = await freePorts(20_000 + (process.pid % 20_000), 6)
  const server = await serveBreakPage({
    port: ports.breaker,
    faults: [fault],
    hubUrl: 'http://127.0.0.1:1',
    practiceName: 'Sample',
  })
  const url = `http://127.0.0.1:${ports.breaker}`
  const read = async (): Promise<string> => (await fetch(url)).text()
  const post = (move: string, site: string): Promise<Response> =>
    fetch(`${url}/faults/lamp/${move}`, { method: 'POST', headers: { 'sec-fetch-site': site }, redirect: 'manual' })
  assert.match(await read(), /Everything runs.*Turns the lamp off.*Candles/s)
  assert.equal((await post('break', 'cross-site')).status, 403)
  assert.equal(broken, false)
  assert.equal((await post('break', 'same-origin')).status, 303)
  assert.match(await read(), /Broken now: The lamp/)
  await post('mend', 'same-origin')
  assert.match(await read(), /The lamp: that did not work.*no bulb/s)
  assert.equal((await post('smash', 'same-origin')).status, 404)
  await server.close()
})

test('a sample that cannot start leaves nothing running', async () => {
  const broken = join(folder, 'broken')
  await mkdir(join(broken, 'hub', 'postgres'), { recursive: true })
  await writeFile(join(broken, 'hub', 'postgres', 'not-a-database'), 'in the way')
  const { ports } = await freePorts(32_100, 1)
  await assert.rejects(startSample({ folder: broken, ports, log: silentLog, patients: 10, durable: false }))
  assert.equal(await livePostmaster(await realpath(join(broken, 'ehr', 'primary'))), undefined)
  assert.equal(await livePostmaster(await realpath(join(broken, 'ehr', 'standby'))), undefined)
})
