import { type Html, html, raw } from './html.ts'

/** What a person should feel: nothing to do, keep an eye on it, somebody must act, nobody knows. Unknown is never drawn like fine. */
export type Tone = 'fine' | 'watch' | 'act' | 'unknown'

/** ● ▲ ■ ◌, drawn: the same size whatever fonts a clinic's PC has, and there on paper too. */
const SHAPES = {
  fine: '<circle cx="6" cy="6" r="5.5"/>',
  watch: '<path d="M6 .5 12 11.5H0z"/>',
  act: '<path d="M1 1h10v10H1z"/>',
  unknown:
    '<circle cx="6" cy="6" r="4.8" fill="none" stroke="currentColor" stroke-width="2.2" stroke-dasharray="3 2.03"/>',
} as const satisfies Record<Tone, string>

/** A status: its shape, its word, its colour. */
export function status(tone: Tone, word: string, look: 'plain' | 'pill' = 'plain'): Html {
  return html`<span class="status ${tone}${look === 'pill' ? ' pill' : ''}"><svg class="shape" aria-hidden="true" viewBox="0 0 12 12">${raw(SHAPES[tone])}</svg>${word}</span>`
}

/** A paragraph that somebody should read first. */
export function note(tone: Tone, heading: string, body: Html | string): Html {
  return html`<div class="note ${tone}" role="${tone === 'act' ? 'alert' : 'note'}"><h2>${status(tone, heading)}</h2><div>${body}</div></div>`
}
