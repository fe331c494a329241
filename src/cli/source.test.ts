import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sourceFaultsInWords } from './hub-options.ts'
import { sourceCommand } from './source.ts'

const MAPPING = `csv: 1
files:
  - match: patients.csv
    holds: patients
    fields: { id: id, name.family: last, birthDate: dob }
  - match: meds.csv
    holds: medications
    fields: { patientId: pid, text: drug }
`

async function check(files: { [name: string]: string }, ...csv: string[]): Promise<{ said: string; code: unknown }> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hf-check-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
  const lines: string[] = []
  const paths = ['map.yaml', ...csv].map((name) => join(folder.path, name))
  const code = process.exitCode
  try {
    await sourceCommand((line) => void lines.push(line)).parseAsync(['check', ...paths], { from: 'user' })
    return { said: lines.join('\n').replaceAll(`${folder.path}/`, ''), code: process.exitCode }
  } finally {
    process.exitCode = code
  }
}

test('a mapping of CSV files is known for one, and everything wrong with it is told at once', async () => {
  const spoilt = MAPPING.replace('birthDate', 'birthdate')
    .replace('text: drug', 'drug: drug')
    .replace('meds.csv\n', 'meds.csv\n    dates: DD/MM\n')
  const { said, code } = await check({ 'map.yaml': spoilt })
  assert.equal(code, 1)
  assert.match(said, /map\.yaml:5:\d+ "birthdate" is no field of patients\. Did you mean "birthDate"/)
  assert.match(said, /map\.yaml:7:\d+ .*must hold YYYY, MM and DD/)
  assert.match(said, /map\.yaml:9:\d+ "drug" is no field of medications/)
  assert.match(said, /medications need the field "text"/)
  assert.doesNotMatch(said, /driver|database/)
})

test('a mapping of CSV files is tried on files, which stay where they are', async () => {
  const patients = 'id,last,dob\n1,Alder,1970-02-03\n2,Birch,3 Feb 1970\n3,Cedar,soon\n'
  const files = { 'map.yaml': MAPPING, 'patients.csv': patients, 'meds.csv': 'pid;drug\n1;Warfarin\n' }
  const { said, code } = await check(files, 'patients.csv', 'meds.csv')
  assert.equal(code, 1)
  assert.match(said, /patients\.csv holds patients: id, name\.family, birthDate\./)
  assert.match(
    said,
    /patients\.csv: 3 records are used\.\n2 patients have no birth date\.\nQuarantined \(2, first patients\.csv:3\): Column "dob" holds no day/,
  )
  assert.match(said, /meds\.csv: nothing of it can be used\. Line 1 does not name the columns "pid", "drug"/)
})

test('a check of CSV files tells what is doubtful in them before it hurts', async () => {
  const mapping = `csv: 1
files:
  - match: patients.csv
    holds: patients
    fields: { id: id, mrn: mrn, name.family: last, name.given: first, birthDate: dob }
  - match: ansi.csv
    holds: patients
    fields: { id: id, name.family: last }
  - match: visits.csv
    holds: appointments
    fields: { id: n, locationId: loc, patientName: who, providerId: doc, start: at, status: st }
`
  const patients = [
    'id,mrn,last,first,dob',
    '1,A,Alder,Ann,1970-02-03',
    '2,B,Birch,Bob,',
    '2,B,Cedar,Cai,1960-01-01',
    '1.23457E+11,C,Dale,Di,1971-01-01',
    '4,,Elm,Eve,1972-01-01',
    '5,A,Fir,Flo,1973-01-01',
  ]
  const visits = [
    'n,loc,who,doc,at,st',
    '1,east,x,d,2026-11-23 10:00,Q7',
    '2,,x,,2026-11-23 11:00,Q7',
    '3,east,x,d,2026-11-23 12:00,booked',
  ]
  const lines = (rows: string[]): string => `${rows.join('\n')}\n`
  const { said, code } = await check(
    {
      'map.yaml': mapping,
      'patients.csv': lines(patients),
      'visits.csv': lines(visits),
      'ansi.csv': 'id,last\n1,Mu\uFFFDoz\n',
    },
    'patients.csv',
    'visits.csv',
    'ansi.csv',
  )
  assert.equal(code, 0)
  assert.match(said, /Quarantined \(2, first patients\.csv:3\): Its number names two different people/)
  assert.match(said, /Quarantined \(1, first patients\.csv:5\): Column "id" holds no number as it was/)
  assert.match(said, /1 patients are shown under their id/)
  assert.match(said, /1 record numbers \(MRN\) stand for more than one person/)
  assert.match(said, /Status words that are shown as unknown: "Q7" \(2\)/)
  assert.match(said, /1 visits name no place/)
  assert.match(said, /1 visits name no provider/)
  assert.match(said, /letters that were lost before the file came here/)
  assert.doesNotMatch(said, /Alder|Birch|Cedar|Elm/)
})

test('what is wrong with a source is told where the hub was started, with what still runs', () => {
  const source = { id: 'drop', kind: 'files', everyMs: 1, quietMs: 1, options: {} } as const
  const lines = sourceFaultsInWords({
    sources: [
      { ...source, name: 'Drop folder', faults: ['hub.yaml:4:5: folder is missing.'] },
      { ...source, id: 'two', name: 'Other' },
    ],
  })
  assert.equal(lines.length, 2)
  assert.match(
    lines.join('\n'),
    /^Drop folder cannot be read .* everything else runs:\nhub\.yaml:4:5: folder is missing\.$/,
  )
})
