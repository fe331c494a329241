import { spanInWords } from '../../base/ago.ts'
import { type Instant, SECOND } from '../../base/time.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import { empty, facts, table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { type Mains, SIGHT_LOST_MS } from '../../monitor/power/mains.ts'
import { isStop, type PowerOrder, type PowerRun, type PowerStep, type WrittenStep } from '../../monitor/power/power.ts'
import { mayMoveStep } from '../../monitor/power/steps.ts'
import { countOf, mono } from './words.ts'

/** An order with where the power comes from now. `lastDrill`: when it was last practised to its end, and how that went. */
export type OrderNow = { order: PowerOrder; mains: Mains; lastDrill: PowerRun | undefined }

const STEP: { [Status in PowerStep['state']['status']]: readonly [Tone, string] } = {
  waiting: ['unknown', 'not begun'],
  started: ['watch', 'under way'],
  done: ['fine', 'done'],
  failed: ['act', 'failed'],
  unclear: ['act', 'unclear'],
  skipped: ['unknown', 'left out'],
}
const RUN: { [Status in PowerRun['state']['status']]: readonly [Tone, string] } = {
  going: ['watch', 'under way'],
  done: ['fine', 'carried out'],
  'fell-short': ['act', 'needs someone'],
  'called-off': ['watch', 'called off'],
}

/** "The rack UPS is on its mains. Its order was last practised 12 days ago." */
export function powerHeadline(orders: readonly OrderNow[], going: PowerRun | undefined, now: Instant): string {
  if (going !== undefined)
    return `${going.mode === 'drill' ? 'A drill is under way' : 'The power has failed'} at ${going.ups}: ${countOf(going.steps.filter(({ state }) => state.status !== 'waiting' && state.status !== 'started').length, 'step')} of ${going.steps.length} settled.`
  const [first] = orders.toSorted((a, b) => rank(a.mains) - rank(b.mains))
  if (first === undefined)
    return 'No UPS has a written order: when its battery is empty, everything behind it just goes out.'
  const drilled =
    first.lastDrill === undefined
      ? 'Its order was never practised.'
      : `Its order was last practised ${spanInWords(now - first.lastDrill.beganAt)} ago.`
  return `${first.order.ups}: ${mainsWords(first.mains, now)[1]}. ${drilled}`
}

const RANKS: { [Is in Mains['is']]: number } = { low: 0, battery: 1, unknown: 2, on: 3 }
const rank = (mains: Mains): number => RANKS[mains.is]

function mainsWords(mains: Mains, now: Instant): readonly [Tone, string] {
  if (mains.is === 'unknown') return ['unknown', 'nobody has heard from it yet']
  const silent = now - mains.at > SIGHT_LOST_MS ? `, silent for ${spanInWords(now - mains.at)}` : ''
  if (mains.is === 'on') return [silent === '' ? 'fine' : 'unknown', `on the mains${silent}`]
  const left = mains.leftMs === undefined ? '' : `, ${spanInWords(mains.leftMs)} left`
  const what = mains.is === 'low' ? 'battery low' : 'on its battery'
  return ['act', `${what}, ${spanInWords(now - mains.since)} without the mains${left}${silent}`]
}

export type PowerPage = {
  orders: readonly OrderNow[]
  runs: readonly PowerRun[]
  moment: Moment
  csrf: string
  whyNotAct: string | undefined
}

/** What each UPS says, what is written for it, and what was carried out. */
export function powerPage({ orders, runs, moment, csrf, whyNotAct }: PowerPage): Html {
  if (orders.length === 0 && runs.length === 0)
    return empty(
      'No written order',
      html`An order stands in the hub’s configuration, with the probe of its UPS, under ${mono('onBattery')}: what is stopped when the battery is low, after paper and packs. See the guide to running the hub.`,
    )
  return html`${orders.map((one) => orderCard(one, moment, csrf, whyNotAct))}
<section class="stack"><h2>Carried out so far</h2>${runTable(runs, moment)}</section>`
}

function orderCard(
  { order, mains, lastDrill }: OrderNow,
  moment: Moment,
  csrf: string,
  whyNotAct: string | undefined,
): Html {
  const onBattery = mains.is === 'battery' || mains.is === 'low'
  const because = whyNotAct ?? (onBattery ? 'The UPS runs on its battery: this is no time for a drill.' : undefined)
  return html`<section class="stack"><h2>${order.ups}</h2>${facts([
    ['Now', status(...mainsWords(mains, moment.now))],
    ['It begins', `when the battery is low, or after ${spanInWords(order.afterMs)} on it`],
    ['Systems are stopped', order.stopsOnlyWhenLow ? 'only when the battery is low' : 'as soon as their turn comes'],
    [
      'Last practised',
      lastDrill === undefined
        ? status('unknown', 'never')
        : html`${runWord(lastDrill)} <a href="/power/${lastDrill.id}">${when(lastDrill.beganAt, moment)}</a>`,
    ],
  ])}${table<Numbered>({
    caption: `The order of ${order.ups}, as it is written`,
    hideCaption: true,
    rows: order.steps.map((step, nth) => ({ step, nth })),
    columns: [
      { heading: 'Step', cell: ({ step, nth }) => `${nth + 1}. ${step.name}` },
      { heading: 'What', cell: ({ step }) => whatWords(step) },
      { heading: 'Within', cell: ({ step }) => spanInWords(step.withinMs), number: true },
    ],
    empty: { heading: 'No steps', body: 'Nothing is written.' },
  })}<p class="small soft">A drill makes the paper, publishes the packs and tells everybody that it is a drill. It stops nothing, and says of each stop whether it could be run.</p>${form(
    `/power/${order.id}/drill`,
    csrf,
    button('Practise it now', { look: 'quiet', because }),
    'row',
  )}</section>`
}

