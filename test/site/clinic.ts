import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OfflineVerifier, RoleGrant } from '../../src/access/access.ts'
import { makeBreakGlassCodes, makeLock, makeVerifier } from '../../src/access/offline.ts'
import { silentLog } from '../../src/base/log.ts'
import { type RunningSite, type SiteOptions, startSite } from '../../src/site/site.ts'
import { type Contents, littleHub } from './little-hub.ts'

const CHEAP = { memoryKiB: 256, passes: 1, parallelism: 1 }
export const PASSWORD = 'correct horse battery'

/** A clock in the test's hand; the program's own running time goes with it. */
export function handClock(at: number) {
  const hand = { at, ran: 0 }
  return {
    hand,
    clock: { now: () => hand.at },
    runMs: () => hand.ran,
    pass(spanMs: number): void {
      hand.at += spanMs
      hand.ran += spanMs
    },
  }
}

export async function person(login: string, grants: RoleGrant[]): Promise<OfflineVerifier> {
  const who = { id: `person_${login}`, login, name: login === 'amy' ? 'Amy Moss, MD' : login, grants }
  return makeVerifier(who, await makeLock(PASSWORD, { now: () => 1 }, CHEAP))
}

export const CLINICIAN: RoleGrant[] = [{ role: 'clinician', sites: 'all' }]
export const FRONT_DESK: RoleGrant[] = [{ role: 'front-desk', sites: ['site_1'] }]

/** A hub and an enrolled site beside it, with people in its pack. */
export async function clinic(contents: Contents = {}, more: Partial<SiteOptions> = {}, secure = true) {
  const time = handClock(Date.parse('2026-11-23T14:00:00Z'))
  const hub = await littleHub(time.clock, secure)
  const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-site-'))
  const [envelope] = await makeBreakGlassCodes(1, time.clock, CHEAP)
  if (envelope === undefined) throw new Error('no envelope')
  const people = contents.people ?? {
    people: [await person('amy', CLINICIAN), await person('fred', FRONT_DESK)],
    envelopes: [envelope.verifier],
  }
  const options: SiteOptions = {
    dataDir,
    port: 0,
    log: silentLog,
    clock: time.clock,
    runMs: time.runMs,
    random: () => 0,
    ...more,
  }
  let site: RunningSite = await startSite(options)
  await site.enrol(hub.url, await hub.code())
  await hub.publish({ ...contents, people })
  await site.pullNow()
  return {
    time,
    hub,
    dataDir,
    people,
    envelope,
    site: () => site,
    /** Stops the program and starts it again on the same folder. */
    async restart(): Promise<void> {
      await site.stop()
      site = await startSite(options)
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await site.stop()
      await hub[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type Clinic = Awaited<ReturnType<typeof clinic>>

/** A browser of a few lines: cookies, forms with their hidden fields, no scripts. */
export function browser(url: string) {
  const cookies = new Map<string, string>()
  let last = ''
  async function go(
    path: string,
    init: RequestInit = {},
  ): Promise<{ status: number; text: string; path: string; headers: Headers }> {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const answer = await fetch(new URL(path, url), {
      redirect: 'manual',
      ...init,
      headers,
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location !== null && answer.status < 400) return go(location)
    last = await answer.text()
    return { status: answer.status, text: last, path, headers: answer.headers }
  }
  return {
    go,
    cookies,
    /** Posts a form as the page that was loaded last would. */
    async send(path: string, fields: { [name: string]: string }) {
      const csrf = /name="csrf" value="([^"]+)"/.exec(last)?.[1] ?? ''
      const body = new URLSearchParams({ csrf, ...fields })
      return go(path, { method: 'POST', body, headers: { origin: new URL(url).origin } })
    },
    async signIn(login: string, password = PASSWORD, next = '/today') {
      await go('/sign-in')
      return this.send('/sign-in', { login, password, next })
    },
  }
}
