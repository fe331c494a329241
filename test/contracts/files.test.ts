import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '../../src/base/log.ts'
import { DAY, systemClock } from '../../src/base/time.ts'
import { filesConfig } from '../../src/connect/files/config.ts'
import { openFilesSource } from '../../src/connect/files/connector.ts'
import { type ContractCase, ehrSourceContract, type HealthyCase } from './ehr-source.ts'

const START = Date.parse('2026-11-23T15:00:00Z')

async function dropped(files: { [name: string]: string }, options: object = {}): Promise<ContractCase> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-contract-files-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const config = filesConfig.parse({
    id: 'drop',
    kind: 'files',
    folder,
    zone: 'America/New_York',
    settled: { by: 'quiet', forMs: 20 },
    ...options,
  })
  return {
    source: await openFilesSource(config, { log: silentLog, clock: systemClock }),
    deadlineMs: 1000,
    window: { from: START - DAY, to: START + DAY },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
}

const ndjson = (resources: object[]): string => resources.map((one) => `${JSON.stringify(one)}\n`).join('')
const patients = Array.from({ length: 20 }, (_none, at) => ({
  resourceType: 'Patient',
  id: `p${at}`,
  birthDate: '1988-08-18',
  name: [{ family: 'Quillfeather', given: [`Ana ${at}`] }],
}))
const visits = patients.map(({ id }, at) => ({
  resourceType: 'Appointment',
  id: `a${at}`,
  status: 'booked',
  start: new Date(START + at * 600_000).toISOString(),
  end: new Date(START + (at + 1) * 600_000).toISOString(),
  participant: [{ actor: { reference: `Patient/${id}` } }, { actor: { reference: 'Location/east' } }],
}))
const strange = [{ resourceType: 'AllergyIntolerance', id: 'x', note: 'Quillfeather' }, { id: 'nothing' }]

const healthy = (deliveries: 'changes' | 'snapshot') => async (): Promise<HealthyCase> => ({
  ...(await dropped({ 'all.ndjson': ndjson([...visits, ...patients, ...strange]) }, { deliveries })),
  patients: 20,
  appointments: 20,
  setAside: 2,
  secrets: ['Quillfeather', '1988-08-18'],
  panel: deliveries === 'snapshot',
})

for (const deliveries of ['changes', 'snapshot'] as const)
  ehrSourceContract(`files (${deliveries})`, {
    make: healthy(deliveries),
    broken: {
      dead: {
        make: async () => {
          const made = await dropped({}, { deliveries })
          await made.stop?.()
          return made
        },
      },
      frozen: { make: () => dropped({}, { deliveries }) },
      slow: { make: () => dropped({ 'all.ndjson': ndjson(patients).slice(0, -30) }, { deliveries }) },
      garbage: { make: () => dropped({ 'all.ndjson': '\u0000\u0001 nonsense', 'b.json': '<html>' }, { deliveries }) },
      'half-answering': {
        make: () => dropped({ 'all.json': '{"resourceType":"Bundle","entry":[{"re' }, { deliveries }),
      },
    },
  })
