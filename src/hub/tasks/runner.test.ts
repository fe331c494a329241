import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { silentLog } from '../../base/log.ts'
import { MINUTE, systemClock } from '../../base/time.ts'
import { type ScratchServer, scratchServer } from '../database/scratch.ts'
import { type RunnerOptions, startRunner } from './runner.ts'
import { enqueue, enqueueTick, listTasks, settleDone, sweepTasks, taskCounts, tryAgain } from './store.ts'

let server: ScratchServer
before(async () => {
  server = await scratchServer()
})
after(() => server[Symbol.asyncDispose]())

const run = (db: Database, kinds: RunnerOptions['kinds'], more: Partial<RunnerOptions> = {}) =>
  startRunner({ db, clock: systemClock, log: silentLog, kinds, pollMs: 20, ...more })

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await what())) await pause(20)
}

const allDone = (db: Database) => until(async () => (await taskCounts(db)).length === 0)

test('a task that was asked for in a transaction that failed never happens', async () => {
  const db = await server.database()
  await assert.rejects(
    db.transaction().execute(async (transaction) => {
      await enqueue(transaction, { kind: 'mail' }, systemClock)
      throw new Error('changed my mind')
    }),
  )
  assert.deepEqual(await taskCounts(db), [])
})

test('asking twice while one waits is asking once; asking while it runs makes it run once more, never beside itself', async () => {
  const db = await server.database()
  const seen: string[] = []
  let inside = 0
  await enqueue(db, { kind: 'publish', key: 'panel', payload: { because: 'first' } }, systemClock)
  await enqueue(db, { kind: 'publish', key: 'panel', payload: { because: 'second' } }, systemClock)
  await using runner = run(db, {
    publish: {
      run: async (task) => {
        assert.equal(++inside, 1)
        seen.push(String(task.payload.because))
        if (seen.length === 1) {
          await enqueue(db, { kind: 'publish', key: 'panel', payload: { because: 'third' } }, systemClock)
          await until(() => runner.counters().running === 1)
        }
        inside--
        return undefined
      },
    },
  })
  await allDone(db)
  assert.deepEqual(seen, ['second', 'third'])
})

test('a transient failure is tried again, a permanent one stays for a person, who may have it tried again', async () => {
  const db = await server.database()
  let broken = true
  const tries: number[] = []
  await enqueue(db, { kind: 'mail' }, systemClock)
  await enqueue(db, { kind: 'fax' }, systemClock)
  await using runner = run(db, {
    mail: {
      run: async (task) => {
        tries.push(task.attempt)
        if (task.attempt < 3) throw new Failure('transient', 'refused', { retryAfterMs: 10 })
        return undefined
      },
    },
    fax: {
      run: async () => {
        if (broken) throw new Failure('permanent', 'no such number')
        return undefined
      },
    },
  })
  await until(() => runner.counters().done === 1 && runner.counters().failed === 1)
  assert.deepEqual(tries, [1, 2, 3])
  const [failed] = await listTasks(db, ['failed'])
  assert.equal(failed?.because, 'no such number')
  broken = false
  assert.equal(await tryAgain(db, failed?.id ?? '', systemClock.now()), true)
  await allDone(db)
})

test('what a task changes is there exactly when the task is done', async () => {
  const db = await server.database()
  await sql`create table effect (task text)`.execute(db)
  await enqueue(db, { kind: 'post' }, systemClock)
  await using runner = run(db, {
    post: {
      run: async (task) => async (transaction) => {
        await sql`insert into effect values (${task.id})`.execute(transaction)
        if (task.attempt === 1) throw new Failure('transient', 'the settling failed', { retryAfterMs: 10 })
      },
    },
  })
  await allDone(db)
  assert.equal((await sql`select * from effect`.execute(db)).rows.length, 1)
  assert.deepEqual(runner.counters(), { running: 0, done: 1, retried: 1, failed: 0, unclear: 0, lost: 0 })
})

test('a hub that is stopped gives its task back untried', async () => {
  const db = await server.database()
  const began = Promise.withResolvers<void>()
  await enqueue(db, { kind: 'long' }, systemClock)
  const runner = run(db, {
    long: {
      run: async (_task, signal) => {
        began.resolve()
        await once(signal, 'abort')
        throw new Failure('transient', 'told to end')
      },
    },
  })
  await began.promise
  await runner.stop()
  const [task] = await listTasks(db, ['waiting'])
  assert.equal(task?.attempt, 0)
})

test('any number of hubs make one task of a tick, and missed ticks are made good by one task', async () => {
  const db = await server.database()
  const ask = (at: number) => enqueueTick(db, { name: 'sweep', at, task: { kind: 'sweep' } }, systemClock)
  assert.equal(await ask(1 * MINUTE), false)
  const won = await Promise.all(Array.from({ length: 8 }, () => ask(2 * MINUTE)))
  assert.equal(won.filter(Boolean).length, 1)
  assert.equal(await ask(9 * MINUTE), true)
  assert.equal(await ask(3 * MINUTE), false)
  assert.equal((await taskCounts(db))[0]?.tasks, 2)
})

