import type { Instant } from '../../base/time.ts'

/**
 * What proves a sentence of the plan: something that was done or looked at, at a moment, with what was measured. Evidence is only ever added, each
 * record chained to the one before by its hash, and kept for six years (45 CFR 164.316(b)(2)(i)). It ages: how long it counts is said by who asks.
 */
export const EVIDENCE_KINDS = {
  'restore-test': 'a backup restored to an isolated place and read back',
  'image-restore': 'a whole machine started from its image in an isolated place',
  'backup-seen': 'the newest good copy of a backup, seen at its place',
  'standby-verdict': 'what the standby has, asked from both sides',
  'write-refused': 'a write into the standby that it refused, or did not',
  'failover-drill': 'the work moved to the standby, timed',
  'failback-drill': 'the work moved back, timed',
  'site-reads': 'a site opened its lockbox with everything else dead, timed',
  'pack-fresh': 'how old what a site holds is',
  'print-receipt': 'paper that a site printed before it opened',
  'offline-sign-in': 'somebody signed in at a site that heard nothing of the centre',
  'ups-looked-at': 'what a UPS says of its battery and of what it would carry',
  'ups-drill': 'the written order of a power failure, carried out',
  'line-looked-at': 'an Internet line asked through itself',
  'line-drill': 'a line unplugged, and how long until the other carried',
  'definitions-looked-at': 'the age of the definitions of the protection against malware',
  'clock-looked-at': 'how far a clock is off',
  'system-looked-at': 'a system asked from where its users are',
  'alert-test': 'a made-up failure, and whether a notice came',
  'person-reached': 'a test notice that a person answered, or did not',
  rehearsal: 'a runbook carried out as practice by named people',
  drill: 'a drill of the plan, with its findings',
  'plan-looked-over': 'somebody read the plan and signed that it holds',
  'plan-kept': 'a version of the plan was kept',
  'plan-reviews-seen': 'which reviews of the plan are open, and since when',
  'records-verified': 'the audit trail or the evidence itself, read from its first line',
  'event-record': 'what a downtime, a drill or a change left behind, counted',
  'people-trained': 'named people trained for a role',
  'counted-by-hand': 'something that only a person can see, as they wrote it down',
} as const
export type EvidenceKind = keyof typeof EVIDENCE_KINDS

/** `unclear`: it was done and nobody can say how it ended; never met. */
export type EvidenceOutcome = 'held' | 'failed' | 'unclear'

/** `unit`: `ms`, `s`, `d`, `%`, `bytes`, `rows`, `count`, `instant` (ms since 1970), or `text`. */
export type EvidenceMeasure = { what: string; value: number | string; unit: string }

export type Evidence = {
  id: string
  kind: EvidenceKind
  /** What it is about, by the plan's words: `standby:ehr-replica`, `backup:ehr-data`, `site:riverside`, `person:edriftgale`, `runbook:failover`, `system:ehr`, `plan`. */
  subject: string
  /** When it was measured, which may be before it was written down. */
  at: Instant
  outcome: EvidenceOutcome
  /** One or two sentences in plain English, without patient data or secrets. */
  because: string
  measured: EvidenceMeasure[]
  /** The people of the plan who did it; empty when a program did it alone. */
  people: string[]
  /** A file that shows it, kept beside the record. */
  artefact: { name: string; mediaType: string; bytes: number; sha256: string } | undefined
}

/** The newest record of this kind about this subject, of these outcomes; undefined when there is none. */
export function newestOf(
  all: readonly Evidence[],
  kind: EvidenceKind,
  subject: string,
  outcomes: readonly EvidenceOutcome[] = ['held', 'failed', 'unclear'],
): Evidence | undefined {
  return all
    .filter((one) => one.kind === kind && one.subject === subject && outcomes.includes(one.outcome))
    .reduce<Evidence | undefined>((best, one) => (best === undefined || one.at > best.at ? one : best), undefined)
}
