import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'

const folder = await mkdtemp(join(tmpdir(), 'hf-plan-'))
after(() => rm(folder, { recursive: true }))
const SAMPLE = join(import.meta.dirname, '../../dev/practice/plan')

async function holdfast(words: string[], typed = ''): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holdfast.ts'), 'plan', ...words])
  child.stdin.end(typed)
  const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { code: typeof code === 'number' ? code : null, out, err }
}

test('plan check ends well for a whole plan, and with 1 and every place for one that is not', async () => {
  const bad = join(folder, 'bad')
  await writeFile(
    join(folder, 'answers.yaml'),
    'practice: Little Clinic\nzone: America/Denver\nsites: [Main Street, Annex]\n',
  )
  const made = await holdfast(['init', bad, '--answers', join(folder, 'answers.yaml')])
  assert.deepEqual([made.code, made.err], [0, ''])
  const checked = await holdfast(['check', bad])
  assert.equal(checked.code, 1)
  assert.match(
    checked.out,
    /^sites\.yaml:\d+:\d+ blank: address of main-street is still to be filled in\.\n {4}Write: street and town$/m,
  )
  const json: unknown = JSON.parse((await holdfast(['check', bad, '--json'])).out)
  assert.ok(typeof json === 'object' && json !== null && 'good' in json && 'complaints' in json)
  assert.deepEqual([json.good, Array.isArray(json.complaints)], [false, true])
  const twice = await holdfast(['init', bad, '--answers', join(folder, 'answers.yaml')])
  assert.deepEqual([twice.code, /there already. Nothing was written/.test(twice.err)], [1, true])
})

test('plan init asks on the terminal, asks again after an answer that will not do, and leaves blanks for what is not known', async () => {
  const made = join(folder, 'asked')
  const asked = await holdfast(
    ['init', made],
    `Little Clinic\nNowhere\nAmerica/Denver\nMain Street\n${'\n'.repeat(20)}`,
  )
  assert.equal(asked.code, 0, asked.err)
  assert.match(asked.err, /no IANA time zone/)
  assert.match(await readFile(join(made, 'practice.yaml'), 'utf8'), /zone: America\/Denver/)
  assert.match(await readFile(join(made, 'people.yaml'), 'utf8'), /TODO the number that rings at night/)
  const broken = await holdfast(['init', join(folder, 'none')], 'Little Clinic\n')
  assert.deepEqual([broken.code, /Nothing was written/.test(broken.err)], [1, true])
})

test('plan show names who is on call and what falls with what', async () => {
  const shown = await holdfast(['show', SAMPLE])
  assert.equal(shown.code, 0, shown.err)
  assert.match(shown.out, /IT on call: .*\(414\) 555-01\d\d/)
  assert.match(shown.out, /Without Core switch: .*EHR/)
})

test('plan keep makes a version, a changed system opens a review, and both are there in the next process', async () => {
  const home = await mkdtemp(join(tmpdir(), 'hf-keep-'))
  try {
    await chmod(home, 0o711)
    const config = ['-c', join(home, 'hub.yaml')]
    await writeFile(join(home, 'hub.yaml'), 'practice: { id: hv, name: HV, zone: America/Chicago }\ndata: data\n')
    assert.match(
      (await holdfast(['keep', SAMPLE, '--because', 'approved', ...config])).out,
      /Kept as version 1\. In it: no faults, no blanks, /,
    )
    const copy = join(home, 'plan')
    assert.equal((await holdfast(['take-out', '1', copy, ...config])).code, 0)
    const systems = join(copy, 'systems.yaml')
    await writeFile(systems, (await readFile(systems, 'utf8')).replace('rto: 4h', 'rto: 6h'))
    const kept = await holdfast(['keep', copy, '--because', 'honest', ...config])
    assert.match(kept.out, /Kept as version 2\. In it: .*\nTo be reviewed: EHR \(changed\)/)
    assert.match((await holdfast(['changes', '1', '2', ...config])).out, /^changed\tsystem ehr: rtoMs\n$/)
    const id = /^review_\w+/.exec((await holdfast(['reviews', ...config])).out)?.[0] ?? ''
    assert.equal((await holdfast(['reviewed', id, '--outcome', 'the runbook holds', ...config])).code, 0)
    assert.match((await holdfast(['reviews', ...config])).out, /closed .*: the runbook holds/)
    const blank = join(home, 'blank')
    const answers = join(home, 'answers.yaml')
    await writeFile(answers, 'practice: Little Clinic\nzone: America/Denver\nsites: [Main Street]\n')
    await holdfast(['init', blank, '--answers', answers])
    const begun = await holdfast(['keep', blank, '--because', 'begun', ...config])
    assert.match(begun.out, /It is not finished\. In it: \d+ faults?, \d+ blanks, .*plan check .*blank names each/)
  } finally {
    await rm(home, { recursive: true })
  }
})
