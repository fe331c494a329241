import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../../src/base/failure.ts'
import { DAY } from '../../src/base/time.ts'
import type { Chart } from '../../src/chart/chart.ts'
import type { Cursor, EhrSource, SetAside, SourcePart } from '../../src/connect/ehr.ts'

/**
 * One source on one far side, freshly made for each test and disposed of after it (the source first, then `stop`). `deadlineMs` is what the source's
 * own config promises: `probe` and every wait of `read` end within it. `window` is the schedule that the far side has appointments in.
 */
export type ContractCase = {
  source: EhrSource
  deadlineMs: number
  window: { from: number; to: number }
  stop?: () => Promise<void>
}

/**
 * What a healthy far side holds. `secrets` are words that stand in its records or credentials (a patient's name, a password): none may
 * appear in a reason, a place or a message. `setAside` is how many records nobody can understand; at least one.
 */
export type HealthyCase = ContractCase & {
  patients: number
  appointments: number
  setAside: number
  secrets: string[]
  /** Pull sources tell all their patients on a first load; a feed cannot. */
  panel: boolean
}

/**
 * `dead`: refuses connections. `frozen`: accepts and never answers. `slow`: answers, but so slowly that the deadline passes. `garbage`: answers with
 * bytes that mean nothing. `half-answering`: begins a right answer and hangs up in the middle of it.
 */
export const BREAKAGES = ['dead', 'frozen', 'slow', 'garbage', 'half-answering'] as const
export type Breakage = (typeof BREAKAGES)[number]

/** `kind`: which Failure is right; left out, `transient`. A far side that cannot break in this way says why. */
export type BrokenCase = { make: () => Promise<ContractCase>; kind?: Failure['kind'] } | { doesNotApply: string }

/** How long past its deadline a source may take on a busy machine. */
const SLACK_MS = 2500

/**
 * The contract of every connector that reads an EHR, as tests: call it once in a test file. `broken` has one entry for each way in which
 * a far side breaks; each `make` gives a source on a far side that is broken already.
 */
export function ehrSourceContract(
  name: string,
  far: { make: () => Promise<HealthyCase>; broken: Record<Breakage, BrokenCase> },
): void {
  describe(`${name} keeps the contract of an EHR source`, () => {
    test('probe answers, with what the source is current to', async () => {
      await using held = await hold(far.make)
      const signal = await held.source.probe()
      assert.ok(signal.answered, signal.because)
      assertInstant(signal.asOf)
      assert.ok(signal.because.length > 0)
      assertTells(signal.because, held.secrets)
    })

    test('a first load gives every chart with its asOf, sets aside what it cannot understand, and ends once', async () => {
      await using held = await hold(far.make)
      const parts = await readAll(held, null)
      const charts = chartsIn(parts)
      assert.equal(new Set(charts.map((chart) => chart.patient.id)).size, held.patients)
      for (const chart of charts) {
        assertInstant(chart.asOf)
        assert.equal(chart.sourceId, held.source.id)
        assert.notEqual(chart.patient.id, '')
      }
      const appointments = parts.flatMap((part) =>
        part.type === 'schedule'
          ? part.appointments
          : part.type === 'appointments'
            ? part.changes.flatMap((change) => (change.type === 'appointment' ? [change.appointment] : []))
            : [],
      )
      assert.equal(new Set(appointments.map((appointment) => appointment.id)).size, held.appointments)
      for (const appointment of appointments) assertInstant(appointment.asOf)
      assertSetAside(
        parts.flatMap((part) => (part.type === 'set-aside' ? part.records : [])),
        held,
      )
      const panels = parts.flatMap((part) => (part.type === 'panel' ? [part.patientIds] : []))
      assert.equal(panels.length, held.panel ? 1 : 0)
      if (held.panel) {
        const panel = new Set(panels[0])
        for (const chart of charts) assert.ok(panel.has(chart.patient.id), 'a chart is not in the panel')
      }
      assertEnd(parts)
    })

    test('reading again from the cursor, kept as JSON, gives no chart when nothing has changed', async () => {
      await using held = await hold(far.make)
      const first = assertEnd(await readAll(held, null))
      const kept: Cursor = JSON.parse(JSON.stringify(first.cursor))
      const parts = await readAll(held, kept)
      assert.equal(chartsIn(parts).length, 0)
      const second = assertEnd(parts)
      assert.ok(second.asOf >= first.asOf, 'asOf went backwards')
    })

    test('a read that is called off ends in a Failure', async () => {
      await using held = await hold(far.make)
      const off = AbortSignal.abort()
      await assert.rejects(readAll(held, null, off), (thrown) => thrown instanceof Failure)
      const signal = await held.source.probe(off)
      assert.equal(signal.answered, false)
    })

    test('it can be disposed of twice', async () => {
      await using held = await hold(far.make)
      await held.source[Symbol.asyncDispose]()
      await held.source[Symbol.asyncDispose]()
    })

    for (const breakage of BREAKAGES) {
      const broken = far.broken[breakage]
      if ('doesNotApply' in broken) continue
      const kind = broken.kind ?? 'transient'
      test(`a ${breakage} far side: probe says ${kind} within the deadline and does not throw`, async () => {
        await using held = await hold(broken.make)
        const signal = await within(held.deadlineMs, held.source.probe())
        assert.ok(!signal.answered, `probe says that a ${breakage} far side answered`)
        assert.equal(signal.kind, kind, signal.because)
        assert.ok(signal.because.length > 0)
      })

      test(`a ${breakage} far side: read ends in a ${kind} Failure within the deadline, never in an empty day`, async () => {
        await using held = await hold(broken.make)
        const seen: SourcePart[] = []
        await assert.rejects(
          within(held.deadlineMs, readInto(seen, held, null)),
          (thrown) => {
            assert.ok(thrown instanceof Failure, String(thrown))
            assert.equal(thrown.kind, kind, thrown.message)
            return true
          },
          `read of a ${breakage} far side did not fail`,
        )
        for (const part of seen) {
          assert.notEqual(part.type, 'end')
          assert.ok(part.type !== 'schedule' || part.appointments.length > 0, 'an outage was told as an empty day')
          assert.ok(part.type !== 'panel' || part.patientIds.length > 0, 'an outage was told as an empty panel')
        }
      })
    }
  })
}

