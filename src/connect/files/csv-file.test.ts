import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Mapped } from '../../chart/fhir/mapped.ts'
import { checkCsv } from './csv-check.ts'
import { csvTold } from './csv-file.ts'
import { type CsvMapping, readCsvMapping } from './csv-mapping.ts'

const MAPPING = `csv: 1
files:
  - match: "patients*.csv"
    holds: patients
    encoding: utf-8
    delimiter: ";"
    dates: MM/DD/YYYY
    fields: { id: PatientID, name.family: Last, name.given: First, birthDate: DOB, phone.mobile: Cell, balanceDue: Due }
  - match: "meds.csv"
    holds: medications
    fields: { patientId: pid, id: n, text: drug }
`
const ANSI = MAPPING.replace('encoding: utf-8', 'encoding: windows-1252')
const HEAD = 'PatientID;Last;First;DOB;Cell;Due'

async function readCsv(
  bytes: Buffer | string,
  text = MAPPING,
  name = 'patients.csv',
): Promise<{ bad?: string; mapped: Mapped[] }> {
  const read = readCsvMapping(text, 'map.yaml')
  assert.ok('mapping' in read)
  const mapping: CsvMapping = read.mapping
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hf-csv-'))
  const path = join(folder.path, name)
  await writeFile(path, bytes)
  const checked = await checkCsv(path, name, 1e6, mapping)
  if (checked.type !== 'good') return { bad: checked.because, mapped: [] }
  const rule = mapping.rules.find(({ match }) => match.startsWith(name.slice(0, 4)))
  assert.ok(rule)
  const file = { path, name, delivery: 1, place: 1, asOf: 0, hash: '', bad: false }
  const mapped: Mapped[] = []
  for await (const batch of csvTold(file, rule, { sourceId: 'drop', asOf: 0, zone: 'UTC' }, 1e6))
    mapped.push(...batch.map((told) => told.mapped))
  return { mapped }
}

const people = (mapped: Mapped[]) => mapped.flatMap((one) => (one.type === 'patient' ? [one.patient] : []))
const faults = (mapped: Mapped[]) => mapped.flatMap((one) => (one.type === 'set-aside' ? [one] : []))

test('a file in another encoding than its rule says is bad, with the encoding that it may be in', async () => {
  const rows = `${HEAD}\n1;Muñoz;Zoë;3/4/1980;;\n`
  const wide = Buffer.from(rows, 'utf16le')
  const cutInside = Buffer.from(rows.replace(';;\n', ';;ñ'), 'utf8').subarray(0, -1)
  for (const [text, bytes, because] of [
    [MAPPING, Buffer.from(rows, 'latin1'), /not utf-8 from line 2 on.*may be windows-1252/],
    [MAPPING, cutInside, /not utf-8 from line 2 on/],
    [MAPPING, wide, /may be utf-16le/],
    [MAPPING, Buffer.from(wide).swap16(), /may be utf-16be/],
    [ANSI, Buffer.from(rows, 'utf8'), /not windows-1252.*may be utf-8/],
  ] as const)
    assert.match((await readCsv(bytes, text)).bad ?? '', because)
})

test('a file in its encoding, or with a mark that says another, is read with its letters', async () => {
  const rows = `${HEAD}\n1;Muñoz;Zoë;3/4/1980;;\n`
  for (const [text, bytes] of [
    [MAPPING, Buffer.from(rows, 'utf8')],
    [MAPPING, Buffer.from(`\uFEFF${rows}`, 'utf8')],
    [MAPPING, Buffer.from(`\uFEFF${rows}`, 'utf16le')],
    [MAPPING, Buffer.from(`\uFEFF${rows}`, 'utf16le').swap16()],
    [ANSI, Buffer.from(rows, 'latin1')],
    [ANSI, Buffer.from(`\uFEFF${rows}`, 'utf8')],
  ] as const) {
    const { mapped } = await readCsv(bytes, text)
    assert.deepEqual(
      people(mapped).map(({ name }) => name.family),
      ['Muñoz'],
    )
    assert.deepEqual(faults(mapped), [])
  }
})

test('a letter that was lost before the file came is told of its patient, and the rest of the row is used', async () => {
  const { mapped } = await readCsv(`${HEAD}\n1;Mu\uFFFDoz;Ana;3/4/1980;;\n`)
  assert.equal(people(mapped)[0]?.birthDate, '1980-03-04')
  const told = faults(mapped).map(({ because, patientId }) => [because, patientId])
  assert.deepEqual(told, [['Column "Last" holds letters that were lost before the file came here.', '1']])
})

test('two columns of one name are one while only one of them is filled; sep= lines and empty cells at the end are read', async () => {
  const rows = (first: string, second: string): string =>
    `sep=;\r\nPatientID;Last;First;DOB;Cell;Cell;Due;;\r\n1;Lee;Kim;3/4/1980;${first};${second};;;\r\n2;Fine;Bob;3/5/1980;;NULL;\r\n`
  for (const [first, second] of [
    ['5035550100', ''],
    ['', '5035550100'],
    ['5035550100', 'NULL'],
  ] as const) {
    const { mapped } = await readCsv(rows(first, second))
    assert.deepEqual(people(mapped)[0]?.phones, [{ use: 'mobile', number: '5035550100' }])
    assert.deepEqual(faults(mapped), [])
  }
  assert.match((await readCsv(rows('5035550100', '5035550199'))).bad ?? '', /"Cell" twice, and both are filled/)
})

test('an amount is read as the rest of its column is written, or quarantined', async () => {
  const dueOf = async (...amounts: string[]) => {
    const rows = amounts.map((amount, at) => `${at + 1};Fam${at};A;3/4/1980;;${amount}`)
    const { mapped } = await readCsv(`${HEAD}\n${rows.join('\n')}\n`)
    return [people(mapped).map(({ balanceDueCents }) => balanceDueCents), faults(mapped).length]
  }
  assert.deepEqual(await dueOf('1.234', '45,00', '-12,30'), [[123_400, 4500, -1230], 0])
  assert.deepEqual(await dueOf('1,234', '45.00', '(12.30)'), [[123_400, 4500, -1230], 0])
  assert.deepEqual(await dueOf('1.234', '7'), [[undefined, 700], 1])
  assert.deepEqual(await dueOf('1.234', '45,00', '45.00'), [[undefined, 4500, 4500], 1])
  assert.deepEqual(await dueOf('NULL', '-', ''), [[undefined, undefined, undefined], 0])
})

test('entries of one list that share a number are all kept', async () => {
  const rows = '1,0,Warfarin\n1,0,Metformin\n1,-,Digoxin\n1,-,Insulin\n1,0,Warfarin\n2,0,Aspirin\n'
  const { mapped } = await readCsv(`pid,n,drug\n${rows}`, MAPPING, 'meds.csv')
  const ids = mapped.flatMap((one) =>
    one.type === 'entry' && one.section === 'medications' ? [[one.entry.code.text, one.entry.id]] : [],
  )
  assert.deepEqual(
    ids.filter(([, id]) => id?.startsWith('0')),
    [
      ['Warfarin', '0'],
      ['Metformin', '0#2'],
      ['Warfarin', '0'],
      ['Aspirin', '0'],
    ],
  )
  assert.equal(new Set(ids.map(([, id]) => id)).size, 4)
})
