import { HOUR, MINUTE } from '../../base/time.ts'
import { EVIDENCE_KINDS, type Evidence, type EvidenceKind, newestOf } from './evidence.ts'
import type { NewEvidence } from './record.ts'

/** What a program sees again and again is written down once in this time; what happens once, each time. */
const REST_MS: { [kind in EvidenceKind]?: number } = {
  ...Object.fromEntries(Object.keys(EVIDENCE_KINDS).map((kind) => [kind, 24 * HOUR])),
  // Paper comes out a little earlier on one morning than on the one before.
  'print-receipt': 12 * HOUR,
  'offline-sign-in': 12 * HOUR,
  'plan-kept': 0,
  'plan-looked-over': 0,
  'person-reached': 0,
  'alert-test': 0,
}

/** What turned is written down at once; what holds again so soon after it last held flaps, and waits a little. */
const FLAPS_MS = 10 * MINUTE
const WAITS_MS = 2 * MINUTE

/** Of all that is known now, what is worth a record: the first of its kind about its subject, the next of its cadence, or one that turned out otherwise. */
export function dueOf(known: readonly NewEvidence[], kept: readonly Evidence[]): NewEvidence[] {
  return known.filter((one) => {
    const last = newestOf(kept, one.kind, one.subject)
    if (last === undefined) return true
    const since = one.at - last.at
    if (since <= 0) return false
    if (one.outcome === last.outcome) return since >= (REST_MS[one.kind] ?? 0)
    if (one.outcome !== 'held') return true
    const wasSo = newestOf(kept, one.kind, one.subject, ['held'])
    return wasSo === undefined || one.at - wasSo.at >= FLAPS_MS || since >= Math.min(WAITS_MS, REST_MS[one.kind] ?? 0)
  })
}
