import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import { addDays, type Day, dayOf, instantAt } from '../../base/zone.ts'
import { oldestAsOf, withAges } from '../../chart/list-age.ts'
import { chartsOf } from '../../chart/records/store.ts'
import { fillRestricted, restrictedAmong } from '../../chart/restrictions/store.ts'
import { placesOf } from '../../chart/schedule.ts'
import { appointmentsIn } from '../../chart/visits/store.ts'
import type { PaperPart } from '../../pack/publish-site.ts'
import { isDue } from '../../paper/due.ts'
import { Press } from '../../paper/engine.ts'
import type { Sheet } from '../../paper/paper.ts'
import { sheetsOfDay } from '../../paper/plan.ts'
import { siteMarks } from '../../paper/site-mark.ts'
import { policyInForce } from '../policy/store.ts'
import { forgetSheetsExcept, keepSheet, keptSheets, numbersFor, pdfOf } from '../sheets/store.ts'
import type { Site } from '../sites/sites.ts'
import { sites } from '../sites/store.ts'
import { sourceStates } from '../sources/store.ts'
import { takeTurn } from '../turn/store.ts'
import type { Centre } from './centre.ts'
import { packFreshness } from './pack-freshness.ts'

const HANDS = 2

/**
 * Makes the paper of today and tomorrow for every enrolled site: what is due goes to the press, earliest day first; what belongs to no visit any
 * more is forgotten. One hub does it at a time; gives how many sheets were made, undefined when another hub is at it. A sheet that cannot be set is
 * logged and the others go on: one patient's odd record must not leave a site without paper. `changedAfterMs`: 0 where the power is failing, and what
 * changed a minute ago must not wait for its turn.
 */
export async function makePaper(
  centre: Centre,
  signal?: AbortSignal,
  changedAfterMs?: number,
): Promise<number | undefined> {
  return takeTurn(centre.db, 'paper', async () => {
    await fillRestricted(centre.db)
    const all = await sites(centre.db)
    const marks = siteMarks(all.map((site) => site.name))
    const due: { site: Site; sheet: Sheet; place: number }[] = []
    for (const [index, site] of all.entries()) {
      if (site.status === 'enrolled')
        due.push(...(await dueSheets(centre, site, marks[index] ?? 'SITE', changedAfterMs)))
    }
    if (due.length === 0) return 0
    await using press = new Press(HANDS)
    const inOrder = due.sort((a, b) =>
      a.sheet.day < b.sheet.day ? -1 : a.sheet.day > b.sheet.day ? 1 : a.place - b.place,
    )
    // As many at a time as the press has hands, so that a hub that is told to end waits for those alone.
    const made = await inTurns(inOrder, HANDS, (one) => makeSheet(centre, press, one, signal))
    await centre.changed(centre.db, ['packs'])
    centre.publishSoon()
    return made.filter(Boolean).length
  })
}

async function inTurns<One, Done>(
  all: readonly One[],
  atOnce: number,
  act: (one: One) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = []
  const left = all.values()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of left) done.push(await act(one))
    }),
  )
  return done
}

async function dueSheets(
  centre: Centre,
  site: Site,
  mark: string,
  changedAfterMs: number | undefined,
): Promise<{ site: Site; sheet: Sheet; place: number }[]> {
  const now = centre.clock.now()
  const zone = site.zone ?? centre.practice.zone
  const today = dayOf(now, zone)
  const planned: { sheet: Sheet; place: number }[] = []
  for (const day of [today, addDays(today, 1)]) planned.push(...(await plannedSheets(centre, site, mark, zone, day)))
  const kept = new Map((await keptSheets(centre.db, site.id)).map((sheet) => [sheet.label, sheet]))
  await forgetSheetsExcept(
    centre.db,
    site.id,
    planned.map(({ sheet }) => sheet.label),
  )
  return planned
    .filter(({ sheet }) => isDue(sheet, kept.get(sheet.label), now, changedAfterMs))
    .map((one) => ({ site, ...one }))
}

async function plannedSheets(
  centre: Centre,
  site: Site,
  mark: string,
  zone: string,
  day: Day,
): Promise<{ sheet: Sheet; place: number }[]> {
  const { db } = centre
  const now = centre.clock.now()
  const states = await sourceStates(db)
  const freshness = packFreshness(states, now)
  const { schedule: scheduleAsOf, sources } = freshness
  if (scheduleAsOf === undefined) return []
  const from = instantAt(day, '00:00', zone)
  const appointments = await appointmentsIn(db, placesOf(site), from, instantAt(addDays(day, 1), '00:00', zone))
  if (appointments.length === 0) return []
  const persons = [...new Set(appointments.flatMap((visit) => visit.patientId ?? []))]
  const kept = await chartsOf(db, persons)
  const restricted = await restrictedAmong(db, persons)
  const charts = new Map([...kept].map(([patientId, chart]) => [patientId, withAges(chart, sources)]))
  const { policy } = await policyInForce(db)
  const sheets = sheetsOfDay({
    practiceName: centre.practice.name,
    siteId: site.id,
    siteName: site.name,
    siteMark: mark,
    zone,
    day,
    sample: centre.sample,
    paperSize: policy.paperSize,
    sourceWords: states.map((state) => state.name).join(', '),
    appointments,
    numbers: {
      packet: await numbersFor(
        db,
        { siteId: site.id, day, kind: 'packet' },
        appointments.map((visit) => visit.id),
      ),
      'day-sheet': await numbersFor(
        db,
        { siteId: site.id, day, kind: 'day-sheet' },
        appointments.map((visit) => visit.providerId),
      ),
    },
    chartOf: (patientId) => charts.get(patientId),
    // Restricted charts are never on paper, whatever the policy for screens.
    withheld: (patientId) => restricted.has(patientId),
    asOf: { schedule: scheduleAsOf, chart: oldestAsOf },
    now,
  })
  return sheets.map((sheet, place) => ({ sheet, place }))
}

async function makeSheet(
  centre: Centre,
  press: Press,
  one: { site: Site; sheet: Sheet; place: number },
  signal?: AbortSignal,
): Promise<boolean> {
  const { site, sheet, place } = one
  if (signal?.aborted === true) return false
  try {
    const { pdf, pages, namesNotDrawn } = await press.print(sheet.values)
    const { label, day, contentHash, asOf } = sheet
    if (namesNotDrawn > 0)
      centre.log.warn(
        { siteId: site.id, sheet: label, names: namesNotDrawn },
        'names on a sheet are in a script for which this machine has no font: the sheet says so at each. Install a font for it (fonts-noto)',
      )
    await keepSheet(
      centre.db,
      { siteId: site.id, label, day, contentHash, asOf, madeAt: centre.clock.now(), place, pages },
      pdf,
    )
    return true
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    centre.log.error(
      { siteId: site.id, sheet: sheet.label, because: thrown.message },
      'a sheet could not be made; the old one stands and the others go on',
    )
    return false
  }
}

/** A site's finished paper as its pack wants it. */
export async function paperFor(centre: Pick<Centre, 'db'>, site: Pick<Site, 'id'>): Promise<PaperPart[]> {
  const kept = await keptSheets(centre.db, site.id)
  return kept.map(({ label, contentHash, asOf }) => ({
    label,
    contentHash: sha256Hex(`${contentHash} ${asOf}`),
    read: async () => {
      const pdf = await pdfOf(centre.db, site.id, label)
      if (pdf === undefined)
        throw new Failure(
          'transient',
          'A sheet was replaced while the pack was being made. It is published with the next one.',
        )
      return pdf
    },
  }))
}
