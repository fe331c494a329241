import pg from 'pg'
import { connectionOf } from '../../src/base/database.ts'
import type { Clock } from '../../src/base/time.ts'
import { FIRST_MOVED_ID, type Hand, handOf, MOVES } from './moves.ts'

/** The practice at work: one move at a time, in an order that the seed decides. */
export type Mover = AsyncDisposable & {
  /** Makes the next move; what it was, or undefined when there was nothing to do it with. Throws when the EHR does not answer. */
  step(): Promise<string | undefined>
}

export type MoverOptions = { url: string; seed: number; clock: Clock }

const KEYS = {
  appointment: 'appointment_id',
  allergy: 'allergy_id',
  test_order: 'order_id',
  test_result: 'result_id',
  visit_note: 'note_id',
  user_session: 'session_id',
} as const satisfies Record<Parameters<Hand['newId']>[0], string>

/** How many people are on the system when the day begins. */
const ON_AT_FIRST = 40

export async function openMover({ url, seed, clock }: MoverOptions): Promise<Mover> {
  const client = new pg.Client(connectionOf(url))
  // A connection that breaks speaks through the next query.
  client.on('error', () => {})
  await client.connect()
  const last = new Map<string, number>()
  for (const [table, key] of Object.entries(KEYS)) {
    const { rows } = await client.query<{ last: number }>(
      `SELECT greatest(max(${key}), ${FIRST_MOVED_ID}) AS last FROM ${table}`,
    )
    last.set(table, rows[0]?.last ?? FIRST_MOVED_ID)
  }
  let nth = 0
  const make = async (move: (typeof MOVES)[number]): Promise<string | undefined> => {
    nth++
    const hand: Hand = {
      client,
      chance: handOf(seed, nth),
      now: clock.now(),
      newId: (table) => {
        const id = (last.get(table) ?? FIRST_MOVED_ID) + 1
        last.set(table, id)
        return id
      },
    }
    await client.query('BEGIN')
    try {
      const done = await move.make(hand)
      await client.query('COMMIT')
      return done
    } catch (thrown) {
      await client.query('ROLLBACK').catch(() => {})
      throw thrown
    }
  }
  const [signIn] = MOVES
  const { rows } = await client.query<{ on: number }>(
    'SELECT count(*)::int AS on FROM user_session WHERE signed_out_at IS NULL',
  )
  if (signIn !== undefined) for (let on = rows[0]?.on ?? 0; on < ON_AT_FIRST; on++) await make(signIn)
  return {
    step: () => make(handOf(seed, -nth).weighted(MOVES.map((move) => [move, move.weight] as const))),
    [Symbol.asyncDispose]: () => client.end(),
  }
}
