import { type Html, html, nothing } from '../../../look/html.ts'

const TABS = [
  ['/plan', 'The plan'],
  ['/plan/on-call', 'On call'],
  ['/plan/reviews', 'Reviews'],
  ['/plan/versions', 'Versions'],
  ['/plan/edit', 'Change it'],
  ['/plan/print', 'On paper'],
] as const

/** The pages of the plan; `reviews` waits to be looked over. */
export function planTabs(at: (typeof TABS)[number][0], reviews: number): Html {
  return html`<nav aria-label="Pages of the plan" class="no-print"><ul class="tabs">${TABS.map(
    ([href, label]) =>
      html`<li><a href="${href}"${href === at ? html` aria-current="page"` : nothing}>${label}${
        href === '/plan/reviews' && reviews > 0 ? ` (${reviews})` : ''
      }</a></li>`,
  )}</ul></nav>`
}
