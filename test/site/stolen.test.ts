import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { appointmentsOf, chartsOf } from '../../dev/practice/charts.ts'
import { makeLog } from '../../src/base/log.ts'
import { siteFolder } from '../../src/site/local/folder.ts'
import { openKeyholder } from '../../src/site/unlock/keyholder.ts'
import { browser, CLINICIAN, clinic, PASSWORD, person } from './clinic.ts'

const asOf = Date.parse('2026-11-23T14:00:00Z')
const charts = [...chartsOf({ patients: 60, asOf })]
const appointments = [...appointmentsOf({ patients: 60, days: ['2026-11-23'], asOf })]

// A login that sealed bytes and random ids do not spell by chance, as they do every sixteenth megabyte with three letters.
const people = { people: [await person('amaryllis.moss', CLINICIAN)], envelopes: [] }

async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

test('a stolen folder gives nothing: no patient, no login, no key stands in it', async () => {
  await using here = await clinic({ charts, appointments, people })
  const screen = browser(here.site().url)
  assert.equal((await screen.signIn('amaryllis.moss')).status, 200)
  for (const path of ['/patient/12', '/search?q=maria', '/patient/12/sheet']) await screen.go(path)
  const stolen = await mkdtemp(join(tmpdir(), 'holdfast-stolen-'))
  await cp(here.dataDir, stolen, { recursive: true })
  const secrets = [
    PASSWORD,
    'amaryllis',
    'AGE-SECRET-KEY',
    'maria',
    ...charts.flatMap(({ patient }) => [patient.mrn, patient.name.family]).filter((word) => word.length > 4),
  ]
  for (const file of await everyFile(stolen)) {
    const text = await readFile(file, 'latin1')
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} stands in ${file}`)
  }
  const keys = await openKeyholder(siteFolder(stolen))
  assert.equal(keys.state(), 'locked')
  assert.equal(await keys.tryPassword('amaryllis.moss', 'correct horse batterz'), undefined)
  await rm(stolen, { recursive: true })
})

test('neither patients nor passwords reach the log', async () => {
  const lines: string[] = []
  const log = makeLog('site', 'trace')
  const spied = new Proxy(log, {
    get: (target, name, receiver) =>
      ['info', 'warn', 'error', 'debug', 'trace'].includes(String(name))
        ? (...said: unknown[]) => lines.push(JSON.stringify(said))
        : Reflect.get(target, name, receiver),
  })
  await using here = await clinic({ charts, appointments, people }, { log: spied })
  const screen = browser(here.site().url)
  await screen.signIn('amaryllis.moss', 'wrong password here')
  assert.equal((await screen.signIn('amaryllis.moss')).status, 200)
  await screen.go('/patient/12')
  await screen.go(`/search?q=${charts[3]?.patient.name.family ?? ''}`)
  here.hub.state.mood = 'cut'
  await here.site().pullNow()
  assert.ok(lines.length > 0)
  const said = lines.join('\n')
  for (const word of [
    PASSWORD,
    'wrong password',
    'amaryllis',
    ...charts.map(({ patient }) => patient.mrn),
    charts[3]?.patient.name.family ?? '',
  ])
    assert.ok(!said.includes(word), word)
})
