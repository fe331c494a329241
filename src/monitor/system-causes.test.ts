import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DependencyMap } from './map.ts'
import type { SystemStatus } from './observations/observations.ts'
import { systemCauses } from './system-causes.ts'

const system: SystemStatus = {
  systemId: 'ehr',
  status: 'failing',
  because: 'The known row is not there.',
  agree: 1,
  observers: 1,
  seen: [],
}
const things = (advice: string): DependencyMap['things'] => [
  { id: 'ehr', name: 'EHR', kind: 'database', needs: [], advice },
]

test('the runbook for a thing that is down is not the answer to one that merely needs somebody', () => {
  const answers = [{ name: 'It is down', takesOut: ['ehr'], says: 'Runbook “Restore”.' }]
  const [cause] = systemCauses([system], { things: things('Vendor: 555-0100.'), probes: [], answers }, 0)
  assert.equal(cause?.headline, 'EHR needs somebody')
  assert.equal(cause.advice, 'Open the system to see what each probe found. Vendor: 555-0100.')
  const [older] = systemCauses([system], { things: things('Runbook “Restore”.'), probes: [] }, 0)
  assert.doesNotMatch(older?.advice ?? '', /Runbook/)
})
