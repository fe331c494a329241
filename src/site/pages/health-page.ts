import { spanInWords } from '../../base/ago.ts'
import type { Instant } from '../../base/time.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note, status, type Tone } from '../../look/status.ts'
import { facts, table } from '../../look/table.ts'
import { when } from '../../look/when.ts'
import type { PullStatus } from '../keep/pull.ts'
import { type Age, ageStatus, worst } from './age.ts'
import { framed, type Surroundings } from './frame.ts'
import { type StandbysSaid, standbySection } from './standby-section.ts'

export type HealthValues = {
  standbys: StandbysSaid
  pull: PullStatus
  heardAt: Instant | undefined
  silentMs: number
  panelSequence: number | undefined
  siteSequence: number | undefined
  patients: number | undefined
  diskFreeBytes: number
  journalWaiting: number
  journalFaults: readonly string[]
  people: number
  envelopes: number
  sessions: number
  signedInAt: Instant | undefined
  startedAt: Instant
  version: string
  hubUrl: string
  certificateEndsAt: Instant | undefined
  printers: readonly { name: string; tone: Tone; word: string; because: string }[]
}

const GB = 1024 ** 3
const LOW_DISK = 2 * GB

/** How this site itself is: the monthly look at the downtime PC, made by the machine. */
export function healthPage(around: Surroundings, values: HealthValues): Html {
  const { ages, settings, moment, clock } = around
  const rows: Age[] = [ages.schedule, ages.keyData, ages.roster]
  const body = html`<div class="stack-wide"><header class="stack"><h1>${settings.siteName}</h1><p class="headline">${headline(around, values)}</p></header>${values.journalFaults.map((fault) => note('act', 'The journal was changed by somebody', fault))}
<section class="stack"><h2>Data</h2>${table<Age>({
    caption: 'How old each class of data is',
    hideCaption: true,
    rows,
    columns: [
      { heading: 'What', cell: (age) => age.what },
      { heading: 'State', cell: ageStatus },
      { heading: 'Source was read', cell: (age) => when(age.asOf, moment, 'nothing received') },
    ],
    empty: { heading: '', body: '' },
  })}</section>
<section class="stack"><h2>The hub</h2>${facts([
    ['Line', line(values)],
    ['Last heard', when(values.heardAt, moment)],
    ['Address', values.hubUrl],
    ['Data locks itself after', `${spanInWords(settings.lockAfterMs)} without a word of the hub`],
    [
      'Packs',
      `panel ${values.panelSequence ?? 'none'}, site ${values.siteSequence ?? 'none'}${values.patients === undefined ? '' : `, ${values.patients.toLocaleString('en-US')} patients`}`,
    ],
    ['Newest pack came from', values.pull.from ?? 'nothing newer since this program started'],
    ...values.pull.otherCarriers.map((other) => [other.where, other.because] as const),
  ])}</section>
${standbySection(values.standbys, moment)}
<section class="stack"><h2>This machine</h2>${facts([
    [
      'Clock',
      clock.kind === 'good'
        ? status('fine', 'agrees with the hub')
        : status('act', `off by ${spanInWords(Math.abs(clock.byMs))}`),
    ],
    [
      'Free on disk',
      status(values.diskFreeBytes < LOW_DISK ? 'act' : 'fine', `${(values.diskFreeBytes / GB).toFixed(1)} GB`),
    ],
    [
      'Journal lines that wait for the hub',
      values.journalWaiting === 0 ? 'none' : values.journalWaiting.toLocaleString('en-US'),
    ],
    [
      'Who can unlock',
      `${values.people} ${values.people === 1 ? 'person' : 'people'}, ${values.envelopes} sealed ${values.envelopes === 1 ? 'envelope' : 'envelopes'}`,
    ],
    ['Signed in now', String(values.sessions)],
    ['Last sign-in', when(values.signedInAt, moment)],
    ['Certificate of these pages ends', when(values.certificateEndsAt, moment, 'unknown')],
    ['Program', html`${values.version}, running since ${when(values.startedAt, moment)}`],
  ])}</section>
<section class="stack"><h2>Printers</h2>${
    values.printers.length === 0
      ? html`<p>None is set for this site. Every sheet opens as a PDF and prints from the browser.</p>`
      : facts(
          values.printers.map(
            ({ name, tone, word, because }) =>
              [name, html`${status(tone, word)} <span class="small">${because}</span>`] as const,
          ),
        )
  }</section></div>`
  return framed(around, { title: 'This site', at: '/health', body })
}

function headline({ settings, ages }: Surroundings, { pull, silentMs }: HealthValues): string {
  const old = worst([ages.schedule, ages.keyData])
  if (pull.outcome === 'heard')
    return old === undefined || old.state === 'current'
      ? `${settings.siteName} hears the hub, and its data is current.`
      : `${settings.siteName} hears the hub, but its data is not current: the hub itself has nothing newer of the ${old.what.toLowerCase()}.`
  if (pull.outcome === 'none-yet') return `${settings.siteName} is asking the hub for packs.`
  return `${settings.siteName} has not heard the hub for ${spanInWords(silentMs)} and serves what it has. Everything here goes on without the hub.`
}

function line({ pull }: HealthValues): Html {
  if (pull.outcome === 'heard')
    return pull.hubBehind
      ? html`${status('watch', 'open')} <span class="small">The hub offers older packs than are here: it probably came back from a backup. What is here stays in use until the hub publishes newer ones, which it does by itself.</span>`
      : status('fine', 'open')
  if (pull.outcome === 'none-yet') return status('unknown', 'being tried')
  return html`${status('watch', pull.outcome === 'revoked' ? 'revoked' : 'not heard')}${pull.because === '' ? nothing : html` <span class="small">${pull.because}</span>`}`
}
