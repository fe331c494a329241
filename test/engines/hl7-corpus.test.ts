import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import type { AppointmentChange, ChartChange } from '../../src/chart/change.ts'
import type { SetAside } from '../../src/connect/ehr.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { openHl7v2Source } from '../../src/connect/hl7v2/connector.ts'

const CORPUS = resolve(import.meta.dirname, '../../../shared/data/hl7v2')

/** Sends every message of the corpus and tells what python3-hl7 itself reads in it: the independent reading that ours is held against. */
const SCRIPT = `
import asyncio, glob, hl7, hl7.mllp, json, sys
def field(message, segment, number):
    try:
        return [str(one) for one in message.segment(segment)(number)]
    except (KeyError, IndexError):
        return []
async def main(folder, port):
    reader, writer = await hl7.mllp.open_hl7_connection('127.0.0.1', int(port), encoding='utf-8', limit=2**24)
    told = []
    for path in sorted(glob.glob(folder + '/*.hl7')):
        text = open(path, encoding='utf-8-sig', newline='').read().replace('\\r\\n', '\\r').replace('\\n', '\\r')
        message = hl7.parse(text)
        writer.writeblock(text.encode('utf-8'))
        await writer.drain()
        answer = await asyncio.wait_for(reader.readmessage(), 20)
        code, control = str(answer.segment('MSA')(1)), str(answer.segment('MSA')(2))
        ids = [one.split('^') for one in field(message, 'PID', 3)]
        told.append({'file': path.split('/')[-1], 'type': str(message.segment('MSH')(9)), 'code': code,
            'answersIt': control == str(message.segment('MSH')(10)), 'ids': ids, 'born': ''.join(field(message, 'PID', 7))[:8],
            'allergies': sum(1 for s in message if str(s[0]) == 'AL1'), 'merged': field(message, 'MRG', 1)})
    writer.close()
    print(json.dumps(told))
asyncio.run(main(*sys.argv[1:]))
`
type Read = {
  file: string
  type: string
  code: string
  answersIt: boolean
  ids: string[][]
  born: string
  allergies: number
  merged: string[]
}

/** The events of the corpus that charts are made from; everything else is set aside. */
const USED =
  /^(ADT\^A(01|02|03|04|05|06|07|08|11|13|28|31|40|47|60)|SIU\^S(12|13|14|15|16|17|26)|ORU\^R01|ORM\^O01|OML\^O21|OMG\^O19|RDE\^O(11|25)|MDM\^T(02|06|10)|VXU\^V04)\b/

test('the whole corpus goes through python3-hl7 into our listener, and what we read is what python3-hl7 reads', async () => {
  assert.ok(existsSync(CORPUS), `the HL7 corpus is not at ${CORPUS}`)
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-corpus-'))
  const source = await openHl7v2Source(
    hl7v2Config.parse({
      id: 'feed',
      kind: 'hl7v2',
      listen: { port: 0 },
      journal: { folder },
      zone: 'America/New_York',
      acknowledge: 'original',
      reading: { testMessages: true },
    }),
    { log: silentLog, clock: systemClock },
  )
  try {
    const { stdout } = await promisify(execFile)('/usr/bin/python3', ['-c', SCRIPT, CORPUS, String(source.port)], {
      timeout: 60_000,
    })
    const messages: Read[] = JSON.parse(stdout)
    assert.equal(messages.length, 59)
    assert.deepEqual(
      messages.filter(({ code, answersIt }) => code !== 'AA' || !answersIt),
      [],
    )

    const changes: ChartChange[] = []
    const aside: SetAside[] = []
    const appointments: AppointmentChange[] = []
    for await (const part of source.read({ cursor: null, window: { from: 0, to: 1 } })) {
      if (part.type === 'charts') changes.push(...part.changes)
      if (part.type === 'appointments') appointments.push(...part.changes)
      if (part.type === 'set-aside') aside.push(...part.records)
    }
    const used = messages.filter(({ type }) => USED.test(type))
    const unused = aside.filter(({ because }) => because.includes('is not a message that charts are made from'))
    assert.equal(unused.length, messages.length - used.length)
    // A message after the booking says what its part of the visit is, what the whole visit is if no booking was heard
    // (`asOf` 1: older than any booking), and the same for each patient of a group: one change of each message counts.
    const visits = appointments.filter(
      (change) =>
        (change.type === 'appointment' && change.appointment.asOf !== 1) ||
        change.type === 'appointment-part' ||
        (change.type === 'appointment-gone' && !change.appointmentId.includes('/')),
    )
    assert.equal(visits.length, used.filter(({ type }) => type.startsWith('SIU')).length)

    const wanted = used.map(({ ids, born }) => {
      const chosen = ids.find((id) => id[4] === 'MR') ?? ids.find((id) => id[0] !== '')
      return `${chosen?.[0]} ${born === '' ? '' : `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`}`.trim()
    })
    const read = changes.flatMap((change) =>
      change.type === 'patient' ? [`${change.patientId} ${change.patient.birthDate ?? ''}`.trim()] : [],
    )
    assert.deepEqual(read.toSorted(), wanted.toSorted())
    const merges = changes.filter(({ type }) => type === 'merge').length
    assert.equal(merges, used.filter(({ type, merged }) => /A40|A47/.test(type) && merged.join('') !== '').length)
    const allergies = changes.flatMap((change) =>
      change.type === 'upsert' && change.section === 'allergies' ? change.entries : [],
    )
    const sent = used.filter(({ type }) => !/A40|A47|SIU/.test(type)).reduce((sum, one) => sum + one.allergies, 0)
    const refused = aside.filter(({ because }) => because.startsWith('AL1')).length
    assert.ok(
      allergies.length + refused >= sent,
      `${sent} AL1 were sent, ${allergies.length} read and ${refused} set aside`,
    )
    console.log(
      `# ${messages.length} messages, ${used.length} used, ${unused.length} of other kinds, ${aside.length - unused.length} parts set aside`,
    )
  } finally {
    await source[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
})
