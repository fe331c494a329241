import { scaleTime } from 'd3-scale'
import { addDays, dayOf, instantAt } from '../../../base/zone.ts'
import { type Html, html, nothing } from '../../../look/html.ts'
import { status } from '../../../look/status.ts'
import { isReachable } from '../../../readiness/duty/reachable.ts'
import type { RosterAhead } from '../../../readiness/duty/roster-ahead.ts'
import { momentInWords } from '../../../readiness/duty/said.ts'
import type { Interval } from '../../../readiness/duty/week-spans.ts'

const WIDTH = 1200
const HEIGHT = 24
const HATCH = 9

type Bar = Interval & { kind: 'turn' | 'leave' | 'gap' }

/**
 * A roster as one line for each person: full bars are turns, hatched ones leave, crossed frames on a line of their own are gaps. Shapes carry the
 * meaning, so it reads in black and white; what it shows stands in words beside each line and in the table below it.
 */
export function rosterDrawing(ahead: RosterAhead, now: number): Html {
  const { lanes, gaps, within } = ahead
  const clip = ({ from, to }: Interval): Interval => ({
    from: Math.max(from, within.from),
    to: Math.min(to, within.to),
  })
  const nobody = gaps.map((gap): Bar => ({ ...clip(gap), kind: 'gap' }))
  return html`<figure class="roster"><div class="lane axis" aria-hidden="true"><span></span><div class="days">${daysOf(ahead).map((label) => html`<span>${label}</span>`)}</div></div>${lanes.map(
    ({ person, turns, leave }) => {
      const bars = [
        ...turns.map((one): Bar => ({ ...one, kind: 'turn' })),
        ...leave.map((one): Bar => ({ ...one, kind: 'leave' })),
      ]
      const name = person.name ?? person.id
      const mute = turns.length > 0 && (person.name === undefined || !isReachable(person))
      return laneView(
        html`${name}${mute ? html` ${status('act', 'no number')}` : nothing}`,
        spoken(name, bars, ahead.zone),
        bars,
        ahead,
        now,
      )
    },
  )}${
    gaps.length === 0
      ? nothing
      : laneView(status('act', 'Nobody'), spoken('Nobody', nobody, ahead.zone), nobody, ahead, now)
  }<figcaption>${legend('turn', 'on call')}${legend('leave', 'on leave')}${gaps.length === 0 ? nothing : legend('gap', 'nobody is on call')}<span>The upright line is now; light lines are Mondays.</span></figcaption></figure>`
}

function laneView(name: Html, label: string, bars: readonly Bar[], ahead: RosterAhead, now: number): Html {
  const x = scaleTime([ahead.within.from, ahead.within.to], [0, WIDTH])
  const mondays = dayStarts(ahead).filter((at) => momentInWords(at, ahead.zone).startsWith('Mon'))
  return html`<div class="lane"><span class="who-on">${name}</span><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${mondays.map(
    (at) => html`<line class="monday" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${HEIGHT}"/>`,
  )}<line class="ground" x1="0" x2="${WIDTH}" y1="${HEIGHT - 1}" y2="${HEIGHT - 1}"/>${bars.map((bar) => barView(bar.kind, x(bar.from), x(bar.to)))}<line class="now" x1="${x(now)}" x2="${x(now)}" y1="0" y2="${HEIGHT}"/></svg></div>`
}

function barView(kind: Bar['kind'], from: number, to: number): Html {
  const width = Math.max(3, to - from).toFixed(1)
  const [top, high] = kind === 'leave' ? [6, HEIGHT - 10] : [3, HEIGHT - 6]
  const frame = html`<rect class="${kind}" x="${from.toFixed(1)}" y="${top}" width="${width}" height="${high}"/>`
  if (kind === 'turn') return frame
  const lines: string[] = []
  for (let at = from; at + HATCH <= from + Number(width) + 0.1; at += HATCH) {
    lines.push(`M${at.toFixed(1)} ${top + high}L${(at + HATCH).toFixed(1)} ${top}`)
    if (kind === 'gap') lines.push(`M${at.toFixed(1)} ${top}L${(at + HATCH).toFixed(1)} ${top + high}`)
  }
  return html`${frame}<path class="${kind}" d="${lines.join('')}"/>`
}

function legend(kind: Bar['kind'], word: string): Html {
  return html`<span class="sample"><svg aria-hidden="true" viewBox="0 0 36 ${HEIGHT}">${barView(kind, 0, 36)}</svg>${word}</span>`
}

function spoken(name: string, bars: readonly Bar[], zone: string): string {
  const words = { turn: 'on call', leave: 'on leave', gap: 'on call' } as const
  const said = bars.map(
    ({ kind, from, to }) => `${words[kind]} from ${momentInWords(from, zone)} to ${momentInWords(to, zone)}`,
  )
  return `${name}: ${said.length === 0 ? 'no turn in these days' : said.join('; ')}.`
}

function dayStarts({ within, zone }: RosterAhead): number[] {
  const starts: number[] = []
  for (let day = dayOf(within.from, zone); ; day = addDays(day, 1)) {
    const at = instantAt(day, '00:00', zone)
    if (at >= within.to) return starts
    starts.push(at)
  }
}

/** One for each day: the Mondays are named, where there is room after them. */
function daysOf(ahead: RosterAhead): string[] {
  const starts = dayStarts(ahead)
  return starts.map((at, nth) => {
    const isMonday = momentInWords(at, ahead.zone).startsWith('Mon')
    if (!isMonday || nth > starts.length - 4) return ''
    return new Intl.DateTimeFormat('en-GB', { timeZone: ahead.zone, day: 'numeric', month: 'short' }).format(at)
  })
}
