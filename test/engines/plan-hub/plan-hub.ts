import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { stringify } from 'yaml'
import { claimFirstOwner, firstOwnerToken } from '../../../src/access/people/joining.ts'
import { silentLog } from '../../../src/base/log.ts'
import { systemClock } from '../../../src/base/time.ts'
import { readHubConfig } from '../../../src/hub/config.ts'
import { scratchServer } from '../../../src/hub/database/scratch.ts'
import { type Hub, startHub } from '../../../src/hub/hub.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')
export const PASSWORD = 'harbor lantern at noon'

export type PlanHub = AsyncDisposable & { hub: Hub; browser: Browser; databaseUrl: string; folder: string }

/** A hub of its own in front of a real browser; its owner is `owner`. */
export async function planHub(): Promise<PlanHub> {
  const server = await scratchServer()
  const folder = await mkdtemp(join(tmpdir(), 'hf-plan-pages-'))
  const { url } = await server.database()
  const practice = { id: 'harbor-valley', name: 'Harbor Valley Medical Group', zone: 'America/Chicago' }
  const yaml = stringify({ practice, listen: '127.0.0.1:0', data: folder, database: url })
  const { config, complaints } = readHubConfig(yaml, join(folder, 'hub.yaml'), {})
  if (config === undefined) throw new Error(complaints.join('\n'))
  const hub = await startHub({ config, log: silentLog, clock: systemClock })
  const token = await firstOwnerToken(hub.centre.db, systemClock)
  const owner = { login: 'owner', name: 'Flora Amberworth', password: PASSWORD }
  await claimFirstOwner(hub.centre.db, token ?? '', owner, systemClock)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
  return {
    hub,
    browser,
    databaseUrl: url,
    folder,
    async [Symbol.asyncDispose]() {
      await browser.close()
      await hub.stop()
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function signIn(page: Page, hub: Hub, login = 'owner'): Promise<void> {
  await page.goto(`${hub.url}/sign-in`)
  await page.fill('input[name=login]', login)
  await page.fill('input[name=password]', PASSWORD)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/sites')
}

/** What axe finds on a page as it stands, and whether it scrolls sideways. `HOLDFAST_SHOTS` names a folder for pictures of each. */
export async function faultsOf(page: Page): Promise<string[]> {
  const path = new URL(page.url()).pathname
  if (process.env.HOLDFAST_SHOTS !== undefined) {
    const look = await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"')
    const name = `${path.slice(1).replaceAll('/', '-')}-${page.viewportSize()?.width}-${String(look)}.png`
    await page.screenshot({ path: join(process.env.HOLDFAST_SHOTS, name), fullPage: true })
  }
  await page.evaluate(axe)
  const found: unknown = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then((all) => all.violations.map((one) => one.id + " at " + one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")))',
  )
  const sideways: unknown = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  const faults = Array.isArray(found) ? found.map(String) : ['axe said nothing']
  return (Number(sideways) > 0 ? [...faults, `scrolls sideways by ${Number(sideways)} px`] : faults).map(
    (one) => `${path}: ${one}`,
  )
}
