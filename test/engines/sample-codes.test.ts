import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { ILLNESSES } from '../../dev/practice/illnesses.ts'

const RELEASE = join(import.meta.dirname, '../../../shared/data/icd10/cms-FY2026-oct.zip')

test('every diagnosis of the sample practice is a billable code of ICD-10-CM FY2026', () => {
  // The order file: columns 7 to 13 the code, column 15 whether it is billable.
  const script = `import sys, zipfile
sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read('icd10cm_order_2026.txt'))`
  const text = execFileSync('/usr/bin/python3', ['-c', script, RELEASE], { maxBuffer: 64 << 20 }).toString('ascii')
  const billable = new Set(
    text
      .split('\n')
      .filter((line) => line[14] === '1')
      .map((line) => line.slice(6, 13).trim()),
  )
  assert.ok(billable.size > 70_000)
  assert.deepEqual(
    ILLNESSES.map((illness) => illness.icd10cm).filter((code) => !billable.has(code.replace('.', ''))),
    [],
  )
})
