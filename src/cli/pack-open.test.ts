import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from '../chart/blank-chart.ts'
import { chartNotes } from './pack-open.ts'

test('a chart that is taken out of a pack is told with its oldest age, its older lists and its doubts', () => {
  const at = Date.parse('2026-11-23T12:00:00Z')
  const notes = chartNotes({
    ...blankChart('p1', 'ehr', at),
    allergies: { status: 'not-asked' },
    medications: { status: 'none-known' },
    sectionAsOf: { medications: at - 3_600_000 },
    doubts: [{ kind: 'quarantined', section: 'results', sourceId: 'lab', count: 2, because: 'no date' }],
  })
  assert.deepEqual(notes, [
    'As of 2026-11-23T11:00:00.000Z.',
    'Medications: as of 2026-11-23T11:00:00.000Z.',
    'Allergies: not asked. Ask the patient.',
    'Results: 2 records could not be read and are not shown (source: lab). Call the lab or the ordering clinician. Reason: no date.',
  ])
})
