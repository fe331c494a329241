import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { resourcesIn } from '../../src/chart/fhir/bundle.ts'
import { chartsFromFhir } from '../../src/chart/fhir/charts.ts'

const SHARED = resolve(import.meta.dirname, '../../../shared/data')
const REQUEST = { sourceId: 'files', asOf: Date.parse('2026-11-23T12:00:00Z'), zone: 'America/New_York' }

/** Unpacks an archive for as long as `use` runs. */
function unpacked(archive: string, use: (folder: string) => void): void {
  const path = join(SHARED, archive)
  assert.ok(existsSync(path), `the data of this test is missing: ${path}`)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
  try {
    execFileSync('tar', ['xf', path, '-C', folder])
    use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
}

test('practice-1000: every patient and appointment comes through, and nothing is set aside', (t) => {
  unpacked('synthea/practice-1000.tar.xz', (folder) => {
    const resources: unknown[] = []
    const lines = new Map<string, number>()
    for (const file of filesIn(folder, '.ndjson')) {
      if (file.endsWith('truth.ndjson')) continue
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        if (line === '') continue
        resources.push(JSON.parse(line))
        const type = /"resourceType":"(\w+)"/.exec(line)?.[1] ?? ''
        lines.set(type, (lines.get(type) ?? 0) + 1)
      }
    }
    const begun = performance.now()
    const { charts, appointments, setAside } = chartsFromFhir(resources, REQUEST)
    t.diagnostic(`${resources.length} resources mapped in ${Math.round(performance.now() - begun)} ms`)
    assert.equal(charts.length, lines.get('Patient'))
    assert.equal(appointments.length, lines.get('Appointment'))
    assert.deepEqual(setAside, [])
    const listed = charts.flatMap((chart) => (chart.procedures.status === 'listed' ? chart.procedures.entries : []))
    assert.equal(listed.length, lines.get('Procedure'))
    for (const appointment of appointments) {
      assert.ok(charts.some(({ patient }) => patient.id === appointment.patientId))
      assert.ok(appointment.providerName.startsWith('Dr. '))
    }
  })
})

test('US Core 9 examples map without a crash; what is set aside is counted and has its reason', () => {
  unpacked('uscore/us-core-9.0.0-examples.tgz', (folder) => {
    const resources = filesIn(folder, '.json').flatMap((file) => resourcesIn(JSON.parse(readFileSync(file, 'utf8'))))
    assert.ok(resources.length > 150)
    const { charts, setAside } = chartsFromFhir(resources, REQUEST)
    assert.ok(charts.length >= 4)
    // One discharge summary of the examples has no date.
    assert.deepEqual(
      setAside.map(({ because }) => because),
      ['it has no date'],
    )
    const example = charts.find(({ patient }) => patient.id === 'example')
    assert.equal(example?.patient.mrn, '1032702')
    assert.equal(example?.alerts.status, 'listed')
    assert.equal(example?.allergies.status === 'listed' && example.allergies.entries.length >= 2, true)
  })
})

test('International Patient Summaries map without a crash, each to its one patient', () => {
  const folder = join(SHARED, 'ips')
  assert.ok(existsSync(folder), `the data of this test is missing: ${folder}`)
  const bundles = filesIn(folder, '.json')
  assert.ok(bundles.length >= 6)
  for (const file of bundles) {
    const { charts, setAside } = chartsFromFhir(resourcesIn(JSON.parse(readFileSync(file, 'utf8'))), REQUEST)
    assert.equal(charts.length, 1, file)
    assert.deepEqual(setAside, [], file)
    if (file.includes('no-info')) assert.equal(charts[0]?.allergies.status, 'not-received')
  }
})
