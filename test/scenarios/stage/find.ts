import assert from 'node:assert/strict'
import type { Browser, Page } from './browser.ts'
import { pageWords } from './page-words.ts'

/** One patient whom a search found: the row as somebody reads it, and where its chart is. */
export type Found = { words: string; href: string }

/** Types `query` into the search box of a site. */
export async function search(browser: Browser, query: string): Promise<Found[]> {
  const page = await browser.open(`/search?q=${encodeURIComponent(query)}`)
  assert.equal(page.status, 200, page.words)
  const [, ...rows] = page.markup.split(/<tr\b/)
  return rows.flatMap((row) => {
    const href = /href="(\/patient\/[^"]+)"/.exec(row)?.[1]
    return href === undefined ? [] : [{ words: pageWords(`<tr${row}`), href }]
  })
}

/** The one among those found who has this MRN; undefined when it is not there. */
export function withMrn(found: readonly Found[], mrn: string): Found | undefined {
  return found.find(({ words }) => words.includes(mrn))
}

/** Finds a patient and opens the chart; throws when it is not the one who was asked for. */
export async function openChart(browser: Browser, query: string, mrn: string): Promise<Page> {
  const one = withMrn(await search(browser, query), mrn)
  assert.ok(one !== undefined, `the search does not find ${mrn}`)
  const page = await browser.open(one.href)
  assert.equal(page.status, 200, page.words)
  assert.ok(page.words.includes(mrn), 'it is the chart that was asked for')
  return page
}
