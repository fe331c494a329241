import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { MINUTE, systemClock } from '../../src/base/time.ts'
import { readYamlText } from '../../src/base/yaml-text.ts'
import { addDays, instantAt } from '../../src/base/zone.ts'
import { variablesIn } from '../../src/connect/nut/connector.ts'
import type { Answer } from '../../src/connect/probe.ts'
import { upsOf } from '../../src/connect/ups.ts'
import { dueToBegin, followMains, type Mains } from '../../src/monitor/power/mains.ts'
import { nextMove } from '../../src/monitor/power/next-move.ts'
import type { PowerRun } from '../../src/monitor/power/power.ts'
import { whoIsOnCall } from '../../src/readiness/duty/on-call.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { type Plan, partNames, planShape } from '../../src/readiness/readiness.ts'
import { OPERATION } from '../../src/site/print/ipp-message.ts'
import { openPrintRoom, type PrintJob } from '../../src/site/print/print-room.ts'
import { changedPlan } from '../readiness/sample-plan.ts'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const linesOf = (name: string): string[] =>
  readFileSync(join(import.meta.dirname, 'inputs', name), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))

/** As upsd lists it, judged as the NUT connector judges it. */
function lookAt(said: Record<string, string>): Answer {
  const listed = Object.entries(said).map(([name, value]) => `VAR rack ${name} "${value}"`)
  const rules = { runtimeMinutes: 10, batteryYears: 4 }
  return upsOf('The UPS rack', variablesIn(listed.join('\n'), 'rack'), rules, NOW)
}

const ORDER = { ups: 'The rack UPS', afterMs: 0 }

function runOf(): PowerRun {
  return {
    id: 'r',
    orderId: 'ups',
    ups: 'The rack UPS',
    mode: 'real',
    by: undefined,
    outageSince: NOW,
    beganAt: NOW,
    because: 'On its battery.',
    stopsOnlyWhenLow: true,
    steps: [{ kind: 'stop', name: 'EHR database', withinMs: MINUTE, state: { status: 'waiting' } }],
    state: { status: 'going' },
  }
}

test('ups-eaton-never-lb.txt: stops that wait for a low battery are begun before it is empty, without the word LB', () => {
  let mains: Mains = { is: 'unknown' }
  const moves = linesOf('ups-eaton-never-lb.txt').map((line, nth) => {
    const [, status = '', runtime = '', charge = ''] = /^(.*) (\d+) (\d+)$/.exec(line) ?? []
    const at = NOW + nth * MINUTE
    const answer = lookAt({ 'ups.status': status, 'battery.runtime': runtime, 'battery.charge': charge })
    assert.ok(answer.answer === 'answered')
    mains = followMains(mains, { ...answer, tookMs: 3 }, at)
    return [mains.is, mains.is === 'on' ? '' : nextMove(runOf(), mains, at).do]
  })
  assert.deepEqual(moves, [
    ['on', ''],
    ['battery', 'wait'],
    ['low', 'start'],
    ['low', 'start'],
    ['low', 'start'],
  ])
})

test('ups-ol-dischrg-no-input.txt: a UPS that discharges with nothing coming in is on its battery, whatever it calls itself', () => {
  const said = Object.fromEntries(
    linesOf('ups-ol-dischrg-no-input.txt').map((line) => {
      const [, name = '', value = ''] = /^(\S+) "(.*)"$/.exec(line) ?? []
      return [name, value]
    }),
  )
  const answer = lookAt(said)
  assert.ok(answer.answer === 'answered')
  assert.doesNotMatch(answer.because, /on the mains/)
  assert.match(answer.findings[0]?.because ?? '', /discharges and has 0 V in/)
  assert.equal(answer.findings[0]?.weight, 'act')
  const mains = followMains({ is: 'on', at: NOW }, { ...answer, tookMs: 3 }, NOW)
  assert.equal(mains.is, 'battery')
  assert.match(dueToBegin(ORDER, mains, NOW)?.because ?? '', /run on its battery/)
  const low = lookAt({ 'ups.status': 'LB' })
  assert.ok(low.answer === 'answered')
  assert.match(low.findings[0]?.because ?? '', /battery is low/)
})

