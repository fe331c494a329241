import { spanInWords } from '../../base/ago.ts'
import { button, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { table } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import type { EscalationLine } from '../../monitor/escalation/store.ts'
import { type EscalationState, mayMove } from '../../monitor/escalation.ts'
import type { Alarm } from '../../monitor/monitor.ts'
import type { ReachPlan } from '../../monitor/reach-tests/reach-plan.ts'
import type { Reached } from '../../monitor/reached.ts'

/** Who was asked to take an alarm, and what came of it. `who`: the names in the state. */
export type Asked = {
  state: EscalationState
  lines: readonly EscalationLine[]
  who: string
  /** Why who looks may not take it. */
  mayNot: string | undefined
}

/** Where the asking stands, what was done so far, and the buttons by which one takes it or hands it on. */
export function askedWords(alarm: Alarm, { state, lines, who, mayNot }: Asked, moment: Moment, csrf: string): Html {
  const at = `/alarms/${alarm.id}`
  const take = mayMove(state, 'acknowledge')
    ? form(
        `${at}/take`,
        csrf,
        button(state.status === 'acknowledged' ? 'I am at it' : 'I take it', { because: mayNot }),
        'row',
      )
    : nothing
  const handOn = mayMove(state, 'hand-on')
    ? form(`${at}/hand-on`, csrf, button('Hand it on to the next', { look: 'quiet', because: mayNot }), 'row')
    : nothing
  return html`<p>${alarm.clearSince !== undefined && state.status === 'telling' ? html`${status('watch', 'asked')} It is with ${who}. It looks over, so nobody else is asked.` : stateWords(state, who, moment)}</p>${take}${handOn}<details><summary>Who was asked</summary><ol>${lines.map(
    (line) => html`<li>${when(line.at, moment)}: ${line.says}</li>`,
  )}</ol></details>`
}

function stateWords(state: EscalationState, who: string, moment: Moment): Html {
  if (state.status === 'held')
    return html`${status('watch', 'can wait')} Nobody is asked before ${when(state.until, moment)}.`
  if (state.status === 'telling')
    return html`${status('watch', 'asked')} It is with ${who} until ${when(state.deadlineAt, moment)}; then with the next.`
  if (state.status === 'acknowledged')
    return html`${status('fine', 'taken')} by ${who} ${when(state.at, moment)}. Without a word it counts as forgotten at ${when(state.forgottenAt, moment)}.`
  if (state.status === 'exhausted' && state.unreached !== undefined)
    return html`${status('act', 'nobody can be reached')} Nobody was asked to take this. ${state.unreached.join(' ')} Whoever reads this: take it. As soon as somebody can be reached, they are asked.`
  if (state.status === 'exhausted')
    return html`${status('act', 'nobody took it')} Everybody who can be reached is told again ${when(state.againAt, moment)}.`
  return html`${status('fine', 'over')} ${when(state.at, moment)}`
}

/** The evidence that people can be reached: who answered tests in time, and at which hours. */
export function reachedTable(
  reached: readonly Reached[],
  nameOf: (person: string) => string,
  moment: Moment,
  plan: ReachPlan | undefined,
): Html {
  return html`<section class="stack"><h2>Who can be reached</h2><p class="small soft">A test counts when the person answered it within 10 minutes, by any channel. Hours that are not named were never tried. ${planWords(plan)}</p>${table<Reached>(
    {
      caption: 'Who answered test notices in time',
      hideCaption: true,
      rows: reached,
      columns: [
        { heading: 'Person', cell: (one) => nameOf(one.person) },
        {
          heading: 'Answered in time',
          cell: (one) =>
            status(
              one.inTime === one.tests ? 'fine' : one.inTime === 0 ? 'act' : 'watch',
              `${one.inTime} of ${one.tests}`,
            ),
        },
        { heading: 'Last time', cell: (one) => when(one.lastInTimeAt, moment) },
        { heading: 'Hours reached', cell: (one) => hoursWords(one.hoursReached) },
        { heading: 'Hours missed', cell: (one) => hoursWords(one.hoursMissed) },
      ],
      empty: {
        heading: 'No tests yet',
        body: 'Nobody knows whether a notice reaches anyone. Send a test under Settings, or wait for the first that goes out by itself.',
      },
    },
  )}</section>`
}

function planWords(plan: ReachPlan | undefined): string {
  if (plan === undefined) return 'No tests go out by themselves: they are sent under Settings.'
  const [from, to] = [plan.from, (plan.to + 1) % 24].map((hour) => `${String(hour).padStart(2, '0')}:00`)
  return `Each person is tested every ${spanInWords(plan.everyMs)} between ${from} and ${to}, at an hour that was tried least; what comes of it is evidence.`
}

function hoursWords(hours: readonly number[]): string {
  return hours.length === 0 ? '–' : hours.map((hour) => `${String(hour).padStart(2, '0')}h`).join(' ')
}
