import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { stringify } from 'yaml'
import { claimFirstOwner, firstOwnerToken } from '../../../src/access/people/joining.ts'
import type { Database } from '../../../src/base/database.ts'
import { silentLog } from '../../../src/base/log.ts'
import { systemClock } from '../../../src/base/time.ts'
import { readHubConfig } from '../../../src/hub/config.ts'
import { scratchServer } from '../../../src/hub/database/scratch.ts'
import { type Hub, startHub } from '../../../src/hub/hub.ts'
import { faultsAtEveryWidth } from './sound-page.ts'

export const PASSWORD = 'harbor lantern at noon'

export type HubPages = AsyncDisposable & { hub: Hub; browser: Browser; databaseUrl: string; folder: string }

/** A hub of its own in front of a real browser; its owner is `owner`. `settings` go into its file, made when its database is there and empty. */
export async function hubPages(settings: object | ((db: Database) => Promise<object>) = {}): Promise<HubPages> {
  await using made = new AsyncDisposableStack()
  const server = made.use(await scratchServer())
  const folder = await mkdtemp(join(tmpdir(), 'hf-hub-pages-'))
  made.defer(() => rm(folder, { recursive: true, force: true }))
  const db = await server.database()
  const more = typeof settings === 'function' ? await settings(db) : settings
  const practice = { id: 'harbor-valley', name: 'Harbor Valley Medical Group', zone: 'America/Chicago' }
  const yaml = stringify({ practice, listen: '127.0.0.1:0', data: folder, database: db.url, ...more })
  const { config, complaints } = readHubConfig(yaml, join(folder, 'hub.yaml'), {})
  if (config === undefined || complaints.length > 0) throw new Error(complaints.join('\n'))
  const hub = await startHub({ config, log: silentLog, clock: systemClock })
  made.defer(() => hub.stop())
  const token = await firstOwnerToken(hub.centre.db, systemClock)
  const owner = { login: 'owner', name: 'Flora Amberworth', password: PASSWORD }
  await claimFirstOwner(hub.centre.db, token ?? '', owner, systemClock)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  made.defer(() => browser.close())
  const held = made.move()
  return { hub, browser, databaseUrl: db.url, folder, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

export async function signIn(page: Page, hub: Hub, login = 'owner'): Promise<void> {
  await page.goto(`${hub.url}/sign-in`)
  await page.fill('input[name=login]', login)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sites')
}

/** A test: every page at three widths, light and dark, has nothing for axe to find and does not scroll sideways. */
export function soundAtEveryWidth(
  what: string,
  at: () => HubPages,
  paths: () => readonly string[] | Promise<string[]>,
) {
  test(`${what} are sound at 1440, 820 and 390 px, light and dark`, async () => {
    const page = await at().browser.newPage()
    await signIn(page, at().hub)
    const faults: string[] = []
    for (const path of await paths()) {
      await page.goto(at().hub.url + path)
      faults.push(...(await faultsAtEveryWidth(page)))
    }
    assert.deepEqual(faults, [])
    await page.close()
  })
}
