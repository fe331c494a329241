import { type Html, html } from '../../look/html.ts'
import type { Tone } from '../../look/status.ts'
import { status } from '../../look/status.ts'
import type { SiteStatus, SourceStatus } from '../../monitor/monitor.ts'
import type { SystemStatusWord } from '../../monitor/observations/observations.ts'

/** How statuses are said and drawn; the same everywhere at the hub. */
const SITE: { [Word in SiteStatus['status']]: readonly [Tone, string] } = {
  fresh: ['fine', 'fresh'],
  locked: ['fine', 'fresh, locked'],
  waiting: ['unknown', 'waiting'],
  planned: ['unknown', 'not enrolled'],
  revoked: ['unknown', 'revoked'],
  stale: ['watch', 'stale'],
  behind: ['act', 'behind'],
  silent: ['act', 'silent'],
}

const SOURCE: { [Word in SourceStatus['status']]: readonly [Tone, string] } = {
  current: ['fine', 'current'],
  starting: ['unknown', 'starting'],
  late: ['act', 'late'],
  failing: ['act', 'failing'],
  frozen: ['act', 'frozen'],
}

const SYSTEM: { [Word in SystemStatusWord]: readonly [Tone, string] } = {
  well: ['fine', 'well'],
  watch: ['watch', 'watch'],
  failing: ['act', 'failing'],
  down: ['act', 'down'],
  unknown: ['unknown', 'unknown'],
  'not-observable': ['unknown', 'not observable'],
}

export function systemTone(of: SystemStatusWord): Tone {
  return SYSTEM[of][0]
}

export function systemWord(of: SystemStatusWord): Html {
  return status(...SYSTEM[of])
}

export function siteTone(of: SiteStatus['status']): Tone {
  return SITE[of][0]
}

export function sourceTone(of: SourceStatus['status']): Tone {
  return SOURCE[of][0]
}

export function siteWord(of: SiteStatus['status']): Html {
  return status(...SITE[of])
}

export function sourceWord(of: SourceStatus['status']): Html {
  return status(...SOURCE[of])
}

/** The same for a status that is only known as a word, from the history. */
export function historyWord(word: string): Html {
  const known: { [word: string]: readonly [Tone, string] } = { ...SITE, ...SOURCE }
  const [tone, said] = known[word] ?? (['unknown', word] as const)
  return status(tone, said)
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power - 1]}`
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}

/** Names one after the other as people say them. */
export function listInWords(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

export function mono(text: string | number): Html {
  return html`<span class="id">${text}</span>`
}
