import { type Context, Hono } from 'hono'
import type { Database } from '../../base/database.ts'
import { sha256Hex } from '../../base/hash.ts'
import type { Clock } from '../../base/time.ts'
import { BEAT_WORDS, type Beat } from '../../connect/heartbeat/beat.ts'
import { keepBeat } from '../beats/store.ts'
import { rateLimit } from './rate.ts'

export type BeatTools = {
  db: Database
  clock: Clock
  /** Tokens of the scripts that may call, with the observer that each belongs to. */
  tokens: { token: string; observerId: string }[]
  heard: (observerId: string) => void
}

/**
 * `/beat/<token>/start|progress|done|failed?exit=3`, by GET or POST, for any script with curl. Whoever knows a token may say these words about one script
 * and learns nothing; what is sent along is not read.
 */
export function beatApi({ db, clock, tokens, heard }: BeatTools): Hono {
  // By hash, so that the time a wrong token takes says nothing of how much of it is right.
  const known = new Map(tokens.map(({ token, observerId }) => [sha256Hex(token), observerId]))
  const limit = rateLimit(60, 60_000)
  const answer = async (c: Context): Promise<Response> => {
    const observerId = known.get(sha256Hex(c.req.param('token') ?? ''))
    const word = BEAT_WORDS.find((one) => one === c.req.param('word'))
    if (observerId === undefined || word === undefined)
      return c.text('There is no such heartbeat. The address ends with /start, /progress, /done or /failed.\n', 404)
    const { waitMs } = limit(observerId, clock.now())
    if (waitMs > 0) {
      c.header('retry-after', String(Math.ceil(waitMs / 1000)))
      return c.text('Too often: once a second is enough.\n', 429)
    }
    const exit = /^\d{1,3}$/.test(c.req.query('exit') ?? '') ? Number(c.req.query('exit')) : undefined
    const beat: Beat = { at: clock.now(), word, exit }
    await keepBeat(db, observerId, beat)
    heard(observerId)
    return c.text('Heard.\n')
  }
  const app = new Hono()
  app.get('/:token/:word', answer)
  app.post('/:token/:word', answer)
  return app
}
