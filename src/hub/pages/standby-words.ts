import { type Html, html, nothing } from '../../look/html.ts'
import { status, type Tone } from '../../look/status.ts'
import { classOfFault, FAULT_WORDS } from '../../monitor/standby/fault-words.ts'
import type { PairState } from '../../monitor/standby/pair-state.ts'
import type { Fault, Verdict } from '../../monitor/standby/standby.ts'

type Word = Verdict['verdict']

const TONE: { [Verdict in Word]: Tone } = { PROVEN: 'fine', BEHIND: 'watch', DIVERGED: 'act', UNKNOWN: 'unknown' }

/** How a verdict is drawn: PROVEN is fine only where nothing else was found, and unknown is never drawn like fine. */
export function verdictTone(verdict: Word, faults: readonly Fault[]): Tone {
  const serious = faults.some((fault) => classOfFault(fault) !== 'later')
  if (serious || verdict === 'DIVERGED') return verdict === 'UNKNOWN' ? 'unknown' : 'act'
  return faults.length > 0 && verdict === 'PROVEN' ? 'watch' : TONE[verdict]
}

export function pairTone(state: PairState | undefined): Tone {
  return state === undefined
    ? 'unknown'
    : verdictTone(
        state.verdict.verdict,
        state.findings.map(({ fault }) => fault),
      )
}

/** The verdict with every fault in words. */
export function pairWord(state: PairState | undefined): Html {
  if (state === undefined) return status('unknown', 'UNKNOWN')
  return verdictWord(
    state.verdict.verdict,
    state.findings.map(({ fault }) => fault),
  )
}

function verdictWord(verdict: Word, faults: readonly Fault[]): Html {
  const words = faults.map((fault) => FAULT_WORDS[fault]).join('; ')
  return html`${status(verdictTone(verdict, faults), verdict)}${words === '' ? nothing : html` <span class="small">${words}</span>`}`
}

/** The same out of the history, where it stands as one word: `PROVEN archive-failing`. */
export function historyVerdict(word: string): Html {
  const [verdict = '', ...faults] = word.split(' ')
  return isVerdict(verdict) ? verdictWord(verdict, faults.filter(isFault)) : status('unknown', word)
}

function isVerdict(word: string): word is Word {
  return word in TONE
}

function isFault(word: string): word is Fault {
  return word in FAULT_WORDS
}
