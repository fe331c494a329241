import type { Finding } from './probe.ts'

/** Something is wrong now. */
export function act(because: string): Finding {
  return { weight: 'act', because }
}

/** Something will be wrong unless somebody looks. */
export function watch(because: string): Finding {
  return { weight: 'watch', because }
}
