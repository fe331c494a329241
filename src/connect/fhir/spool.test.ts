import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSpool } from './spool.ts'

async function grouped(mostInMemory: number): Promise<Map<string, number[]>> {
  await using spool = openSpool<{ n: number }>(mostInMemory)
  for (let n = 0; n < 5000; n++) await spool.put(`patient-${n % 300}`, { n })
  const all = new Map<string, number[]>()
  for await (const group of spool.groups()) {
    for (const [patientId, lines] of group) {
      assert.ok(!all.has(patientId), 'a patient came twice')
      all.set(
        patientId,
        lines.map(({ n }) => n),
      )
    }
  }
  return all
}

test('everything comes out once, by patient, in order, whether it went to the disk or not', async () => {
  const inMemory = await grouped(1e9)
  const onDisk = await grouped(10_000)
  assert.equal(inMemory.size, 300)
  assert.deepEqual(onDisk, inMemory)
  assert.deepEqual(onDisk.get('patient-7')?.slice(0, 3), [7, 307, 607])
})

test('what goes to the disk cannot be read there, and is gone afterwards', async () => {
  const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('holdfast-fhir-'))
  const before = new Set(folders())
  {
    await using spool = openSpool<string>(100)
    for (let n = 0; n < 50; n++) await spool.put(`p${n}`, 'Wilhelmina Quarrystone')
    const [mine] = folders().filter((name) => !before.has(name))
    assert.ok(mine !== undefined)
    for (const name of readdirSync(join(tmpdir(), mine))) {
      assert.ok(!readFileSync(join(tmpdir(), mine, name), 'latin1').includes('Quarrystone'))
    }
  }
  assert.deepEqual(
    folders().filter((name) => !before.has(name)),
    [],
  )
})
