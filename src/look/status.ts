import { type Html, html } from './html.ts'

/** What a person should feel: nothing to do, keep an eye on it, somebody must act, nobody knows. Unknown is never drawn like fine. */
export type Tone = 'fine' | 'watch' | 'act' | 'unknown'

const SHAPES = { fine: '●', watch: '▲', act: '■', unknown: '◌' } as const satisfies Record<Tone, string>

/** A status: its shape, its word, its colour. */
export function status(tone: Tone, word: string, look: 'plain' | 'pill' = 'plain'): Html {
  return html`<span class="status ${tone}${look === 'pill' ? ' pill' : ''}"><span class="shape" aria-hidden="true">${SHAPES[tone]}</span>${word}</span>`
}

/** A paragraph that somebody should read first. */
export function note(tone: Tone, heading: string, body: Html | string): Html {
  return html`<div class="note ${tone}" role="${tone === 'act' ? 'alert' : 'note'}"><h2>${status(tone, heading)}</h2><div>${body}</div></div>`
}
