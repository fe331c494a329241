import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assetNamed } from './assets.ts'
import { field } from './form.ts'
import { html } from './html.ts'
import { lineChart } from './line.ts'
import { page } from './page.ts'
import { status } from './status.ts'
import { table } from './table.ts'
import { viewerPage } from './viewer.ts'
import { clinicAbsolute, when, whenInWords } from './when.ts'

const zone = 'America/Chicago'
const now = Date.parse('2026-11-22T14:00:00Z')

test('what people type is escaped wherever it stands', async () => {
  const evil = '<script>alert(1)</script>"\''
  const text = String(
    await page({
      title: evil,
      headline: evil,
      practiceName: evil,
      nav: [{ href: '/', label: evil, icon: 'house' }],
      body: html`${table({ caption: evil, columns: [{ heading: evil, cell: () => evil }], rows: [1], href: () => `/x?${evil}`, empty: { heading: '', body: '' } })}${field({ name: 'a', label: evil, value: evil, wrong: evil })}`,
    }),
  )
  assert.ok(!text.includes('<script>alert'))
  assert.ok(!text.includes(`"'`))
})

test('a status has a shape and a word, and unknown is not drawn like fine', async () => {
  const drawn = await Promise.all(
    (['fine', 'watch', 'act', 'unknown'] as const).map(async (tone) => String(await status(tone, 'word'))),
  )
  assert.equal(new Set(drawn.map((one) => /<svg.*?>(.+)<\/svg>/.exec(one)?.[1])).size, 4)
})

test('clinic staff read times on a 12-hour clock, with the day when it is not today', () => {
  const at = (text: string): string => clinicAbsolute(Date.parse(text), { now, zone })
  assert.equal(at('2026-11-22T12:05:00Z'), '6:05 AM')
  assert.equal(at('2026-11-22T06:00:00Z'), '12:00 AM')
  assert.equal(at('2026-11-22T18:30:00Z'), '12:30 PM')
  assert.equal(at('2026-11-21T23:07:00Z'), 'Nov 21, 5:07 PM')
  assert.equal(at('2025-11-21T23:07:00Z'), 'Nov 21, 2025, 5:07 PM')
})

test('a time is absolute and relative, and says its day when it is not today', async () => {
  assert.equal(whenInWords(now - 14 * 60_000, { now, zone }), '07:46 · 14 min ago')
  assert.equal(whenInWords(now - 26 * 3_600_000, { now, zone }), '21 Nov, 06:00 · 1 d 2 h ago')
  assert.equal(whenInWords(now + 120_000, { now, zone }), '08:02 · in 2 min')
  assert.match(String(await when(undefined, { now, zone })), /never/)
})

test('an empty table says why', async () => {
  const text = String(
    await table({
      caption: 'Sites',
      columns: [{ heading: 'Site', cell: () => '' }],
      rows: [],
      empty: { heading: 'No site yet', body: 'Enrol one.' },
    }),
  )
  assert.match(text, /No site yet/)
  assert.ok(!text.includes('<table'))
})

test('the viewer always says READ ONLY and its age', async () => {
  const frame = {
    title: 'Today',
    siteName: 'East',
    practiceName: 'P',
    sample: true,
    asOf: 'as of 6:05 AM (47 min old)',
    expired: true,
    nav: [],
    body: html`x`,
  }
  const text = String(await viewerPage(frame))
  assert.match(text, /READ ONLY/)
  assert.match(text, /as of 6:05 AM \(47 min old\)/)
  assert.match(text, /<body class="viewer expired"/)
})

test('a line has a gap where nobody knows', async () => {
  const text = String(
    await lineChart({
      label: 'Age',
      points: [
        { at: now - 3000, value: 1 },
        { at: now - 2000, value: undefined },
        { at: now - 1000, value: 2 },
      ],
      from: now - 3000,
      to: now,
      inWords: String,
      zone,
      limit: { value: 3, label: 'limit' },
    }),
  )
  const series = /class="series" d="([^"]*)"/.exec(text)?.[1] ?? ''
  assert.equal(series.match(/M/g)?.length, 2)
})

test('every font and style that a page asks for is served by us', () => {
  const css = Buffer.from(assetNamed('holdfast.css')?.bytes ?? []).toString('utf8')
  const asked = [...css.matchAll(/url\(["']\/look\/([^"']+)["']\)/g)].map((match) => match[1] ?? '')
  assert.ok(asked.length > 0)
  for (const name of asked) assert.ok(assetNamed(name), name)
  assert.ok(!/https?:/.test(css))
  assert.equal(assetNamed('../package.json'), undefined)
  assert.equal(assetNamed('constructor'), undefined)
})
