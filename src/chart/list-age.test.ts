import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blankChart } from './blank-chart.ts'
import { type Chart, SECTION_NAMES, type SectionName } from './chart.ts'
import { listAsOf, olderThanTheRest, oldestAsOf, type SourceRead, withAges } from './list-age.ts'

const MINUTE = 60_000
const T = Date.parse('2026-11-23T12:00:00Z')

function chartOf(more: Partial<Chart> = {}): Chart {
  return {
    ...blankChart('p1', 'ehr', T),
    allergies: { status: 'none-known' },
    results: { status: 'listed', entries: [] },
    ...more,
  }
}

test('a list of one source is as old as that source, and the whole chart with it', () => {
  const aged = withAges(chartOf(), [{ sourceId: 'ehr', asOf: T + 5 * MINUTE }])
  assert.equal(aged.asOf, T + 5 * MINUTE)
  assert.equal(aged.sectionAsOf, undefined)
  assert.equal(oldestAsOf(aged), T + 5 * MINUTE)
  assert.equal(olderThanTheRest(aged, 'results'), undefined)
})

test('a list that its source compared earlier is as old as that', () => {
  const aged = withAges(chartOf(), [{ sourceId: 'ehr', asOf: T + 5 * MINUTE, sections: { results: T - 60 * MINUTE } }])
  assert.deepEqual(aged.sectionAsOf, { results: T - 60 * MINUTE })
  assert.equal(oldestAsOf(aged), T - 60 * MINUTE)
  assert.equal(olderThanTheRest(aged, 'results'), T - 60 * MINUTE)
  assert.equal(olderThanTheRest(aged, 'allergies'), undefined)
})

test('a list of two sources is as old as the older one', () => {
  const joined = chartOf({ sectionSources: { results: ['ehr', 'lab'], allergies: ['lab'] } })
  const aged = withAges(joined, [
    { sourceId: 'ehr', asOf: T + 5 * MINUTE },
    { sourceId: 'lab', asOf: T - 30 * MINUTE, sections: { allergies: T - 90 * MINUTE } },
  ])
  assert.deepEqual(aged.sectionAsOf, { results: T - 30 * MINUTE, allergies: T - 90 * MINUTE })
})

test('a source of which nobody says when it was read makes nothing younger than the chart itself', () => {
  const joined = chartOf({ sectionSources: { results: ['ehr', 'lab'] } })
  const aged = withAges(joined, [{ sourceId: 'ehr', asOf: T + 5 * MINUTE }])
  assert.deepEqual(aged.sectionAsOf, { results: T })
  assert.equal(withAges(joined, []).asOf, T)
  assert.equal(withAges(joined, []).sectionAsOf, undefined)
})

test('a list that says nothing makes the page no older', () => {
  const aged = withAges(chartOf({ results: { status: 'not-received' } }), [
    { sourceId: 'ehr', asOf: T, sections: { results: T - 60 * MINUTE } },
  ])
  assert.equal(oldestAsOf(aged), T)
  assert.equal(olderThanTheRest(aged, 'results'), undefined)
})

test('when every list has one age, no list says its own', () => {
  const sections = Object.fromEntries(SECTION_NAMES.map((name) => [name, T - 60 * MINUTE]))
  const aged = withAges(chartOf(), [{ sourceId: 'ehr', asOf: T, sections }])
  assert.equal(oldestAsOf(aged), T - 60 * MINUTE)
  for (const name of SECTION_NAMES) assert.equal(olderThanTheRest(aged, name), undefined)
})

test('whatever the sources say, a page is never dated later than a list on it, and no list later than a source it is made of', () => {
  const instant = fc.integer({ min: T - 100 * MINUTE, max: T + 100 * MINUTE })
  const name = fc.constantFrom<SectionName>(...SECTION_NAMES)
  const source = fc.record({
    sourceId: fc.constantFrom('ehr', 'lab', 'pharmacy'),
    asOf: instant,
    sections: fc.dictionary(name, instant),
  })
  const madeOf = fc.dictionary(name, fc.uniqueArray(fc.constantFrom('ehr', 'lab', 'pharmacy'), { minLength: 1 }))
  fc.assert(
    fc.property(
      fc.uniqueArray(source, { selector: (one) => one.sourceId }),
      madeOf,
      (sources: SourceRead[], sectionSources) => {
        const aged = withAges(chartOf({ sectionSources }), sources)
        for (const one of SECTION_NAMES) {
          if (aged[one].status !== 'not-received') assert.ok(oldestAsOf(aged) <= listAsOf(aged, one))
          assert.ok(listAsOf(aged, one) <= aged.asOf)
          for (const sourceId of aged.sectionSources?.[one] ?? ['ehr']) {
            const read = sources.find((known) => known.sourceId === sourceId)
            const own = sourceId === 'ehr' ? Math.max(T, read?.asOf ?? T) : (read?.asOf ?? T)
            assert.ok(listAsOf(aged, one) <= (read?.sections?.[one] ?? own))
          }
        }
      },
    ),
  )
})
