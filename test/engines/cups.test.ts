import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/time.ts'
import { printerState } from '../../src/site/print/ipp-client.ts'
import { openPrintRoom, type PrintJob } from '../../src/site/print/print-room.ts'

/** A print server of our own (Debian's cups, in a folder of its own) with a printer that prints into a file. */
const PPD = '/usr/share/ppd/cupsfilters/Generic-PDF_Printer-PDF.ppd'
let folder = ''
let uri = ''
let output = ''
let stop: () => Promise<void>

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cups-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  output = join(folder, 'paper.pdf')
  uri = `ipp://127.0.0.1:${port}/printers/paper`
  for (const name of ['etc', 'etc/ppd', 'state', 'cache', 'spool', 'spool/tmp', 'log'])
    await mkdir(join(folder, name), { mode: 0o755 })
  await copyFile(PPD, join(folder, 'etc/ppd/paper.ppd'))
  await writeFile(
    join(folder, 'etc/printers.conf'),
    `<Printer paper>\nInfo paper\nDeviceURI file:${output}\nState Idle\nAccepting Yes\nShared Yes\nJobSheets none none\n</Printer>\n`,
  )
  await writeFile(
    join(folder, 'cups-files.conf'),
    [
      'FileDevice Yes',
      ...Object.entries({
        ServerRoot: 'etc',
        StateDir: 'state',
        CacheDir: 'cache',
        RequestRoot: 'spool',
        TempDir: 'spool/tmp',
      }).map(([name, at]) => `${name} ${join(folder, at)}`),
      ...['ErrorLog', 'AccessLog', 'PageLog'].map((name) => `${name} ${join(folder, 'log', name)}`),
    ].join('\n'),
  )
  await writeFile(
    join(folder, 'cupsd.conf'),
    `LogLevel info\nListen 127.0.0.1:${port}\nBrowsing No\nWebInterface No\nDefaultAuthType None\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n<Policy default>\n<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n`,
  )
  const server = spawn(
    '/usr/sbin/cupsd',
    ['-f', '-c', join(folder, 'cupsd.conf'), '-s', join(folder, 'cups-files.conf')],
    { stdio: 'inherit' },
  )
  const ended = once(server, 'exit')
  stop = async () => {
    server.kill('SIGTERM')
    await ended
  }
  for (let tries = 0; tries < 100; tries++) {
    try {
      await printerState(uri)
      return
    } catch {
      await pause(100)
    }
  }
  throw new Error(
    `cupsd did not come up:\n${await readFile(join(folder, 'log/ErrorLog'), 'utf8').catch(() => 'no log')}`,
  )
})

after(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

/** A PDF of so many pages, made by qpdf's neighbours on the machine: plain text is enough. */
function pdfOf(pages: number): Buffer {
  const kids = Array.from({ length: pages }, (_, n) => `${3 + n} 0 R`).join(' ')
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages}>>`,
    ...Array.from({ length: pages }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<>>>>'),
  ]
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, n) => {
    const at = text.length
    text += `${n + 1} 0 obj${object}endobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const start = text.length
  return Buffer.from(
    `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer<</Root 1 0 R/Size ${objects.length + 1}>>\nstartxref\n${start}\n%%EOF\n`,
  )
}

async function printed(pages: number, fromPage: number): Promise<{ job: PrintJob; pages: number }> {
  const room = openPrintRoom(systemClock, 100)
  const job = await new Promise<PrintJob>((over, failed) => {
    room
      .print(
        { name: 'paper', uri },
        { pdf: pdfOf(pages), jobName: 'day-sheet', userName: 'holdfast', fromPage, label: 'day-sheet', askedBy: 'amy' },
        async (ended) => over(ended),
      )
      .catch(failed)
  })
  const counted = /Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [output], { encoding: 'utf8' }))?.[1]
  return { job, pages: Number(counted) }
}

test('a CUPS printer says that it is ready', async () => {
  const { state, acceptsJobs } = await printerState(uri)
  assert.equal(state, 'idle')
  assert.ok(acceptsJobs)
})

test('a print through CUPS comes out whole, with a receipt', async () => {
  const { job, pages } = await printed(7, 1)
  assert.equal(job.state, 'completed', job.because)
  assert.ok((job.jobId ?? 0) > 0)
  assert.equal(pages, 7)
})

test('after a jam printing goes on at the page that is missing', async () => {
  const { job, pages } = await printed(7, 5)
  assert.equal(job.state, 'completed', job.because)
  assert.equal(pages, 3)
})