test('an ambiguous failure waits for a person, who says that it did happen; what is done is swept away later', async () => {
  const db = await server.database()
  await enqueue(db, { kind: 'pay' }, systemClock)
  await using runner = run(db, {
    pay: { run: () => Promise.reject(new Failure('ambiguous', 'sent, and no answer came')) },
  })
  await until(() => runner.counters().unclear === 1)
  const [unclear] = await listTasks(db, ['unclear'])
  assert.equal(unclear?.because, 'sent, and no answer came')
  await sweepTasks(db, systemClock.now() + MINUTE)
  assert.equal(await settleDone(db, unclear?.id ?? '', systemClock.now()), true)
  assert.equal(await settleDone(db, unclear?.id ?? '', systemClock.now()), false)
  assert.equal((await listTasks(db, ['done'])).length, 1)
  await sweepTasks(db, systemClock.now() + MINUTE)
  assert.deepEqual(await listTasks(db, ['done', 'unclear']), [])
})

/** A hub of its own process: notes each start at once, and each end in the transaction that ends the task. `stuck` tasks never end. */
const HUB = `
  import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))}
  import { openDatabase } from ${JSON.stringify(import.meta.resolve('../../base/database.ts'))}
  import { silentLog } from ${JSON.stringify(import.meta.resolve('../../base/log.ts'))}
  import { systemClock } from ${JSON.stringify(import.meta.resolve('../../base/time.ts'))}
  import { startRunner } from ${JSON.stringify(import.meta.resolve('./runner.ts'))}
  const [, , url, name, leaseMs] = process.argv
  const db = openDatabase(url)
  const note = (on, task, what) => sql\`insert into noted values (\${task.id}, \${name}, \${what})\`.execute(on)
  const kind = (stuck, repeatable) => ({
    repeatable,
    run: async (task) => {
      await note(db, task, 'start')
      if (stuck && task.attempt === 1) await new Promise(() => {})
      return (transaction) => note(transaction, task, 'end')
    },
  })
  startRunner({ db, clock: systemClock, log: silentLog, leaseMs: Number(leaseMs), pollMs: 5, atOnce: 4,
    kinds: { quick: kind(false), stuck: kind(true), 'stuck-once': kind(true, false) } })
  setInterval(() => {}, 1000)
`

type Noted = { task: string; hub: string; what: string }

async function hubsOn(
  url: string,
  names: string[],
  leaseMs: number,
): Promise<{ hubs: ChildProcess[]; end: () => Promise<void> }> {
  const program = join(tmpdir(), `hf-hub-${process.pid}-${names.join('')}.mts`)
  await writeFile(program, HUB)
  const hubs = names.map((name) => spawn(process.execPath, [program, url, name, String(leaseMs)], { stdio: 'inherit' }))
  return {
    hubs,
    end: async () => {
      for (const hub of hubs) if (hub.exitCode === null && hub.signalCode === null) hub.kill('SIGKILL')
      await rm(program)
    },
  }
}

const noted = async (db: Database) => (await sql<Noted>`select * from noted`.execute(db)).rows

test('two hub processes on one database share the tasks and do none twice', async () => {
  const db = await server.database()
  await sql`create table noted (task text, hub text, what text)`.execute(db)
  // A lease that no busy machine lets lapse: a task whose hub is held up for longer than that is rightly taken over.
  const { end } = await hubsOn(db.url, ['one', 'two'], 10 * MINUTE)
  try {
    let made = 0
    const bothTookPart = async () => new Set((await noted(db)).map((line) => line.hub)).size === 2
    while (made < 300 || !(await bothTookPart())) {
      for (const until = made + 100; made < until; made++) await enqueue(db, { kind: 'quick' }, systemClock)
      await allDone(db)
    }
    const lines = await noted(db)
    for (const what of ['start', 'end']) {
      const tasks = lines.filter((line) => line.what === what).map((line) => line.task)
      assert.equal(tasks.length, made)
      assert.equal(new Set(tasks).size, made)
    }
  } finally {
    await end()
  }
})

test('when a hub is killed in the middle, another takes its task over; one that must not be repeated waits for a person', async () => {
  const db = await server.database()
  await sql`create table noted (task text, hub text, what text)`.execute(db)
  await enqueue(db, { kind: 'stuck', key: 'a' }, systemClock)
  await enqueue(db, { kind: 'stuck-once', key: 'b' }, systemClock)
  const first = await hubsOn(db.url, ['killed'], 600)
  await until(async () => (await noted(db)).length === 2)
  const leasedUntil = async () =>
    (await sql<{ at: number }>`select min(leased_until) as at from task`.execute(db)).rows[0]?.at ?? 0
  const before = await leasedUntil()
  // Renewed for longer than a lease.
  await until(async () => (await leasedUntil()) > before + 800)
  assert.equal(
    (await listTasks(db, ['leased'])).every((task) => task.attempt === 1),
    true,
  )
  await first.end()
  const second = await hubsOn(db.url, ['other'], 600)
  try {
    await until(async () => (await listTasks(db, ['done'])).length === 1)
    const lines = await noted(db)
    assert.deepEqual(
      lines.filter((line) => line.what === 'end').map((line) => line.hub),
      ['other'],
    )
    const [unclear] = await listTasks(db, ['unclear'])
    assert.equal(unclear?.kind, 'stuck-once')
    assert.equal(lines.filter((line) => line.task === unclear?.id).length, 1)
  } finally {
    await second.end()
  }
})
