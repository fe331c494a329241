import type { Instant } from '../../base/time.ts'
import { valuesOf } from '../../readiness/edit/card-values.ts'
import type { Card } from '../../readiness/edit/cards.ts'
import {
  consequences,
  type FieldWrong,
  formWrong,
  freshId,
  withEntry,
  withoutEntry,
  writtenEntries,
  writtenEntry,
} from '../../readiness/edit/edit-plan.ts'
import { type Meanwhile, mergeValues } from '../../readiness/edit/merge-values.ts'
import type { Values } from '../../readiness/edit/value-parts.ts'
import type { PlanComplaint } from '../../readiness/plan/plan-complaint.ts'
import type { PlanFiles } from '../../readiness/readiness.ts'
import { newestPlanVersion, type PlanVersion, planFilesOf } from '../../readiness/store.ts'
import type { Actor, Centre } from './centre.ts'
import { keepPlan } from './keep-plan.ts'

/**
 * A form that somebody sent. `base`: the version from which it was made. `id` undefined: a new entry. `remove`: the entry is to go. `anyway`: who sent it
 * was told what would follow, and wants it.
 */
export type SentEdit = {
  card: Card
  id: string | undefined
  base: number
  values: Values
  because: string
  anyway: boolean
  remove: boolean
}

/** Shows the form again, with what was typed: `version` is the one on which it stands now. */
export type EditAgain = {
  outcome: 'again'
  version: PlanVersion
  values: Values
  wrong: FieldWrong[]
  meanwhile: Meanwhile[]
  /** Faults that the change would bring; `stops` when they may not be kept. */
  follows: PlanComplaint[]
  stops: boolean
}
export type Edited =
  | { outcome: 'kept'; version: number }
  /** Nothing of it differs from what is in force: sent twice, or not changed. */
  | { outcome: 'same'; version: number }
  | { outcome: 'no-plan' }
  | EditAgain

const TRIES = 5

/**
 * Somebody changed a person, a roster, a site or a vendor on the page. Their change goes on top of what is in force by now, as the next version, with who and why;
 * where somebody else changed the same thing meanwhile, the form comes back with both, and nothing of either is lost.
 */
export async function editPlan(centre: Centre, sent: SentEdit, who: Actor): Promise<Edited> {
  for (let tries = TRIES; ; tries--) {
    const version = await newestPlanVersion(centre.db)
    if (version === undefined) return { outcome: 'no-plan' }
    const files = await planFilesOf(centre.db, version.version)
    const base = sent.base === version.version ? files : await planFilesOf(centre.db, sent.base)
    const next = changed(sent, version, files, base, centre.clock.now())
    if ('outcome' in next) return next
    const kept = await keepPlan(centre, next.files, { who, because: sent.because, after: version.version })
    if (kept.outcome === 'kept') return { outcome: 'kept', version: kept.kept.version }
    if (kept.outcome === 'same') return kept
    // Somebody was quicker by a moment: theirs is looked at first.
    if (tries <= 1) return again(version, next.values, {})
  }
}

function changed(
  sent: SentEdit,
  version: PlanVersion,
  files: PlanFiles,
  base: PlanFiles,
  now: Instant,
): { files: PlanFiles; values: Values } | Edited {
  const { card } = sent
  if (sent.remove) return removed(sent, version, files, now)
  const id = sent.id ?? newId(sent, files)
  const held = writtenEntry(card, files, id)
  const before = sent.id === undefined ? held : writtenEntry(card, base, id)
  const mine = sent.values
  // A new entry that was sent twice is there already, just so.
  const { values, meanwhile } =
    before === undefined
      ? { values: mine, meanwhile: [] }
      : mergeValues(card, valuesOf(card, before), valuesOf(card, held), mine)
  const next = withEntry(card, files, id, values)
  if (next === files) return { outcome: 'same', version: version.version }
  const wrong = formWrong(card, values, held, id)
  if (sent.because === '')
    wrong.push({
      field: 'because',
      because: 'Say why you change it: whoever looks at the versions later wants to know.',
    })
  if (meanwhile.length > 0 || wrong.length > 0) return again(version, values, { wrong, meanwhile })
  const { here, elsewhere, stops } = consequences(card, files, next, id, now)
  if (here.length > 0 || stops || (elsewhere.length > 0 && !sent.anyway))
    return again(version, values, { wrong: here, follows: elsewhere, stops })
  return { files: next, values }
}

function removed(
  { card, id = '', values, because, anyway }: SentEdit,
  version: PlanVersion,
  files: PlanFiles,
  now: Instant,
): { files: PlanFiles; values: Values } | Edited {
  if (writtenEntry(card, files, id) === undefined) return { outcome: 'same', version: version.version }
  const next = withoutEntry(card, files, id)
  const { elsewhere, stops } = consequences(card, files, next, id, now)
  if (because === '') return again(version, values, { wrong: [{ field: 'gone-because', because: 'Say why it goes.' }] })
  if (stops || (elsewhere.length > 0 && !anyway)) return again(version, values, { follows: elsewhere, stops })
  return { files: next, values }
}

/** Of a new entry: the same one is not made twice. */
function newId({ card, values }: SentEdit, files: PlanFiles): string {
  const name = typeof values.name === 'string' ? values.name : ''
  const twin = writtenEntries(card, files).find(
    (one) => one.name === name && withEntry(card, files, one.id, values) === files,
  )
  return twin?.id ?? freshId(card, files, name)
}

function again(version: PlanVersion, values: Values, told: Partial<EditAgain>): EditAgain {
  return { outcome: 'again', version, values, wrong: [], meanwhile: [], follows: [], stops: false, ...told }
}
