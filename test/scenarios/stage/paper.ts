import assert from 'node:assert/strict'
import { type KeptSheet, keptSheets, pdfOf } from '../../../src/hub/sheets/store.ts'
import type { Browser } from './browser.ts'
import type { Stage } from './stage.ts'
import { until } from './until.ts'

/** A sheet as it left the press at the hub. */
export type Pressed = KeptSheet & { pdf: Uint8Array }

/** Waits until today's paper of a site is pressed and in the pack that the site has open; gives today's sheets. */
export async function paperInPack(
  stage: Stage,
  siteId: string,
  browser: Browser,
  patience: { withinMs: number; signal: AbortSignal },
): Promise<Pressed[]> {
  const { db } = stage.sample.settled.centre
  const { today } = stage.sample.practice
  const booked = new Set(stage.visits(siteId).map(({ visit }) => visit.provider_id))
  return until(
    `the paper of ${siteId} is in its pack`,
    async () => {
      const sheets = (await keptSheets(db, siteId)).filter((sheet) => sheet.day === today)
      const packets = sheets.filter((sheet) => sheet.label.startsWith('packet '))
      if (packets.length < booked.size) return undefined
      const page = await browser.open(`/paper?day=${today}`)
      assert.equal(page.status, 200, page.words)
      const there = [...page.markup.matchAll(/\/paper\/sheet\?label=([^"&]+)/g)].map(([, label = '']) =>
        decodeURIComponent(label),
      )
      if (!sheets.every((sheet) => there.includes(sheet.label))) return undefined
      const pressed = sheets.map(async (sheet) => ({ ...sheet, pdf: await pdfOf(db, siteId, sheet.label) }))
      return (await Promise.all(pressed)).flatMap(({ pdf, ...sheet }) => (pdf === undefined ? [] : [{ ...sheet, pdf }]))
    },
    patience,
  )
}
