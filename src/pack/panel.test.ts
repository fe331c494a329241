import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { changed, chartOf, noteOf, smallPractice } from '../../test/pack/small-practice.ts'
import { openPanel } from './panel.ts'
import type { PanelChange } from './publish-panel.ts'
import { readRow, rowOf, writeRow } from './row.ts'

const TODAY = { today: '2026-11-23' }

test('a site opens the panel and reads one chart, with the time at which its source was read', async () => {
  await using practice = await smallPractice()
  const { manifest } = await practice.publish([changed(chartOf({ id: 'p1' }, { note: 'stable', asOf: 1000 }))], {
    freshness: { sources: [{ sourceId: 'ehr', asOf: 5000 }] },
  })
  const panel = await practice.open(manifest)
  assert.equal(panel.patients, 1)
  const chart = await panel.chart('p1')
  assert.equal(noteOf(chart), 'stable')
  assert.equal(chart?.asOf, 5000, 'the whole source was read later, and the chart had not changed')
  assert.equal(await panel.chart('p2'), undefined)
  assert.equal(panel.row('p1')?.mrn, 'M-p1')
  await panel.close()
})

test('a chart that is newer than its source’s last whole reading keeps its own time', async () => {
  await using practice = await smallPractice()
  const { manifest } = await practice.publish([changed(chartOf({ id: 'p1' }, { asOf: 9000 }))], {
    freshness: { sources: [{ sourceId: 'ehr', asOf: 5000 }] },
  })
  const panel = await practice.open(manifest)
  assert.equal((await panel.chart('p1'))?.asOf, 9000)
  await panel.close()
})

test('a list that was read before the others says so, through publishing and opening', async () => {
  await using practice = await smallPractice()
  const joined = chartOf({ id: 'p1' }, { asOf: 9000, note: 'n', sectionSources: { notes: ['ehr', 'lab'] } })
  const { manifest } = await practice.publish([changed(joined)], {
    freshness: {
      sources: [
        { sourceId: 'ehr', asOf: 9500, sections: { allergies: 7000 } },
        { sourceId: 'lab', asOf: 8000 },
      ],
    },
  })
  const panel = await practice.open(manifest)
  const chart = await panel.chart('p1')
  assert.equal(chart?.asOf, 9500)
  assert.deepEqual(chart?.sectionAsOf, { allergies: 7000, notes: 8000 })
  for await (const one of panel.charts()) assert.deepEqual(one.sectionAsOf, { allergies: 7000, notes: 8000 })
  await panel.close()
})

test('a row says what of its chart is in doubt, and a row of an older pack says nothing', async () => {
  await using practice = await smallPractice()
  const doubt = { kind: 'quarantined', section: 'allergies', sourceId: 'ehr', count: 1, because: 'no words' } as const
  const { manifest } = await practice.publish([
    changed(chartOf({ id: 'p1' }, { doubts: [doubt] })),
    changed(chartOf({ id: 'p2' })),
  ])
  const panel = await practice.open(manifest)
  assert.deepEqual(panel.row('p1')?.doubts, ['allergies'])
  assert.deepEqual(panel.row('p2')?.doubts, [])
  assert.deepEqual((await panel.chart('p1'))?.doubts, [doubt])
  await panel.close()
  const plain = writeRow(rowOf(chartOf({ id: 'p2' })))
  assert.equal(JSON.parse(plain).length, 13, 'as older packs have it, so that unchanged rows stay the same bytes')
  assert.deepEqual(readRow(plain).doubts, [])
})

test('an open panel goes on to the next manifest without opening the base again', async () => {
  await using practice = await smallPractice()
  const first = await practice.publish(['a', 'b', 'c'].map((id) => changed(chartOf({ id }, { note: 'one' }))))
  const opened: string[] = []
  const panel = await openPanel({
    manifest: first.manifest,
    keys: await practice.keys(first.manifest),
    open: (name) => {
      opened.push(name)
      return practice.vault.open(name)
    },
  })
  opened.length = 0
  const second = await practice.publish([
    changed(chartOf({ id: 'b' }, { note: 'two' })),
    { type: 'gone', patientId: 'c' },
  ])
  const keys = await practice.keys(second.manifest)
  await panel.apply(second.manifest, keys)
  assert.deepEqual(
    opened,
    second.manifest.files.filter((file) => file.role === 'increment').map((file) => file.name),
  )
  assert.equal(panel.patients, 2)
  assert.equal(noteOf(await panel.chart('a')), 'one')
  assert.equal(noteOf(await panel.chart('b')), 'two')
  assert.equal(await panel.chart('c'), undefined)
  assert.equal(panel.search('sample', TODAY).total, 2)
  await panel.close()
})

