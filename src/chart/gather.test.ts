import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { outcomes } from './apply.ts'
import { entriesOf } from './apply-section.ts'
import type { ChartChange } from './change.ts'
import type { Chart } from './chart.ts'
import { gathered } from './gather.ts'

function after(changes: readonly ChartChange[]): { [id: string]: Chart } {
  const charts = new Map<string, Chart>()
  for (const change of changes)
    for (const { patientId, chart } of outcomes(change, (id) => charts.get(id)))
      if (chart === undefined) charts.delete(patientId)
      else charts.set(patientId, chart)
  return Object.fromEntries(charts)
}

const entry = (id: string, text: string) => ({ id, code: { text, codings: [] }, clinicalStatus: 'active' as const })

const change: fc.Arbitrary<ChartChange> = fc
  .record({
    type: fc.constantFrom('upsert', 'upsert', 'remove', 'patient', 'none-stated', 'merge', 'gone'),
    patientId: fc.constantFrom('a', 'b'),
    at: fc.integer({ min: 1, max: 3 }),
    section: fc.constantFrom('problems' as const, 'procedures' as const),
    ids: fc.array(fc.constantFrom('1', '2', '3', '4'), { minLength: 1, maxLength: 3 }),
    text: fc.constantFrom('x', 'y'),
  })
  .map(({ type, patientId, at, section, ids, text }): ChartChange => {
    const said = { patientId, sourceId: 's', at }
    // An entry that fits either list.
    if (type === 'upsert' && section === 'procedures')
      return {
        type,
        ...said,
        section,
        entries: ids.map((id) => ({ id, code: { text, codings: [] }, day: '2026-01-02' })),
      }
    if (type === 'upsert') return { type, ...said, section: 'problems', entries: ids.map((id) => entry(id, text)) }
    if (type === 'remove') return { type, ...said, section, entryIds: ids }
    if (type === 'patient') return { type, ...said, patient: { mrn: text } }
    if (type === 'none-stated') return { type, ...said, section, statement: text }
    return type === 'merge'
      ? { type, fromId: patientId, intoId: patientId === 'a' ? 'b' : 'a', sourceId: 's', at }
      : { type: 'gone', ...said }
  })

test('charts are the same whether changes are put together or not, and are put together without touching them', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 14 }), (changes) => {
      const before = structuredClone(changes)
      assert.deepEqual(after(gathered(changes)), after(changes))
      assert.deepEqual(changes, before)
    }),
    { numRuns: 3000 },
  )
})

test('thousands of orders of one message are a few changes', () => {
  const said = { patientId: 'a', sourceId: 's', at: 1 }
  const orders = Array.from({ length: 5000 }, (_, at): ChartChange[] => [
    { type: 'upsert', ...said, section: 'problems', entries: [entry(`p${at}`, 'x')] },
    { type: 'remove', ...said, section: 'problems', entryIds: [`gone${at}`] },
    { type: 'remove', ...said, section: 'pending', entryIds: [`o${at}`] },
  ])
  const few = gathered([{ type: 'patient', ...said, patient: { mrn: '1' } }, ...orders.flat()])
  assert.deepEqual(
    few.map(({ type }) => type),
    ['patient', 'upsert', 'remove', 'remove'],
  )
  const problems = after(few).a?.problems ?? { status: 'not-received' as const }
  assert.equal(entriesOf<unknown>(problems).length, 5000)
})
