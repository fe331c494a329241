/**
 * The appendicitis test: each person, credential, line, host, switch and vendor is taken out of the plan, then each two of them, and the plan is
 * asked what can no longer be finished. What is wrong before anything is taken out is told apart, so that each removal answers for itself alone.
 */
export const REMOVAL_KINDS = ['person', 'credential', 'line', 'host', 'switch', 'vendor'] as const
export type RemovalKind = (typeof REMOVAL_KINDS)[number]

/** `id` is that of the plan's thing. Keys are `person:edriftgale`, `host:host-b`. */
export type Removal = { kind: RemovalKind; id: string; name: string }

export function keyOf({ kind, id }: Pick<Removal, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** What is lost, worst kind first. */
export const LOSS_KINDS = ['unfinished', 'site', 'system', 'gate', 'uncovered', 'unrehearsed'] as const

/**
 * One thing that is lost. `unfinished`: a scenario whose answer cannot be carried through; `site`: a clinic that cannot read; `system`: one that
 * falls at once; `gate`: a step that asks for two people or for roles and cannot be passed; `uncovered`: a roster with nobody on it;
 * `unrehearsed`: a runbook that nobody who is left has rehearsed.
 */
export type Loss = { kind: (typeof LOSS_KINDS)[number]; id: string; name: string; because: string }

export function lossKey({ kind, id }: Pick<Loss, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}
