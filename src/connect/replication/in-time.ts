/** `doing`, or undefined after `ms` or when `signal` aborts; then `hangUp` is called, so that nothing of ours stays held by a silent server. */
export async function inTime<Value>(
  doing: Promise<Value>,
  { ms, signal, hangUp }: { ms: number; signal: AbortSignal | undefined; hangUp: () => void },
): Promise<Value | undefined> {
  let stop: (() => void) | undefined
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined)
  })
  const timer = setTimeout(() => stop?.(), ms)
  const off = () => stop?.()
  if (signal?.aborted === true) off()
  signal?.addEventListener('abort', off, { once: true })
  try {
    const done = await Promise.race([doing, stopped])
    if (done === undefined) hangUp()
    return done
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', off)
    doing.catch(() => {})
  }
}
