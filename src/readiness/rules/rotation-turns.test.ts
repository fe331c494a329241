import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantAt } from '../../base/zone.ts'
import { partNames, planShape } from '../readiness.ts'
import { rotationTurns } from './rotation-turns.ts'

const NOW = instantAt('2026-11-23', '12:00', 'America/Chicago')
const OFFICE = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, '09:00-19:00']))

function told(count: number, rotation: object, roster: object = {}): string[] {
  const ids = Array.from({ length: count }, (_, nth) => String.fromCodePoint(97 + nth))
  const plan = planShape.parse({
    ...Object.fromEntries(partNames.map((part) => [part, {}])),
    practice: { plan: 1, practice: { id: 'p', name: 'P', zone: 'America/Chicago' } },
    people: { people: ids.map((id) => ({ id, name: id.toUpperCase() })) },
    roster: {
      rosters: [
        {
          id: 'r',
          name: 'R',
          rotations: [{ people: ids, starts: '2026-11-02', at: '09:00', every: '1d', ...rotation }],
          ...roster,
        },
      ],
    },
  })
  return [...rotationTurns.judge(plan, { now: NOW, documents: new Set(), unread: new Set(), leftOut: [] })].map(
    ({ weight, says }) => `${weight}: ${says}`,
  )
}

test('turns that count only days with hours come to everybody, whoever many they are', () => {
  for (let count = 1; count <= 9; count++)
    for (const every of ['1d', '2d', '3d', '1w', '2w'])
      assert.doesNotMatch(
        told(count, { during: OFFICE, every }).join(),
        /never|next one too/,
        `${count} people, ${every}`,
      )
})

test('turns that pass over days are said, where there is more than one person and the turns are not whole weeks', () => {
  const told3 = (every: string, count = 3) => told(count, { during: OFFICE, every }).join()
  for (const every of ['1d', '2d', '3d']) assert.match(told3(every), /pass over the days without hours/, every)
  for (const every of ['1w', '2w']) assert.equal(told3(every), '', every)
  assert.equal(told3('1d', 1), '')
})

test('seven people by the day where only Monday to Friday is needed: two never have a turn that matters', () => {
  const [never, ...more] = told(7, {}, { cover: OFFICE })
  assert.match(never ?? '', /^warning: R: F and G never have a turn in hours/)
  assert.deepEqual(more, [])
})

test('three people by the day where only Monday to Friday is needed: one has two turns running', () => {
  const [twice] = told(3, {}, { cover: OFFICE })
  assert.match(twice ?? '', /^warning: R: \w has the turn of 20\d\d-\d\d-\d\d and the next one too/)
})

test('a rotation of every day and night, of one person, or of whole weeks has nothing to be told', () => {
  assert.deepEqual(told(7, {}), [])
  assert.deepEqual(told(1, {}, { cover: OFFICE }), [])
  assert.deepEqual(told(7, { every: '1w' }, { cover: OFFICE }), [])
})

test('hours that meet those of the roster nowhere give nobody a turn', () => {
  const nights = { during: { sat: '09:00-19:00' } }
  assert.match(told(2, nights, { cover: OFFICE })[0] ?? '', /A and B never have a turn/)
})