test('a manifest that cannot be opened leaves the panel as it was', async () => {
  await using practice = await smallPractice()
  const first = await practice.publish([changed(chartOf({ id: 'a' }, { note: 'one' }))])
  const panel = await practice.open(first.manifest)
  const second = await practice.publish([changed(chartOf({ id: 'a' }, { note: 'two' }))])
  await practice.vault.discard(second.manifest.files.at(-1)?.name ?? '')
  await assert.rejects(panel.apply(second.manifest, await practice.keys(second.manifest)), /missing on this machine/)
  assert.equal(noteOf(await panel.chart('a')), 'one')
  assert.equal(panel.manifest.sequence, first.manifest.sequence)
  await panel.close()
})

test('a patient who comes back after being gone is there', async () => {
  await using practice = await smallPractice()
  await practice.publish(['a', 'b'].map((id) => changed(chartOf({ id }))))
  await practice.publish([{ type: 'gone', patientId: 'a' }])
  const { manifest } = await practice.publish([changed(chartOf({ id: 'a' }, { note: 'back' }))])
  const panel = await practice.open(manifest)
  assert.equal(noteOf(await panel.chart('a')), 'back')
  assert.equal(panel.patients, 2)
  await panel.close()
})

test('whatever is published in whatever order, the panel holds exactly the last chart of everybody who is not gone', async () => {
  const change = fc.record({ id: fc.integer({ min: 0, max: 30 }), gone: fc.boolean() })
  const round = fc.record({ changes: fc.array(change, { maxLength: 12 }), rebuild: fc.integer({ min: 0, max: 9 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 8 }), async (rounds) => {
      await using practice = await smallPractice()
      const truth = new Map<string, string>()
      for (let id = 0; id < 20; id++) truth.set(`é"${id}`, 'first')
      const all = (): PanelChange[] => [...truth].map(([id, note]) => changed(chartOf({ id }, { note })))
      let last = await practice.publish(all())
      const panel = await practice.open(last.manifest)
      for (const [number, { changes, rebuild }] of rounds.entries()) {
        const sent = changes.map(({ id, gone }): PanelChange => {
          const patientId = `é"${id}`
          if (gone) truth.delete(patientId)
          else truth.set(patientId, `round ${number}`)
          return gone ? { type: 'gone', patientId } : changed(chartOf({ id: patientId }, { note: `round ${number}` }))
        })
        last = rebuild === 0 ? await practice.publish(all(), { rebuild: true }) : await practice.publish(sent)
        await panel.apply(last.manifest, await practice.keys(last.manifest))
      }
      const anew = await practice.open(last.manifest)
      for (const one of [panel, anew]) {
        assert.equal(one.patients, truth.size)
        assert.equal(one.search('sample', TODAY).total, truth.size)
        for (let id = 0; id <= 30; id++) assert.equal(noteOf(await one.chart(`é"${id}`)), truth.get(`é"${id}`))
        await one.close()
      }
    }),
    { numRuns: 25 },
  )
})

test('hundreds of publications leave few increments', async () => {
  await using practice = await smallPractice()
  let last = await practice.publish(Array.from({ length: 20 }, (_, id) => changed(chartOf({ id: `p${id}` }))))
  for (let round = 0; round < 100; round++)
    last = await practice.publish([changed(chartOf({ id: `p${round % 20}` }, { note: `${round}` }))])
  assert.ok(last.manifest.files.length <= 8, `${last.manifest.files.length} files`)
  const panel = await practice.open(last.manifest)
  assert.equal(noteOf(await panel.chart('p19')), '99')
  assert.equal(panel.patients, 20)
  await panel.close()
})
