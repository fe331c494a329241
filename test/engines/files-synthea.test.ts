import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemClock } from '../../src/base/time.ts'
import { outcomes } from '../../src/chart/apply.ts'
import type { Appointment, Chart } from '../../src/chart/chart.ts'
import type { SetAside } from '../../src/connect/ehr.ts'
import { filesConfig } from '../../src/connect/files/config.ts'
import { openFilesSource } from '../../src/connect/files/connector.ts'

const PRACTICE = resolve(import.meta.dirname, '../../../shared/data/synthea/practice-1000.tar.xz')
const DAY = { from: Date.parse('2026-11-20T00:00:00Z'), to: Date.parse('2026-11-30T00:00:00Z') }

/** What stands in the files, counted without our code. */
async function counted(folder: string): Promise<{ [type: string]: number }> {
  const counts: { [type: string]: number } = {}
  for (const name of await readdir(folder)) {
    if (name === 'truth.ndjson') continue
    const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '')
    counts[name.replace('.ndjson', '')] = lines.length
    // Smoking status, imaging findings and the like are no vitals and no laboratory results. One ejection fraction
    // has a misspelled category ("vital-sign"): it is kept all the same.
    if (name === 'Observation.ndjson')
      counts.measured = lines.filter((line) => /"code":"(laboratory|vital-signs?)"/.test(line)).length
  }
  return counts
}

for (const deliveries of ['changes', 'snapshot'] as const)
  test(`a practice of 1,000 patients is dropped as ${deliveries}: every patient, every visit, nothing lost unsaid`, async () => {
    assert.ok(existsSync(PRACTICE), `the sample practice is not at ${PRACTICE}`)
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-synthea-'))
    try {
      const made = join(folder, '.made')
      execFileSync('mkdir', [made])
      execFileSync('tar', ['-C', made, '--strip-components=1', '-xJf', PRACTICE])
      const counts = await counted(made)
      for (const name of await readdir(made))
        if (name !== 'truth.ndjson') await copyFile(join(made, name), join(folder, name))
      const config = filesConfig.parse({
        id: 'drop',
        kind: 'files',
        folder,
        zone: 'America/New_York',
        settled: { by: 'quiet', forMs: 50 },
        deliveries,
      })
      await using source = await openFilesSource(config, { log: silentLog, clock: systemClock })
      const charts = new Map<string, Chart>()
      const appointments: Appointment[] = []
      const aside: SetAside[] = []
      const began = performance.now()
      for await (const part of source.read({ cursor: null, window: DAY })) {
        if (part.type === 'charts')
          for (const change of part.changes)
            for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
              if (chart !== undefined) charts.set(patientId, chart)
        if (part.type === 'schedule') appointments.push(...part.appointments)
        if (part.type === 'appointments')
          for (const change of part.changes) if (change.type === 'appointment') appointments.push(change.appointment)
        if (part.type === 'set-aside') aside.push(...part.records)
      }
      const tookMs = Math.round(performance.now() - began)
      const entries = (
        name: 'allergies' | 'problems' | 'immunizations' | 'results' | 'vitals' | 'medications',
      ): number =>
        [...charts.values()].reduce((sum, chart) => {
          const section = chart[name]
          return sum + (section.status === 'listed' ? section.entries.length : 0)
        }, 0)
      const asideOf = (type: string): number => aside.filter(({ where }) => where.startsWith(type)).length
      assert.equal(charts.size, counts.Patient)
      assert.equal(appointments.length, counts.Appointment)
      assert.ok(appointments.every(({ patientName, providerName }) => patientName !== '' && providerName !== ''))
      assert.ok(appointments.every(({ patientId }) => patientId !== undefined && charts.has(patientId)))
      assert.equal(entries('immunizations') + asideOf('Immunization'), counts.Immunization)
      const observations = entries('results') + entries('vitals')
      assert.equal(observations + asideOf('Observation'), counts.measured)
      assert.ok(entries('allergies') > 0 && entries('problems') > 0 && entries('medications') > 0)
      assert.equal((await readdir(join(folder, 'done'))).length, Object.keys(counts).length - 1)
      assert.equal((await readdir(join(folder, 'quarantine'))).length, 0)
      console.log(
        `# ${charts.size} charts, ${appointments.length} visits, allergies ${entries('allergies')}/${counts.AllergyIntolerance}, problems ${entries('problems')}/${counts.Condition}, medications ${entries('medications')}/${counts.MedicationRequest}, observations ${observations}/${counts.Observation}, set aside ${aside.length}, ${tookMs} ms`,
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })
