import type { Act } from '../../access/access.ts'
import { spanInWords } from '../../base/ago.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { viewerPage } from '../../look/viewer.ts'
import type { Moment } from '../../look/when.ts'
import type { SiteSettings } from '../../pack/pack.ts'
import type { ClockState } from '../local/site-clock.ts'
import { type Age, type Ages, worst } from './age.ts'

/** What every page of the viewer is drawn with. */
export type Surroundings = {
  settings: SiteSettings
  moment: Moment
  clock: ClockState
  ages: Ages
  /** The person at the screen, and what they may do here; undefined before sign-in. */
  guest: { name: string; csrf: string; may: (act: Act) => boolean; breakGlass: boolean } | undefined
}

const NAV: readonly { href: string; label: string; act: Act }[] = [
  { href: '/today', label: 'Schedule', act: 'see-schedule' },
  { href: '/search', label: 'Find a patient', act: 'search-panel' },
  { href: '/paper', label: 'Paper', act: 'print' },
  { href: '/health', label: 'This site', act: 'see-site-health' },
]

/** `age`: of what this page shows; the worst of all classes where it shows no single one. */
export function framed(
  around: Surroundings,
  page: { title: string; at?: string; age?: Age; body: Html; search?: string; live?: boolean },
): Html {
  const { settings, guest, ages } = around
  const age = page.age ?? worst([ages.schedule, ages.keyData])
  const nav = NAV.filter(({ act }) => guest?.may(act) === true)
  const mayHelp = [...nav, { href: '/help', label: 'Help' }]
  return viewerPage({
    title: page.title,
    siteName: settings.siteName,
    practiceName: settings.practiceName,
    sample: settings.sample,
    asOf: age?.words ?? 'age unknown: nothing was received',
    expired: age?.state === 'expired',
    nav: mayHelp,
    ...(page.at === undefined ? {} : { at: page.at }),
    ...(guest?.may('search-panel') === true ? { search: { action: '/search', value: page.search ?? '' } } : {}),
    ...(guest === undefined ? {} : { person: { name: guest.name, csrf: guest.csrf } }),
    ...(guest !== undefined && page.live !== false ? { live: '/live' } : {}),
    body: html`${clockNote(around.clock)}${page.body}`,
  })
}

function clockNote(clock: ClockState): Html {
  if (clock.kind === 'good') return nothing
  const by = spanInWords(Math.abs(clock.byMs))
  return clock.kind === 'behind'
    ? note(
        'act',
        'The clock of this machine lost time',
        `It is at least ${by} behind. Ages on these pages are at least what they say. Set the clock, or bring the line to the hub back.`,
      )
    : note(
        'watch',
        'The clock of this machine is wrong',
        `It is ${by} ${clock.byMs > 0 ? 'ahead of' : 'behind'} the hub’s. Ages are counted by the hub’s time. Set the clock.`,
      )
}
