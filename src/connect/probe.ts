import type { Instant } from '../base/time.ts'

/**
 * The contract of every connector that asks a system how it is. It looks, with least rights, and changes nothing.
 *
 * - `look` never throws, ends within the deadline of its config, and always says why: `because` is for a person and holds no secret and no
 *   patient data.
 * - *Answered* means that an answer of the right kind was understood; what it says may still be bad, and then stands in `findings`.
 * - *Not answered* means that this place asked and got no such answer: refused, silent, too slow, or talking something else.
 * - *Not observable* means that this place could not ask (no such name, no route, no program, no right): it says nothing about the system.
 *   Unknown is not down, and it is not fine.
 */
export type Probe = {
  readonly id: string
  readonly kind: ProbeKind
  /** The system whose state it tells: one system may have many observers. */
  readonly observes: string
  look(signal?: AbortSignal): Promise<Signal>
}

export type ProbeKind =
  | 'tcp'
  | 'http'
  | 'dns'
  | 'icmp'
  | 'nut'
  | 'clamav'
  | 'heartbeat'
  | 'postgres-login'
  | 'mariadb-login'
  | 'snmp-switch'
  | 'snmp-ups'
  | 'ssh-host'
  | 'lines'
  | 'own-store'

/** What a probe is called, and what it tells of. */
export type ProbeName = { id: string; observes: string }

export type Signal = Answer & { tookMs: number }

export type Answer = {
  because: string
  measured: Measured[]
  /** When what it says was so, where that was before the look: somebody else looked then, and told us. */
  asOf?: Instant
} & ({ answer: 'answered'; findings: Finding[] } | { answer: 'not-answered' | 'not-observable' })

/** What an answer says that somebody should know. `act`: something is wrong now; `watch`: it will be unless somebody looks. */
export type Finding = { weight: 'watch' | 'act'; because: string }

export type Measured =
  | { what: string; value: number; unit: 'ms' | 's' | 'd' | '%' | 'bytes' | 'V' | 'count' }
  | { what: string; value: string; unit: 'text' }