type Value = number | boolean | string

/** An IPP answer: attributes of one group, and the names of those that were not done. */
function ippAnswer(status: number, given: Record<string, Value>, unsupported: readonly string[] = []): Buffer {
  const attribute = (tag: number, name: string, value: Buffer) => {
    const lengths = [Buffer.alloc(2), Buffer.alloc(2)] as const
    lengths[0].writeUInt16BE(name.length)
    lengths[1].writeUInt16BE(value.length)
    return Buffer.concat([Buffer.from([tag]), lengths[0], Buffer.from(name), lengths[1], value])
  }
  const bytes = (value: Value): [number, Buffer] => {
    if (typeof value === 'string') return [0x44, Buffer.from(value)]
    if (typeof value === 'boolean') return [0x22, Buffer.from([value ? 1 : 0])]
    const four = Buffer.alloc(4)
    four.writeInt32BE(value)
    return [0x21, four]
  }
  const group = Object.entries(given).map(([name, value]) => {
    const [tag, of] = bytes(value)
    return attribute(name.endsWith('-state') ? 0x23 : tag, name, of)
  })
  return Buffer.concat([
    Buffer.from([1, 1, status >> 8, status & 255, 0, 0, 0, 1, 5]),
    ...unsupported.map((name) => attribute(0x10, name, Buffer.alloc(0))),
    Buffer.from([2]),
    ...group,
    Buffer.from([3]),
  ])
}

/** How a print ends on a printer that answers so; the clock stands still, so that nobody waits for a quarter of an hour. */
async function printed(
  answers: { print: Buffer; looks: readonly Buffer[]; printer: Record<string, Value> },
  fromPage: number,
): Promise<PrintJob & { documents: number }> {
  let [looks, documents] = [0, 0]
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const operation = Buffer.concat(parts).readUInt16BE(2)
      if (operation === OPERATION.getPrinterAttributes) response.end(ippAnswer(0, answers.printer))
      else if (operation === OPERATION.getJobAttributes)
        response.end(answers.looks[Math.min(looks++, answers.looks.length - 1)])
      else if (operation === OPERATION.printJob) {
        documents++
        response.end(answers.print)
      } else response.end(ippAnswer(0, {}))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const printer = { name: 'Front', uri: `ipp://127.0.0.1:${address.port}/ipp/print` }
    const asked = {
      pdf: Buffer.from('%PDF-1.7'),
      jobName: 'packet',
      userName: 'holdfast',
      label: 'packet',
      askedBy: 'amy',
    }
    const job = await new Promise<PrintJob>((over) => {
      openPrintRoom({ ...systemClock, now: () => 0 }, 1)
        .print(printer, { ...asked, fromPage }, async (ended) => over({ ...ended }))
        .catch(() => {})
    })
    return { ...job, documents }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('ipp-job-forgotten.txt: forgotten is unclear at once, an ignored page range and errors are never "completed"', async () => {
  const [first = '', second = '', third = ''] = linesOf('ipp-job-forgotten.txt')
  const statusIn = (line: string) => Number(/0x[0-9a-f]{4}/i.exec(line)?.[0])
  const taken = ippAnswer(0, { 'job-id': 42 })
  const processing = ippAnswer(0, { 'job-state': 5, 'job-impressions-completed': 200 })
  const forgotten = await printed(
    { print: taken, looks: [processing, processing, ippAnswer(statusIn(first), {})], printer: { 'printer-state': 3 } },
    1,
  )
  assert.equal(forgotten.state, 'unclear')
  assert.equal(forgotten.pages, 200)
  assert.match(forgotten.because, /no longer knows this job: look at the paper/)

  assert.match(second, /page-ranges 7-/)
  const completed = ippAnswer(0, { 'job-state': 9, 'job-impressions-completed': 12 })
  const left = ippAnswer(statusIn(second), { 'job-id': 42 }, ['page-ranges'])
  const ignored = await printed({ print: left, looks: [completed], printer: { 'printer-state': 3 } }, 7)
  assert.equal(ignored.state, 'unclear')
  const cannot = { 'printer-state': 3, 'page-ranges-supported': false }
  const before = await printed({ print: left, looks: [completed], printer: cannot }, 7)
  assert.deepEqual([before.state, before.documents], ['failed', 0])

  const reason = /job-completed-with-errors/.exec(third)?.[0] ?? ''
  const withErrors = ippAnswer(0, { 'job-state': 9, 'job-state-reasons': reason, 'job-impressions-completed': 12 })
  const doubtful = await printed({ print: taken, looks: [withErrors], printer: { 'printer-state': 3 } }, 1)
  assert.equal(doubtful.state, 'unclear')
  assert.match(doubtful.because, /job-completed-with-errors/)
  assert.equal(doubtful.pages, 12)
})

const PEOPLE = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const OFFICE = /, during: (\{.*\}) \}$/
const INPUT = readFileSync(join(import.meta.dirname, 'inputs/roster-who-never-has-a-turn.yaml'), 'utf8').trimEnd()
const CHICAGO = 'America/Chicago'

