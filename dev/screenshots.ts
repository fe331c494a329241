import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { makeLog } from '../src/base/log.ts'
import { asked } from './asked.ts'
import { SITES } from './practice/sites.ts'
import { serveBreakPage } from './sample/break-page.ts'
import { faultsOf } from './sample/faults.ts'
import { SAMPLE_PASSWORD } from './sample/people.ts'
import { freePorts, portsFrom } from './sample/ports.ts'
import { startSample } from './sample/sample.ts'

/**
 * `npm run screenshots [-- --out FOLDER] [--running 4600] [--dark] [--only hub|site|break]`: every page in Debian's Chromium at the three
 * widths that matter. Without `--running` it starts a small sample of its own and takes it away again.
 */
const { values: options } = asked(
  'npm run screenshots [-- --out FOLDER] [--running 4600] [--dark] [--only hub|site|break]',
  {
    options: {
      out: { type: 'string', default: 'tmp/screenshots' },
      running: { type: 'string' },
      dark: { type: 'boolean' },
      only: { type: 'string' },
      patients: { type: 'string', default: '2000' },
      chromium: { type: 'string', default: '/usr/bin/chromium' },
    },
  },
)
const WIDTHS = [1440, 820, 390]
const HEIGHT = 900
const HUB_PAGES = [
  '/',
  '/sites',
  `/sites/${SITES[0]?.siteId}`,
  '/sources',
  '/sources/ehr',
  '/systems',
  '/systems/ehr',
  '/plan',
  '/plan/on-call',
  '/plan/reviews',
  '/plan/versions',
  '/plan/versions/1',
  '/plan/print',
  '/plan/edit',
  '/plan/edit/person/edriftgale',
  '/plan/edit/roster/it-on-call',
  '/ready',
  '/ready/check/D3',
  '/ready/if-it-happened',
  '/ready/if-it-happened/host-dies',
  '/ready/without',
  '/evidence',
  '/standby',
  '/standby/ehr-replica',
  '/power',
  '/packs',
  '/people',
  '/audit',
  '/alarms',
  '/settings',
  '/account',
  '/help',
]
const SITE_PAGES = [
  '/today',
  '/search',
  '/search?q=thornbrook',
  '/patient/2',
  '/patient/4',
  '/patient/2/front-desk',
  '/paper',
  '/health',
  '/help',
]

await using stage = await theStage()
const browser = await chromium.launch({ executablePath: options.chromium, args: ['--no-sandbox'] })
try {
  const wanted = (part: string): boolean => options.only === undefined || options.only === part
  if (wanted('hub')) await shoot(browser, 'hub', stage.hub, ['/sign-in'], HUB_PAGES, 'owner')
  if (wanted('site')) await shoot(browser, 'site', stage.site, ['/sign-in'], SITE_PAGES, 'doctor')
  if (wanted('break')) await shoot(browser, 'break', stage.breaker, ['/'], [], undefined)
} finally {
  await browser.close()
}

async function shoot(
  of: Browser,
  part: string,
  base: string,
  before: string[],
  pages: string[],
  login: string | undefined,
): Promise<void> {
  await using context = await of.newContext({
    colorScheme: options.dark === true ? 'dark' : 'light',
    viewport: { width: 1440, height: HEIGHT },
  })
  for (const path of before) await shootPage(context, part, base, path)
  if (login === undefined) return
  const door = await context.newPage()
  await door.goto(`${base}/sign-in`)
  await door.fill('input[name=login]', login)
  await door.fill('input[name=password]', SAMPLE_PASSWORD)
  await door.press('input[name=password]', 'Enter')
  await door.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await door.close()
  for (const path of pages) await shootPage(context, part, base, path)
}

async function shootPage(context: BrowserContext, part: string, base: string, path: string): Promise<void> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (said) => {
    if (said.type() === 'error') complaints.push(said.text())
  })
  const folder = resolve(options.out, part)
  await mkdir(folder, { recursive: true })
  const name = path === '/' ? 'home' : path.slice(1).replace(/[^\w-]+/g, '-')
  const answer = await page.goto(`${base}${path}`, { waitUntil: 'load' })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT })
    await page.screenshot({
      path: join(folder, `${name}-${width}${options.dark === true ? '-dark' : ''}.png`),
      fullPage: true,
    })
    const wider = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    if (wider > 0) complaints.push(`${wider} px wider than the window at ${width} px`)
  }
  console.log(
    `${part} ${path}: ${answer?.status() ?? 'no answer'}${complaints.length === 0 ? '' : `, ${complaints.join('; ')}`}`,
  )
  await page.close()
}

type Stage = AsyncDisposable & { hub: string; site: string; breaker: string }

async function theStage(): Promise<Stage> {
  const at = (port: number | undefined): string => `http://127.0.0.1:${port}`
  if (options.running !== undefined) {
    const ports = portsFrom(Number(options.running), SITES.length)
    return {
      hub: at(ports.hub),
      site: at(ports.sites[0]),
      breaker: at(ports.breaker),
      [Symbol.asyncDispose]: async () => {},
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-screens-'))
  const { ports } = await freePorts(14_600, SITES.length)
  const sample = await startSample({
    folder,
    ports,
    log: makeLog('sample', 'error', 2),
    patients: Number(options.patients),
    durable: false,
    tell: (line) => console.log(line),
  })
  const breaker = await serveBreakPage({
    port: ports.breaker,
    faults: faultsOf(sample),
    hubUrl: sample.hubUrl,
    practiceName: 'Harbor Valley Medical Group',
  })
  await sample.filled
  return {
    hub: sample.hubUrl,
    site: sample.sites[0]?.url ?? '',
    breaker: at(ports.breaker),
    [Symbol.asyncDispose]: async () => {
      await breaker.close()
      await sample.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
