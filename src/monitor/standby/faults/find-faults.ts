import type { Finding, PairFacts } from '../standby.ts'
import { type View, viewOf } from '../view.ts'
import { answers } from './answers.ts'
import { archive } from './archive.ts'
import { clocks } from './clocks.ts'
import { heartbeat } from './heartbeat.ts'
import { history } from './history.ts'
import { receiver } from './receiver.ts'
import { replay } from './replay.ts'
import { slots } from './slots.ts'
import { synchronous } from './synchronous.ts'

/** What threatens the data comes before what only hides its state. */
const RULES: readonly ((view: View) => Finding[])[] = [
  history,
  synchronous,
  slots,
  receiver,
  replay,
  archive,
  answers,
  heartbeat,
  clocks,
]

/** Every fault that the newest look shows, by name, worst first. */
export function findFaults(facts: PairFacts): Finding[] {
  const view = viewOf(facts)
  return RULES.flatMap((rule) => rule(view))
}
