import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changed, chartOf, noteOf, smallPractice } from '../../test/pack/small-practice.ts'
import { SECTION_NAMES } from '../chart/chart.ts'
import { publishable } from './restricted.ts'

const part2 = chartOf(
  { id: 'p2', name: { family: 'Hidden', given: ['Kim'] }, codeStatus: 'Full code', balanceDueCents: 500 },
  { restriction: 'part2', note: 'substance use' },
)

test('left out means that not even the name is told', async () => {
  await using practice = await smallPractice({ restrictedPolicy: 'leave-out' })
  const { manifest } = await practice.publish([changed(chartOf({ id: 'p1' })), changed(part2)])
  const panel = await practice.open(manifest)
  assert.equal(panel.patients, 1)
  assert.equal(panel.search('hidden', { today: '2026-11-23' }).total, 0)
  assert.equal(await panel.chart('p2'), undefined)
  assert.equal(await panel.restrictedChart('p2'), undefined)
  await panel.close()
})

test('masked means found by name, a stub that says so, and the chart behind break-glass', async () => {
  await using practice = await smallPractice({ restrictedPolicy: 'mask' })
  const { manifest } = await practice.publish([changed(chartOf({ id: 'p1' }, { note: 'open' })), changed(part2)])
  const panel = await practice.open(manifest)
  const [row] = panel.search('hidden', { today: '2026-11-23' }).rows
  assert.equal(row?.restriction, 'part2')
  const stub = await panel.chart('p2')
  assert.equal(stub?.restriction, 'part2')
  for (const section of SECTION_NAMES) assert.deepEqual(stub?.[section], { status: 'not-received' })
  assert.equal(stub?.patient.codeStatus, undefined)
  assert.equal(stub?.patient.balanceDueCents, undefined)
  assert.equal(noteOf(await panel.restrictedChart('p2')), 'substance use')
  assert.equal(await panel.restrictedChart('p1'), undefined)
  await panel.close()
})

test('the stub of a masked chart says that it may be another patient’s, and nothing of its lists or sources', async () => {
  await using practice = await smallPractice({ restrictedPolicy: 'mask' })
  const doubts = [
    { kind: 'mixed', section: 'medications', sourceId: 'opioid-clinic', count: 1, because: 'same number' },
    { kind: 'quarantined', section: 'medications', sourceId: 'opioid-clinic', count: 1, because: 'no words' },
  ] as const
  const secret = {
    ...part2,
    doubts: [...doubts],
    heard: { 'medications/methadone': 5 },
    sectionSources: { medications: ['opioid-clinic'] },
  }
  const { manifest } = await practice.publish([changed(secret)], {
    freshness: { sources: [{ sourceId: 'ehr', asOf: 9000, sections: { medications: 10 } }] },
  })
  const panel = await practice.open(manifest)
  const stub = await panel.chart('p2')
  assert.deepEqual(stub?.doubts, [{ kind: 'mixed', sourceId: '', count: 1, because: '' }])
  assert.doesNotMatch(JSON.stringify(stub), /methadone|opioid|no words/)
  assert.deepEqual(panel.row('p2')?.doubts, ['identity'])
  assert.equal((await panel.restrictedChart('p2'))?.doubts?.length, 2)
  await panel.close()
})

test('a masked chart stays masked when increments are merged', async () => {
  await using practice = await smallPractice({ restrictedPolicy: 'mask' })
  await practice.publish([changed(chartOf({ id: 'p1' }))])
  await practice.publish([changed(part2)])
  const { manifest } = await practice.publish([changed(chartOf({ id: 'p1' }, { note: 'later' }))])
  assert.equal(manifest.files.length, 2)
  const panel = await practice.open(manifest)
  assert.equal(noteOf(await panel.chart('p2')), undefined)
  assert.equal(noteOf(await panel.restrictedChart('p2')), 'substance use')
  await panel.close()
})

test('a chart that becomes restricted leaves the panel where restricted charts are left out', async () => {
  await using practice = await smallPractice({ restrictedPolicy: 'leave-out' })
  await practice.publish([changed(chartOf({ id: 'p1' })), changed(chartOf({ id: 'p2' }))])
  const { manifest } = await practice.publish([changed(part2)])
  const panel = await practice.open(manifest)
  assert.equal(await panel.chart('p2'), undefined)
  assert.equal(panel.patients, 1)
  await panel.close()
})

test('psychotherapy notes never leave the hub, whatever the policy', () => {
  const notes = {
    status: 'listed' as const,
    entries: [
      { id: 'n1', kind: 'Psychotherapy note', at: 1, text: 'private' },
      { id: 'n2', kind: 'Progress note', at: 2, text: 'knee' },
    ],
  }
  const mixed = publishable({ ...chartOf({ id: 'p1' }), notes }, 'mask')
  assert.deepEqual(mixed?.chart.notes, { status: 'listed', entries: [notes.entries[1]] })
  const only = publishable(
    { ...chartOf({ id: 'p1' }), notes: { status: 'listed', entries: notes.entries.slice(0, 1) } },
    'mask',
  )
  assert.deepEqual(only?.chart.notes, { status: 'not-received' }, 'an empty list would say that there are none')
  const whole = publishable({ ...chartOf({ id: 'p1' }, { note: 'private', restriction: 'psychotherapy' }) }, 'mask')
  assert.deepEqual(whole?.masked?.notes, { status: 'not-received' })
})