async function hold<Case extends ContractCase>(make: () => Promise<Case>): Promise<Case & AsyncDisposable> {
  const made = await make()
  return {
    ...made,
    [Symbol.asyncDispose]: async () => {
      await made.source[Symbol.asyncDispose]()
      await made.stop?.()
    },
  }
}

/** Every part of one read, in order. */
export async function readAll(
  held: Pick<ContractCase, 'source' | 'window'>,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<SourcePart[]> {
  const parts: SourcePart[] = []
  await readInto(parts, held, cursor, signal)
  return parts
}

async function readInto(
  parts: SourcePart[],
  held: Pick<ContractCase, 'source' | 'window'>,
  cursor: Cursor | null,
  signal?: AbortSignal,
): Promise<void> {
  const request = { cursor, window: held.window, ...(signal === undefined ? {} : { signal }) }
  for await (const part of held.source.read(request)) parts.push(part)
}

/** Charts told by a read, whole ones and those begun by a `patient` change. */
export function chartsIn(parts: SourcePart[]): (Pick<Chart, 'sourceId' | 'asOf'> & { patient: { id: string } })[] {
  return parts
    .flatMap((part) => (part.type === 'charts' ? part.changes : []))
    .flatMap((change) =>
      change.type === 'chart'
        ? [change.chart]
        : change.type === 'patient'
          ? [{ sourceId: change.sourceId, asOf: change.at, patient: { id: change.patientId } }]
          : [],
    )
}

function assertEnd(parts: SourcePart[]): Extract<SourcePart, { type: 'end' }> {
  const ends = parts.filter((part) => part.type === 'end')
  assert.equal(ends.length, 1, `${ends.length} ends`)
  const last = parts.at(-1)
  assert.ok(last?.type === 'end', 'something came after the end')
  assertInstant(last.asOf)
  return last
}

function assertSetAside(records: SetAside[], held: HealthyCase): void {
  assert.equal(records.length, held.setAside, records.map((record) => record.because).join('\n'))
  assert.equal(new Set(records.map((record) => record.key)).size, records.length, 'two records under one key')
  for (const record of records) {
    assert.ok(record.where.length > 0 && record.because.length > 0)
    assert.ok(Buffer.byteLength(record.raw) <= 64 * 1024, 'raw is too large')
    assertInstant(record.at)
    assertTells(record.because, held.secrets)
    assertTells(record.where, held.secrets)
  }
}

function assertTells(message: string, secrets: string[]): void {
  for (const secret of secrets) assert.ok(!message.includes(secret), `a message tells what it must not: ${message}`)
}

function assertInstant(at: number): void {
  assert.ok(Number.isSafeInteger(at), `${at} is not an instant`)
  assert.ok(at > 0 && at < Date.now() + 100 * 365 * DAY)
}

async function within<Value>(deadlineMs: number, doing: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`still busy ${SLACK_MS} ms after its deadline`)), deadlineMs + SLACK_MS)
  })
  try {
    return await Promise.race([doing, late])
  } finally {
    clearTimeout(timer)
  }
}
