import { Failure } from '../../base/failure.ts'

/**
 * Waits for `doing` no longer than `ms` and not past `signal`; then `hangUp` is called, so that a server which accepts and never answers holds
 * nothing of ours, and a transient Failure is thrown. Whatever `doing` does afterwards is of no interest.
 */
export async function inTime<Value>(
  doing: Promise<Value>,
  { ms, signal, says, hangUp }: { ms: number; signal: AbortSignal | undefined; says: string; hangUp: () => void },
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  let off: (() => void) | undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    const stop = (failure: Failure) => {
      hangUp()
      reject(failure)
    }
    timer = setTimeout(() => stop(new Failure('transient', says)), ms)
    off = () => stop(calledOff())
    if (signal?.aborted === true) off()
    signal?.addEventListener('abort', off, { once: true })
  })
  try {
    return await Promise.race([doing, stopped])
  } finally {
    clearTimeout(timer)
    if (off !== undefined) signal?.removeEventListener('abort', off)
    doing.catch(() => {})
  }
}

export function calledOff(): Failure {
  return new Failure('transient', 'The read was called off before it ended. What was read before stands.')
}
