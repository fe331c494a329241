import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { AppointmentChange } from '../../src/chart/change.ts'
import { appointmentsIn } from '../../src/chart/visits/store.ts'
import { hl7v2Config } from '../../src/connect/hl7v2/config.ts'
import { interpret } from '../../src/connect/hl7v2/interpret.ts'
import { parseMessage } from '../../src/connect/hl7v2/message.ts'
import { type ScratchServer, scratchServer } from '../../src/hub/database/scratch.ts'
import { stageOn } from './stage.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const { reading } = hl7v2Config.parse({ id: 'siu', kind: 'hl7v2', journal: { folder: 'x' }, zone: 'UTC' })
const START = Date.parse('2026-11-23T00:00:00Z')

/** What an SIU of this minute says of the visit, to whom it belongs (`patients`) and when it starts. */
function siu(number: string, trigger: string, minute: number, patients: number[], start = ''): AppointmentChange[] {
  const parsed = parseMessage(
    [
      `MSH|^~\\&|A|B|||||SIU^${trigger}|c`,
      `SCH|A|${number}`,
      ...patients.map((id) => `PID|${id}||${id}^^^H^MR||Family${id}^Ann`),
      ...(start === '' ? [] : [`AIS|1|A|x^Visit|20261123${start}00`]),
      ...(trigger === 'S12' ? ['AIL|1|A|East'] : []),
    ].join('\r'),
  )
  assert.ok('message' in parsed)
  return interpret(parsed.message, { sourceId: 'siu', zone: 'UTC', at: START + minute, reading }).appointments
}

/** `first`: so many messages come first and in order. A number whose first message names one patient is not known to be a group's. */
const HISTORIES: {
  what: string
  messages: (number: string) => AppointmentChange[][]
  right: string[]
  first?: number
}[] = [
  {
    what: 'a group that is canceled by a message that names nobody',
    messages: (n) => [siu(n, 'S12', 1, [7, 8], '0930'), siu(n, 'S15', 2, [])],
    right: ['7 cancelled East 09:30', '8 cancelled East 09:30'],
  },
  {
    what: 'one of a group who is moved, and one who cancels',
    messages: (n) => [siu(n, 'S12', 1, [7, 8], '0930'), siu(n, 'S13', 2, [7], '1030'), siu(n, 'S15', 3, [8])],
    right: ['7 booked East 10:30', '8 cancelled East 09:30'],
    first: 1,
  },
  {
    what: 'a group that is moved as a whole and then taken out',
    messages: (n) => [siu(n, 'S12', 1, [7, 8], '0930'), siu(n, 'S13', 2, [], '1030'), siu(n, 'S17', 3, [])],
    right: [],
  },
  {
    what: 'a group that grows',
    messages: (n) => [siu(n, 'S12', 1, [7], '0930'), siu(n, 'S14', 2, [7, 8], '0930'), siu(n, 'S26', 3, [8])],
    right: ['7 booked East 09:30', '8 no-show unknown 09:30'],
    first: 2,
  },
]

test('the visits of a group are the same in whatever order its messages come, at once or one by one', async () => {
  const db = await server.database()
  const hub = await stageOn(db, [{ id: 'siu', kind: 'hl7v2' }])
  let number = 0
  for (const { what, messages, right, first = 0 } of HISTORIES)
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2].slice(first, messages('x').length), { minLength: messages('x').length - first }),
        fc.boolean(),
        async (shuffled, atOnce) => {
          number += 1
          const order = [...[0, 1].slice(0, first), ...shuffled]
          const said = messages(`N${number}`)
          const parts = order.map((at) => said[at] ?? [])
          for (const changes of atOnce ? [parts.flat()] : parts)
            await hub.read('siu', [{ type: 'appointments', changes }])
          const visits = (await appointmentsIn(hub.db, 'all', START, START + 86_400_000)).filter(
            ({ id }) => id === `N${number}` || id.startsWith(`N${number}/`),
          )
          assert.deepEqual(
            visits
              .map(
                (one) =>
                  `${one.patientId} ${one.status} ${one.locationId} ${new Date(one.start).toISOString().slice(11, 16)}`,
              )
              .toSorted(),
            right,
            `${what}, in the order ${order.join(' ')}${atOnce ? ' at once' : ''}`,
          )
        },
      ),
      // Few enough that the visits that S17 takes out are not held back together.
      { numRuns: 10 },
    )
})
