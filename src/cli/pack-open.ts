import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../base/durable.ts'
import { Failure, reasonOf } from '../base/failure.ts'
import { type Instant, systemClock } from '../base/time.ts'
import { type Chart, SECTION_NAMES } from '../chart/chart.ts'
import { DOUBT_MARK_WORDS, doubtLines } from '../chart/doubt-words.ts'
import { listAsOf, olderThanTheRest, oldestAsOf } from '../chart/list-age.ts'
import { countDoubtful } from '../chart/schedule.ts'
import { allergyWarning, SECTION_TITLES } from '../chart/section-words.ts'
import { readAll, type Vault } from '../pack/files.ts'
import { type DataKeys, dataKeysOf, openKeyring } from '../pack/keyring.ts'
import { hubKeyIn, identityIn } from '../pack/keys.ts'
import { readManifest } from '../pack/manifest.ts'
import type { Manifest } from '../pack/pack.ts'
import { openPanel, type Panel, type SearchRow } from '../pack/panel.ts'
import { isSignedBy } from '../pack/signing.ts'
import { openSitePack } from '../pack/site-pack.ts'
import { openVault } from '../pack/vault/store.ts'
import { packIdsIn, published } from './pack-words.ts'

type OpenOptions = {
  recoveryKey: string
  from: string
  hubKey?: string
  search?: string
  patient?: string
  restricted?: boolean
  out?: string
}

/** A reader for the day on which nothing else is left: a recovery key, a folder of packs, this program. */
export async function openWithRecoveryKey(options: OpenOptions): Promise<void> {
  const keyText = await readFile(options.recoveryKey, 'utf8').catch((thrown: unknown) => {
    throw new Failure('permanent', `The recovery key cannot be read (${reasonOf(thrown)}).`, { cause: thrown })
  })
  const identity = identityIn(keyText)
  if (identity === undefined)
    throw new Failure(
      'permanent',
      `${options.recoveryKey} holds no line that begins with AGE-SECRET-KEY-1. Type the key in as it was printed.`,
    )
  const hubKey = options.hubKey ?? hubKeyIn(keyText)
  const vault = await openVault(options.from, true)
  let opened = 0
  for (const packId of await packIdsIn(options.from)) {
    const pack = await openOne(vault, packId, identity, hubKey)
    if (pack === undefined) continue
    opened++
    if (pack.manifest.kind === 'panel') await showPanel(vault, pack, options)
    else await showSite(vault, pack, options)
  }
  if (opened === 0) throw new Failure('permanent', `No pack in ${options.from} opens with this key.`)
}

type Opened = { manifest: Manifest; keys: DataKeys }

async function openOne(
  vault: Vault,
  packId: string,
  identity: string,
  hubKey: string | undefined,
): Promise<Opened | undefined> {
  try {
    const signed = await vault.current(packId)
    if (signed === undefined) return undefined
    const manifest = readManifest(signed)
    if (hubKey !== undefined && !isSignedBy(signed.manifest, signed.signature, hubKey))
      throw new Failure('permanent', 'its signature is not that of the hub key that was given; it may be forged')
    const sealed = await readAll(await vault.open(manifest.keyring))
    const keys = dataKeysOf(await openKeyring(sealed, identity, manifest.packId))
    const signature = hubKey === undefined ? ' (signature not checked: no hub key)' : ''
    console.error(`${packId}: no. ${manifest.sequence}, ${published(manifest)}${signature}`)
    return { manifest, keys }
  } catch (thrown) {
    console.error(`${packId}: ${reasonOf(thrown)}`)
    return undefined
  }
}

async function showPanel(vault: Vault, { manifest, keys }: Opened, options: OpenOptions): Promise<void> {
  const panel = await openPanel({ manifest, keys, open: (name) => vault.open(name) })
  try {
    if (options.search !== undefined) printFound(panel, options.search)
    else if (options.patient !== undefined) await printChart(panel, options.patient, options.restricted === true)
    else if (options.out !== undefined) await writeCharts(panel, options.out, options.restricted === true)
    else console.log(`${panel.patients} patients. --search, --patient or --out says what to do with them.`)
  } finally {
    await panel.close()
  }
}