function runTable(runs: readonly PowerRun[], moment: Moment): Html {
  return table<PowerRun>({
    caption: 'What was carried out, newest first',
    hideCaption: true,
    rows: runs,
    href: ({ id }) => `/power/${id}`,
    tone: ({ state }) => (state.status === 'fell-short' ? 'act' : undefined),
    columns: [
      { heading: 'Begun', cell: ({ beganAt }) => when(beganAt, moment) },
      { heading: 'UPS', cell: ({ ups }) => ups },
      {
        heading: 'What',
        cell: ({ mode, by }) => (mode === 'drill' ? `drill, by ${by ?? 'nobody named'}` : 'power failure'),
      },
      { heading: 'How it went', cell: (run) => html`${runWord(run)}<br><span class="small">${because(run)}</span>` },
    ],
    empty: {
      heading: 'Never carried out',
      body: 'Neither in a power failure nor in a drill: nobody knows yet whether the order works. Practise it.',
    },
  })
}

const runWord = ({ state }: PowerRun): Html => status(...RUN[state.status])
const because = ({ state, because: begun }: PowerRun): string => (state.status === 'going' ? begun : state.because)

/** "Unclear: whether the EHR database was stopped." comes first where there is something to say about it. */
export function runHeadline(run: PowerRun): string {
  const unclear = run.steps.filter(({ state }) => state.status === 'unclear').map(({ name }) => name)
  if (unclear.length > 0) return `Nobody knows how it ended for: ${unclear.join(', ')}. Look there, then say so here.`
  return because(run)
}

/** A run. `stopsWait`: nothing is stopped before the battery is low. */
type RunNow = { run: PowerRun; stopsWait: boolean }

/** One run, step by step. */
export function runPage(now: RunNow, moment: Moment, csrf: string, whyNotAct: string | undefined): Html {
  const { run } = now
  const { state } = run
  return html`<section class="stack"><h2>How it stands</h2>${facts([
    ['What', run.mode === 'drill' ? `a drill, by ${run.by ?? 'nobody named'}` : 'a power failure'],
    ['Why it began', run.because],
    ['Begun', when(run.beganAt, moment)],
    ['Ended', state.status === 'going' ? runWord(run) : html`${runWord(run)} ${when(state.at, moment)}`],
  ])}</section>
<section class="stack"><h2>Step by step</h2>${table<PowerStep & { nth: number }>({
    caption: 'Step by step',
    hideCaption: true,
    rows: run.steps.map((step, nth) => ({ ...step, nth })),
    tone: ({ state: step }) => (step.status === 'failed' || step.status === 'unclear' ? 'act' : undefined),
    columns: [
      { heading: 'Step', cell: (step) => `${step.nth + 1}. ${step.name}` },
      { heading: 'How it stands', cell: (step) => stepWords(now, step, csrf, whyNotAct) },
      {
        heading: 'Begun',
        cell: (step) => when('startedAt' in step.state ? step.state.startedAt : undefined, moment, 'not begun'),
      },
      { heading: 'Took', cell: ({ state: step }) => tookWords(step), number: true },
    ],
    empty: { heading: 'No steps', body: 'Nothing was written.' },
  })}</section>`
}

type Numbered = { step: WrittenStep; nth: number }

function whatWords({ kind, argv }: WrittenStep): Html {
  if (argv !== undefined) return html`stopped by ${mono(argv.join(' '))}`
  return html`${KINDS[kind]}`
}

const KINDS: { [Kind in WrittenStep['kind']]: string } = {
  packets: 'made anew where it changed, before anything is stopped',
  packs: 'published once more, until every site says that it holds them',
  tell: 'everybody at once: there is no time to ask one after the other',
  stop: 'stopped',
  'stop-hub': 'stops itself, last',
}

function tookWords(state: PowerStep['state']): string {
  if (!('startedAt' in state) || !('at' in state)) return '–'
  const ms = state.at - state.startedAt
  return ms < SECOND ? 'under 1 s' : spanInWords(ms)
}

function stepWords(
  { run, stopsWait }: RunNow,
  step: PowerStep & { nth: number },
  csrf: string,
  whyNotAct: string | undefined,
): Html {
  const { state } = step
  const settle = mayMoveStep(step, 'settle-done')
    ? html`<p>Look at the system first: this only writes down what you found.</p>${form(
        `/power/${run.id}/${step.nth}/settle`,
        csrf,
        html`${button('It did its work', { look: 'quiet', name: 'how', value: 'done', because: whyNotAct })}${button('It did not', { look: 'quiet', name: 'how', value: 'failed', because: whyNotAct })}`,
        'row',
      )}`
    : nothing
  const waits = state.status === 'waiting' && run.state.status === 'going' && stopsWait && isStop(step.kind)
  const small = waits ? 'waits for the battery to get low' : 'because' in state ? state.because : undefined
  return html`${status(...STEP[state.status])}${small === undefined ? nothing : html`<br><span class="small">${small}</span>`}${settle}`
}
