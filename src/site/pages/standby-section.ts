import { agoInWords } from '../../base/ago.ts'
import { lostSpanInWords } from '../../base/lost-span.ts'
import { type Instant, MINUTE } from '../../base/time.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { facts } from '../../look/table.ts'
import { type Moment, toTheSecond, whenToTheSecond } from '../../look/when.ts'
import type { StandbyKnown } from '../../pack/standby-known.ts'

/** `saidAt`: when the hub published the pack that says so. */
export type StandbysSaid = { standbys: readonly StandbyKnown[] | 'not-understood'; saidAt: Instant | undefined }

/** Packs come more often than this while the hub speaks; what is older is not how it is now. */
const CURRENT_MS = 3 * MINUTE

/** What the hub last knew of the databases' standbys: said here so that it can still be said when hub and databases are gone. */
export function standbySection({ standbys, saidAt }: StandbysSaid, moment: Moment): Html {
  if (standbys === 'not-understood')
    return html`<section class="stack"><h2>The databases’ standbys</h2><p>The hub says something about them that this program does not understand: it is newer. Update this site.</p></section>`
  if (standbys.length === 0) return nothing
  return html`<section class="stack"><h2>The databases’ standbys</h2>${standbys.map((one) => pairSaid(one, saidAt, moment))}</section>`
}

function pairSaid(one: StandbyKnown, saidAt: Instant | undefined, moment: Moment): Html {
  const { provenAt, position, troubles, atWork, verdict, since } = one
  const at = position === undefined ? '' : ` (${position})`
  return html`<article class="card stack"><h3>${one.name}</h3><p>${
    provenAt === undefined
      ? 'It was never proven what the standby has.'
      : html`<strong>The standby had everything up to ${toTheSecond(provenAt, moment)}${at}</strong>, ${agoInWords(Math.max(0, moment.now - provenAt))}.`
  }</p>${facts([
    ['Verdict', verdictSaid(one, saidAt, moment)],
    ['It became so', whenToTheSecond(since === 0 ? undefined : since, moment, 'not known')],
    ['The hub said so', whenToTheSecond(saidAt, moment, 'not known')],
    ...(troubles.length === 0 ? [] : [['What was wrong', troubles.join('; ')] as const]),
    ...atWork.map(
      ({ what, count, who, asOf }) =>
        [
          capital(what),
          html`${count.toLocaleString('en-US')} at ${toTheSecond(asOf, moment)}${who.length === 0 ? nothing : `: ${who.join(', ')}`}`,
        ] as const,
    ),
  ])}${verdict === 'PROVEN' ? nothing : html`<p class="small">${lostSaid(one, moment)}</p>`}</article>`
}

function lostSaid({ provenAt, primaryAnsweredAt }: StandbyKnown, moment: Moment): string {
  if (provenAt === undefined) return 'What is on the primary may be there only.'
  if (primaryAnsweredAt === undefined) return 'What was written after that time may be on the primary only.'
  return lostSpanInWords(provenAt, primaryAnsweredAt, (at) => toTheSecond(at, moment))
}

/** What was proven when the pack was made is not known now, once no newer pack has come. */
function verdictSaid({ verdict, troubles }: StandbyKnown, saidAt: Instant | undefined, { now }: Moment): Html {
  if (saidAt === undefined || now - saidAt > CURRENT_MS)
    return html`${status('unknown', 'not known now')} <span class="small">it was ${verdict} when the hub last said</span>`
  if (verdict === 'PROVEN') return status(troubles.length === 0 ? 'fine' : 'watch', verdict)
  return status(verdict === 'DIVERGED' ? 'act' : verdict === 'BEHIND' ? 'watch' : 'unknown', verdict)
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
