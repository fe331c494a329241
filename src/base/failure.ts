/**
 * A failure says whether to try again. `transient`: the same call may succeed later. `ambiguous`: nobody knows whether it
 * happened; look before repeating. `permanent`: repeating cannot help, somebody must change something.
 * The message is for a person: what went wrong, what still works, what to do. It never holds patient data or a secret.
 */
export class Failure extends Error {
  readonly kind: 'transient' | 'ambiguous' | 'permanent'
  /** How long the far side asked us to wait (Retry-After), if it said so. */
  readonly retryAfterMs: number | undefined

  constructor(kind: Failure['kind'], message: string, options?: { cause?: unknown; retryAfterMs?: number }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Failure'
    this.kind = kind
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** What an unknown thrown value says, in one line; for logs and for the `because` of a status. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return reasonOf(thrown.errors[0])
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
  return thrown.message === '' ? (code ?? thrown.name) : thrown.message
}

/** The system's word for an error (`ENOENT`, `EEXIST`, PostgreSQL's `42P04`), if the thrown value carries one. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}
