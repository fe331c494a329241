import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Throws, with the resolver's word, when the name leads nowhere: a system that could not be asked for want of a name is not down. The resolver
 * gets half of the deadline, so that its silence is not taken for the system's.
 */
export async function nameKnown(host: string, deadlineMs: number, signal: AbortSignal): Promise<void> {
  if (isIP(host) !== 0) return
  const asked = lookup(host)
  asked.catch(() => {})
  const tooLate = pause(deadlineMs / 2, undefined, { signal, ref: false }).then(() => {
    throw Object.assign(new Error('names are not looked up in time'), { code: 'EAI_AGAIN' })
  })
  tooLate.catch(() => {})
  await Promise.race([asked, tooLate])
}
