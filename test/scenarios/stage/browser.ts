import assert from 'node:assert/strict'
import { pageWords } from './page-words.ts'

/** What came back, after redirects. `words` is the page as somebody reads it. */
export type Page = { status: number; url: string; markup: string; words: string; bytes: Uint8Array; headers: Headers }

/** A browser without scripts: it keeps cookies, follows redirects, and posts forms with their hidden fields from the page it is on. */
export type Browser = {
  open(path: string): Promise<Page>
  /** Posts the form of the page that was opened last which leads to `action`, as pressing its button would. */
  post(action: string, fields: { [name: string]: string }): Promise<Page>
  /** Signs in at `/sign-in`; throws when the page says no. */
  signIn(login: string, password: string): Promise<Page>
  /** Everything that nobody else may learn: cookies' values and words against forgery that this browser was given. */
  readonly secrets: ReadonlySet<string>
}

const DEADLINE_MS = 20_000

export function openBrowser(url: string): Browser {
  const { origin } = new URL(url)
  const cookies = new Map<string, string>()
  const secrets = new Set<string>()
  let last: Page | undefined

  const go = async (path: string, init: RequestInit = {}): Promise<Page> => {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('user-agent', 'Mozilla/5.0 (a scenario)')
    const asked = new URL(path, last?.url ?? url)
    const answer = await fetch(asked, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    for (const line of answer.headers.getSetCookie()) keepCookie(line)
    const location = answer.headers.get('location')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    if (location !== null && answer.status >= 300 && answer.status < 400) return go(new URL(location, asked).href)
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true
    const markup = isPage ? new TextDecoder().decode(bytes) : ''
    for (const match of markup.matchAll(/name="csrf" value="([^"]+)"/g)) secrets.add(match[1] ?? '')
    const page = {
      status: answer.status,
      url: asked.href,
      markup,
      words: pageWords(markup),
      bytes,
      headers: answer.headers,
    }
    if (isPage) last = page
    return page
  }
  const keepCookie = (line: string): void => {
    const [name = '', ...rest] = (line.split(';')[0] ?? '').split('=')
    const value = rest.join('=')
    if (value === '') cookies.delete(name)
    else {
      cookies.set(name, value)
      secrets.add(value)
    }
  }
  const post = (action: string, fields: { [name: string]: string }): Promise<Page> => {
    const hidden = hiddenFields(last?.markup ?? '', action)
    const body = new URLSearchParams({ ...hidden, ...fields })
    return go(action, { method: 'POST', body, headers: { origin, 'sec-fetch-site': 'same-origin' } })
  }
  return {
    secrets,
    open: (path) => go(path),
    post,
    signIn: async (login, password) => {
      await go('/sign-in')
      const page = await post('/sign-in', { login, password })
      assert.equal(page.status, 200, `signing in as ${login} at ${origin}: ${page.words.slice(0, 400)}`)
      assert.ok(
        !new URL(page.url).pathname.startsWith('/sign-in'),
        `${login} is still outside: ${page.words.slice(0, 400)}`,
      )
      return page
    },
  }
}

/** Hidden fields of the form that leads to `action`, or of any form when none does (a word against forgery is the same in all). */
function hiddenFields(markup: string, action: string): { [name: string]: string } {
  const forms = [...markup.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)]
  const path = new URL(action, 'http://here').pathname
  const ours =
    forms.find(([, head = '']) => new URL(attribute(head, 'action') ?? '', 'http://here').pathname === path) ??
    forms.find(([, head = '']) => attribute(head, 'method') === 'post')
  const inputs = [...(ours?.[2] ?? '').matchAll(/<input\b([^>]*)>/g)].map(([, head = '']) => head)
  return Object.fromEntries(
    inputs
      .filter((head) => attribute(head, 'type') === 'hidden')
      .map((head) => [attribute(head, 'name') ?? '', pageWords(attribute(head, 'value') ?? '')]),
  )
}

function attribute(head: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1]
}
