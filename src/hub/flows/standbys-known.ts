import { SECOND } from '../../base/time.ts'
import { FAULT_WORDS } from '../../monitor/standby/fault-words.ts'
import { positionInWords } from '../../monitor/standby/position.ts'
import { lookBy } from '../../monitor/standby/store.ts'
import type { StandbyKnown, StandbysPart } from '../../pack/standby-known.ts'
import type { Centre } from './centre.ts'
import { pairNow } from './watch-standbys.ts'

/**
 * A site's pack is made anew when this changes, so it moves on in steps, and at once when the verdict does. Every hub reads the same from the store,
 * and while nothing can be asked it stands still.
 */
const STEP_MS = 30 * SECOND

/** What is known of the configured standbys, for every site's pack; undefined when none is configured. */
export async function standbysKnown(
  centre: Pick<Centre, 'db' | 'clock'>,
  configured: readonly { id: string; name: string }[],
): Promise<StandbysPart | undefined> {
  if (configured.length === 0) return undefined
  const pairs: StandbyKnown[] = []
  for (const { id, name } of configured) pairs.push(await known(centre, id, name))
  return { version: 1, pairs }
}

async function known({ db, clock }: Pick<Centre, 'db' | 'clock'>, id: string, name: string): Promise<StandbyKnown> {
  const state = await pairNow({ db, clock }, id)
  if (state === undefined)
    return {
      id,
      name,
      verdict: 'UNKNOWN',
      since: 0,
      provenAt: undefined,
      position: undefined,
      troubles: ['nobody has asked the two yet'],
      atWork: [],
    }
  const now = clock.now()
  const look = await lookBy(db, id, Math.max(state.since, now - (now % STEP_MS)))
  const proven =
    look?.provenAt === undefined || look.provenTo === undefined
      ? state.proven
      : { at: look.provenAt, to: look.provenTo }
  return {
    id,
    name,
    verdict: state.verdict.verdict,
    since: state.since,
    provenAt: proven?.at,
    // While it answers, this moves on in the same steps.
    primaryAnsweredAt: state.sides.primary.answered ? look?.primaryAt : state.primaryAnsweredAt,
    position: proven === undefined ? undefined : positionInWords(proven.to),
    troubles: state.findings.map(({ fault }) => FAULT_WORDS[fault]),
    atWork: (look ?? state).atWork,
  }
}
