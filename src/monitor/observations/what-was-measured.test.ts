import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Measured, ObserverStatus } from './observations.ts'
import { whatWasMeasured } from './what-was-measured.ts'

function seen(name: string, measured: Measured[] | undefined): ObserverStatus {
  const last =
    measured === undefined
      ? undefined
      : { at: 1, observation: { answer: 'not-answered' as const, tookMs: 1, because: 'It refused.', measured } }
  const observer = {
    observerId: name,
    name,
    kind: 'lines',
    systemId: 's',
    everyMs: 1,
    deadlineMs: 1,
    misses: 1,
    firstAnswerMs: 0,
    unheardSince: undefined,
    since: 1,
    missed: 0,
  }
  return { observer: { ...observer, from: 'hub', sameSince: undefined, last }, status: 'failing', because: 'So it is.' }
}

test('what was measured is said with its unit, and spans as people say them', () => {
  const measured: Measured[] = [
    { what: 'fibre loss', value: 100, unit: '%' },
    { what: 'cable seen outside as', value: '198.51.100.7', unit: 'text' },
    { what: 'battery lasts', value: 240, unit: 's' },
    { what: 'signature age', value: 40.25, unit: 'd' },
    { what: 'signatures', value: 27500, unit: 'count' },
  ]
  assert.deepEqual(whatWasMeasured({ seen: [seen('Lines', measured)] }), [
    'fibre loss: 100 %.',
    'cable seen outside as: 198.51.100.7.',
    'battery lasts: 4 min.',
    'signature age: 40 d 6 h.',
    'signatures: 27500.',
  ])
})

test('of several observers each is named, and one that has not looked says nothing', () => {
  const disk: Measured[] = [{ what: 'disk', value: 86, unit: '%' }]
  assert.deepEqual(whatWasMeasured({ seen: [seen('A', disk), seen('B', undefined)] }), ['A, disk: 86 %.'])
})