/** The sample's plan with this roster and the people it names, checked as `holdfast plan check` does. */
function checked(roster: string): { rosters: Plan; complaints: string[] } {
  const people = PEOPLE.map(
    (id) => `  - { id: ${id}, name: Person ${id}, phones: [{ kind: cell, number: "608-555-0100" }] }`,
  )
  const files = changedPlan(['people.yaml', 'people:\n', `people:\n${people.join('\n')}\n`])
  files.set('roster.yaml', roster)
  const plan = planShape.parse({
    ...Object.fromEntries(partNames.map((part) => [part, {}])),
    practice: { plan: 1, practice: { id: 'p', name: 'P', zone: CHICAGO } },
    people: { people: PEOPLE.map((id) => ({ id, name: id })) },
    roster: readYamlText(roster).value,
  })
  const { complaints } = checkPlan(files, instantAt('2026-11-23', '12:00', CHICAGO))
  return { rosters: plan, complaints: complaints.map(({ rule, says }) => `${rule}: ${says}`) }
}

/** Who is on call at noon of each day from the first turn on. */
function atNoon(plan: Plan, days: number): string {
  const [roster] = plan.roster.rosters
  assert.ok(roster)
  return Array.from({ length: days }, (_, nth) => {
    const onCall = whoIsOnCall(plan, roster, instantAt(addDays('2026-11-02', nth), '12:00', CHICAGO))
    return onCall.status === 'on-call' ? onCall.person : '-'
  }).join('')
}

test('roster-who-never-has-a-turn.yaml: all seven have a turn, Friday is not followed by the same on Monday, and where turns still fall away the check warns', () => {
  const seven = checked(INPUT)
  assert.equal(atNoon(seven.rosters, 14), 'abcde--fgabc--')
  assert.match(seven.complaints.join('\n'), /rotation-turns: IT on call: its turns pass over the days without hours/)
  assert.doesNotMatch(seven.complaints.join('\n'), /never ha/)
  assert.equal(atNoon(checked(INPUT.replace('a, b, c, d, e, f, g', 'a, b, c')).rosters, 9), 'abcab--ca')

  const hours = OFFICE.exec(INPUT)?.[1] ?? ''
  const byCover = INPUT.replace(OFFICE, ' }').replace('    name:', `    cover: ${hours}\n    name:`)
  const told = checked(byCover).complaints.filter((one) => one.startsWith('rotation-turns'))
  assert.match(told.join(), /Person f and Person g never have a turn/)
})