function printFound(panel: Panel, text: string): void {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10)
  const { rows, total } = panel.search(text, { today })
  for (const row of rows) console.log(lineOf(row))
  if (total > rows.length) console.log(`${total} fit; say more to see fewer.`)
  if (total === 0) console.log('Nobody fits.')
}

function lineOf(row: SearchRow): string {
  const name = `${row.name.family}, ${row.name.given.join(' ')}`
  const born = row.birthDate === undefined ? 'birth date unknown' : `born ${row.birthDate}`
  const restricted = row.restriction === 'none' ? '' : '  RESTRICTED'
  const doubts = row.doubts.map((mark) => `  ${DOUBT_MARK_WORDS[mark].toUpperCase()}`).join('')
  return `${row.patientId}  ${name}  ${born}  ${row.sex}  MRN ${row.mrn}  ${row.phones.join(', ')}  (${row.why})${restricted}${doubts}`
}

async function printChart(panel: Panel, patientId: string, restricted: boolean): Promise<void> {
  const chart = (restricted ? await panel.restrictedChart(patientId) : undefined) ?? (await panel.chart(patientId))
  if (chart === undefined)
    throw new Failure('permanent', 'There is no patient of that id in the panel. --search finds ids.')
  console.log(JSON.stringify(chart, null, 2))
  for (const line of chartNotes(chart)) console.error(line)
}

/** How old the chart is, list by list where they differ, and what of it is in doubt. */
export function chartNotes(chart: Chart): string[] {
  const at = (asOf: Instant): string => new Date(asOf).toISOString()
  const older = SECTION_NAMES.flatMap((name) => {
    const asOf = olderThanTheRest(chart, name)
    return asOf === undefined ? [] : [`${SECTION_TITLES[name]}: as of ${at(asOf)}.`]
  })
  const allergies = allergyWarning(chart.allergies)
  const isWhole = chart.restriction === 'none' || chart.allergies.status !== 'not-received'
  return [
    `As of ${at(oldestAsOf(chart))}.`,
    ...older,
    ...(allergies === undefined || !isWhole ? [] : [allergies]),
    ...doubtLines(chart, (name) => `as of ${at(name === undefined ? oldestAsOf(chart) : listAsOf(chart, name))}`).map(
      ({ summary, because }) => [summary, ...because.map((reason) => `Reason: ${reason}.`)].join(' '),
    ),
  ]
}

async function writeCharts(panel: Panel, folder: string, restricted: boolean): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(join(folder, 'charts.ndjson'), 'w', 0o600)
  let count = 0
  try {
    for await (const chart of panel.charts()) {
      const whole =
        restricted && chart.restriction !== 'none' ? await panel.restrictedChart(chart.patient.id) : undefined
      await file.writeFile(`${JSON.stringify(whole ?? chart)}\n`)
      count++
    }
    await file.sync()
  } finally {
    await file.close()
  }
  console.log(
    `${count} charts written to ${join(folder, 'charts.ndjson')} in the clear. Guard that folder, and erase it when it has served.`,
  )
}

async function showSite(vault: Vault, { manifest, keys }: Opened, options: OpenOptions): Promise<void> {
  if (options.search !== undefined || options.patient !== undefined) return
  const pack = await openSitePack({ manifest, keys, open: (name) => vault.open(name) })
  const doubtful = countDoubtful(pack.schedule.appointments)
  const summary = `${pack.settings.siteName}: ${[`${pack.schedule.appointments.length} appointments`, ...doubtful, `${pack.paper.length} sheets`].join(', ')}`
  if (options.out === undefined) {
    console.log(summary)
    return
  }
  const folder = join(options.out, manifest.packId)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeWhole(join(folder, 'schedule.json'), JSON.stringify(pack.schedule, null, 1))
  await writeWhole(join(folder, 'settings.json'), JSON.stringify(pack.settings, null, 1))
  if (pack.standbys.length > 0) await writeWhole(join(folder, 'standbys.json'), JSON.stringify(pack.standbys, null, 1))
  for (const { label } of pack.paper) {
    // A label is words of ours, but a file name must never climb out of its folder.
    await writeWhole(join(folder, `${label.replaceAll(/[^\w. -]/g, '_')}.pdf`), await pack.readPaper(label))
  }
  console.log(`${summary}, written to ${folder} in the clear.`)
}
