import { setTimeout as pause } from 'node:timers/promises'
import type { EhrSource } from '../../../src/connect/ehr.ts'
import { readFhirConfig } from '../../../src/connect/fhir/config.ts'
import { fhirSource } from '../../../src/connect/fhir/connector.ts'
import type { FhirWorld } from '../../../src/connect/fhir/server.ts'
import { NOON, ZONE } from './records.ts'

/** A world whose clock and waits are in the test's hands: a wait moves the clock and is remembered. */
export type HeldWorld = FhirWorld & { now: number; waits: number[] }

export function heldWorld(now = NOON): HeldWorld {
  const world: HeldWorld = {
    now,
    waits: [],
    clock: { now: () => world.now },
    wait: async (ms) => {
      world.waits.push(ms)
      world.now += ms
      await pause(0)
    },
  }
  return world
}

/** A source on a far side; what is not given is as in practice, but quicker. */
export function sourceOn(base: string, more: object = {}, world: FhirWorld = heldWorld()): EhrSource {
  const config = readFhirConfig({
    id: 'ehr',
    baseUrl: base,
    zone: ZONE,
    deadlineMs: 5000,
    stallMs: 2000,
    pageSize: 50,
    ...more,
  })
  return fhirSource(config, world)
}
