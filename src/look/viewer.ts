import { type Html, html, nothing } from './html.ts'
import { documentEnd, documentHead, sampleBanner } from './page.ts'

export type ViewerFrame = {
  title: string
  siteName: string
  practiceName: string
  sample: boolean
  /** "as of 6:05 AM (47 min old)", or what else is known of the age; always said. */
  asOf: string
  /** Past its limit: the frame turns red and `asOf` says so in words. */
  expired: boolean
  nav: readonly { href: string; label: string }[]
  at?: string
  /** The search box stands on every page of someone who may search. */
  search?: { action: string; value: string }
  person?: { name: string; csrf: string }
  live?: string
  body: Html
}

/**
 * The lockbox viewer's page: amber frame, READ ONLY and the age on every page (SAFER guide 2.4: it cannot be mistaken for the live EHR).
 * Whatever needs saying before the page's own content goes into `body`.
 */
export function viewerPage(frame: ViewerFrame): Html {
  return html`${documentHead(`${frame.title} · READ ONLY · ${frame.siteName}`, frame.live, frame.expired ? 'viewer expired' : 'viewer')}
<header class="viewer-bar"><span class="read-only">READ ONLY</span><span class="as-of">${frame.asOf}</span><span class="where"><span class="wide">Downtime viewer · </span>${frame.siteName}${
    frame.person === undefined
      ? nothing
      : html` · ${frame.person.name} · <form method="post" action="/sign-out" class="inline"><input type="hidden" name="csrf" value="${frame.person.csrf}"><button class="link">Lock and leave</button></form>`
  }</span></header>${sampleBanner(frame.sample)}
<div class="viewer-nav"><nav aria-label="Main"><ul>${frame.nav.map(
    (entry) =>
      html`<li><a href="${entry.href}"${entry.href === frame.at ? html` aria-current="page"` : nothing}>${entry.label}</a></li>`,
  )}</ul></nav>${
    frame.search === undefined
      ? nothing
      : html`<form method="get" action="${frame.search.action}" role="search"><label class="visually-hidden" for="viewer-search">Find a patient by name, date of birth, phone or MRN</label><input id="viewer-search" data-search name="q" type="search" value="${frame.search.value}" placeholder="Name, birth date, phone, MRN" autocomplete="off"><button>Find</button></form>`
  }</div><main id="main">${frame.body}</main>${documentEnd}`
}
