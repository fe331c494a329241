import { timingSafeEqual } from 'node:crypto'

/** What a request says of where it comes from. `token` is the form's hidden field, or the header of a script of ours. */
export type Asked = {
  method: string
  /** The host as the browser addressed it, with its port. */
  host: string | undefined
  origin: string | undefined
  fetchSite: string | undefined
  token: string | undefined
}

/**
 * Why a request that changes something is refused, or undefined. It must come from a page of ours (Sec-Fetch-Site or Origin, which no page can
 * forge) and, within a session, bring the session's own word. Reading never needs it. `csrf` undefined: nobody is signed in yet.
 */
export function csrfFault(asked: Asked, csrf: string | undefined): string | undefined {
  if (['GET', 'HEAD', 'OPTIONS'].includes(asked.method)) return undefined
  const elsewhere =
    'This came from another page than ours, so nothing was changed. Open the page again and repeat it there.'
  if (asked.fetchSite !== undefined && asked.fetchSite !== 'same-origin') return elsewhere
  if (asked.origin !== undefined && hostOf(asked.origin) !== asked.host) return elsewhere
  if (asked.fetchSite === undefined && asked.origin === undefined && csrf === undefined) return elsewhere
  if (csrf !== undefined && !same(asked.token ?? '', csrf))
    return 'This page was opened before you signed in again, so nothing was changed. Open it again and repeat it.'
  return undefined
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
