import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8')

/** `faultsOf` a page at three widths, light and dark. */
export async function faultsAtEveryWidth(page: Page): Promise<string[]> {
  const faults: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    for (const width of [1440, 820, 390]) {
      await page.setViewportSize({ width, height: 900 })
      // The dark differs in its colours alone.
      faults.push(...(await faultsOf(page, colorScheme === 'dark' ? ['color-contrast'] : undefined)))
    }
  }
  return faults
}

/**
 * What axe finds on a page as it stands (by all its rules unless some are named), and whether it scrolls sideways. `HOLDFAST_SHOTS` names a
 * folder for pictures of each.
 */
export async function faultsOf(page: Page, rules?: string[]): Promise<string[]> {
  const { pathname, search } = new URL(page.url())
  const path = pathname + search
  const width = page.viewportSize()?.width
  const scheme = String(await page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"'))
  if (process.env.HOLDFAST_SHOTS !== undefined) {
    const name = `${path.slice(1, 40).replaceAll(/[^a-z0-9]+/gi, '-')}-${width}-${scheme}.png`
    await page.screenshot({ path: join(process.env.HOLDFAST_SHOTS, name), fullPage: true })
  }
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe)
  const options = { resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) }
  const found: unknown = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then((all) => all.violations.map((one) => one.id + " at " + one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")))`,
  )
  const sideways: unknown = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  const faults = Array.isArray(found) ? found.map(String) : ['axe said nothing']
  return (Number(sideways) > 0 ? [...faults, `scrolls sideways by ${Number(sideways)} px`] : faults).map(
    (one) => `${path} at ${width} px, ${scheme}: ${one}`,
  )
}
