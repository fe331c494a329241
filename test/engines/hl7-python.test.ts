import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { type Hl7v2Source, openHl7v2Source } from '../../src/connect/hl7v2/connector.ts'

const run = promisify(execFile)
/** The interpreter of the system, which Debian's python3-hl7 is installed for. */
const PYTHON = '/usr/bin/python3'

async function listening(act: (source: Hl7v2Source, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-python-'))
  const source = await openHl7v2Source(
    hl7v2Config.parse({
      id: 'feed',
      kind: 'hl7v2',
      listen: { port: 0 },
      journal: { folder },
      zone: 'America/New_York',
    }),
    { log: silentLog, clock: systemClock },
  )
  try {
    await act(source, folder)
  } finally {
    await source[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
}

async function patientsOf(source: Hl7v2Source): Promise<string[]> {
  const ids = new Set<string>()
  for await (const part of source.read({ cursor: null, window: { from: 0, to: 1 } }))
    if (part.type === 'charts')
      for (const change of part.changes) if (change.type === 'patient') ids.add(change.patientId)
  return [...ids]
}

test('python3-hl7 is installed (apt-get install python3-hl7)', () => {
  execFileSync(PYTHON, ['-c', 'import hl7.mllp'])
})

test('the asyncio client of python3-hl7 reads every acknowledgement, over several connections at once', () =>
  listening(async (source) => {
    const script = `
import asyncio, hl7, hl7.mllp
async def talk(worker):
    reader, writer = await hl7.mllp.open_hl7_connection('127.0.0.1', ${source.port}, encoding='utf-8')
    good = 0
    for i in range(50):
        serial = f'{worker}-{i}'
        message = hl7.parse('\\r'.join(['MSH|^~\\\\&|PY|TEST|US|HERE|20261122||ADT^A08|' + serial + '|P|2.5.1', 'PID|1||' + serial + '^^^HV^MR||Rivera^Renée']) + '\\r')
        writer.writemessage(message)
        await writer.drain()
        answer = await asyncio.wait_for(reader.readmessage(), 20)
        good += str(answer.segment('MSA')(1)) == 'AA' and str(answer.segment('MSA')(2)) == serial
    writer.close()
    return good
async def main():
    print(sum(await asyncio.gather(*[talk(worker) for worker in range(4)])))
asyncio.run(main())
`
    const { stdout } = await run(PYTHON, ['-c', script], { timeout: 60_000 })
    assert.equal(stdout.trim(), '200')
    assert.equal((await patientsOf(source)).length, 200)
  }))

test('mllp_send of python3-hl7 is acknowledged', () =>
  listening(async (source, folder) => {
    const message = 'MSH|^~\\&|PY|TEST|||20261122||ADT^A04|C1|P|2.3\rPID|1||77^^^HV^MR||Rivera^Ana\r'
    await writeFile(join(folder, 'one.txt'), message)
    const { stdout } = await run('/usr/bin/mllp_send', [
      '--loose',
      '--file',
      join(folder, 'one.txt'),
      '-p',
      String(source.port),
      '127.0.0.1',
    ])
    assert.match(stdout, /MSA\|AA\|C1/)
    assert.deepEqual(await patientsOf(source), ['77'])
  }))
