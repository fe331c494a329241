import { MARK } from './assets.ts'
import { type Html, html, nothing, raw } from './html.ts'
import { icon } from './icon.ts'
import { status } from './status.ts'

/**
 * Entries of one `group` stand together, apart from the others. `calm`: what it counts waits, and nobody need hurry; it is told at its own line
 * only.
 */
export type NavEntry = {
  group?: string
  href: string
  label: string
  icon: string
  count?: number
  calm?: boolean
}

export type PageFrame = {
  /** What this page is: its heading and, with the program's name, the window's title. */
  title: string
  /** The answer to the page's question, as one sentence with its because. */
  headline?: Html | string
  body: Html
  /** Where this page stands ("Sites"). */
  crumbs?: readonly { href: string; label: string }[]
  practiceName?: string
  sample?: boolean
  nav?: readonly NavEntry[]
  /** The nav entry that this page belongs to. */
  at?: string
  person?: { name: string; csrf: string }
  /** Address of the event stream that says when to look again (`/live?subjects=sites,packs`); leave out for pages that stand still. */
  live?: string
  help?: string
  /** A short page with one job (sign-in). */
  centred?: boolean
}

const SAMPLE_WORDS = 'Sample practice. Every person in it is invented.'

export function sampleBanner(sample: boolean | undefined): Html {
  return sample === true
    ? html`<div class="sample-banner" role="region" aria-label="About this practice">${SAMPLE_WORDS}</div>`
    : nothing
}

/** The start of every document, up to and with `<body>`. `bodyClass` is of the caller's own words. */
export function documentHead(title: string, live: string | undefined, bodyClass = ''): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="icon" href="/look/favicon.svg" type="image/svg+xml"><link rel="stylesheet" href="/look/holdfast.css"><script type="module" src="/look/live.js"></script></head>
<body class="${bodyClass}"${live === undefined ? nothing : html` data-live="${live}"`}><a class="skip" href="#main">Skip to the content</a>`
}

export const documentEnd: Html = raw(
  '<div id="live-lost" class="live-lost" role="status" hidden>This page has lost its line to the program and shows what it last heard. It looks again by itself.</div></body></html>',
)

function navList(frame: PageFrame): Html {
  const groups = Map.groupBy(frame.nav ?? [], ({ group }) => group)
  return html`${[...groups].map(
    ([group, entries]) =>
      html`<ul class="nav"${group === undefined ? nothing : html` aria-label="${group}"`}>${entries.map((entry) => navLine(entry, frame.at))}</ul>`,
  )}`
}

function navLine(entry: NavEntry, at: string | undefined): Html {
  return html`<li><a href="${entry.href}"${entry.href === at ? html` aria-current="page"` : nothing}><span>${icon(entry.icon)}${entry.label}</span>${
    entry.count === undefined || entry.count === 0
      ? nothing
      : html`<span class="count${entry.calm === true ? ' calm' : ''}">${entry.count}<span class="visually-hidden"> need someone</span></span>`
  }</a></li>`
}

/** What waits inside the folded menu is said outside it. */
function menuCount(nav: readonly NavEntry[]): Html {
  const count = nav.reduce((sum, entry) => sum + (entry.calm === true ? 0 : (entry.count ?? 0)), 0)
  return html`<span class="menu-count">${count === 0 ? nothing : status('act', countWords(count))}</span>`
}

const countWords = (count: number): string => (count === 1 ? '1 alarm' : `${count} alarms`)

function who(frame: PageFrame): Html {
  if (frame.person === undefined) return nothing
  return html`<div class="who">${frame.person.name}<br><a href="/account">My account</a> · <form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${frame.person.csrf}"><button class="link">Sign out</button></form>${
    frame.help === undefined ? nothing : html` · <a data-help href="${frame.help}">Help</a>`
  }</div>`
}

const mark = raw(`<svg viewBox="0 0 24 24" aria-hidden="true">${MARK}</svg>`)

/** A whole page of the hub (or of the sample's own server). The site's viewer has a frame of its own: see viewer.ts. */
export function page(frame: PageFrame): Html {
  const heading = html`${
    frame.crumbs === undefined
      ? nothing
      : html`<nav class="crumbs" aria-label="Where you are">${frame.crumbs.map((crumb) => html`<a href="${crumb.href}">${crumb.label}</a> › `)}</nav>`
  }<h1>${frame.title}</h1>${frame.headline === undefined ? nothing : html`<p class="headline">${frame.headline}</p>`}`
  const main = (above: Html): Html =>
    html`<main id="main"${frame.centred === true ? html` class="centred"` : nothing}><header>${above}${heading}</header><div class="stack-wide body">${frame.body}</div></main>`
  const brand =
    frame.practiceName === undefined
      ? nothing
      : html`<div class="brand-alone"><span class="brand">${mark}Holdfast</span><p class="practice">${frame.practiceName}</p></div>`
  const start = html`${documentHead(`${frame.title} · Holdfast`, frame.live)}${sampleBanner(frame.sample)}`
  if (frame.nav === undefined) return html`${start}${main(brand)}${documentEnd}`
  return html`${start}<div class="shell"><header class="side"><div><a class="brand" href="/">${mark}Holdfast</a><p class="practice">${frame.practiceName ?? ''}</p></div><nav aria-label="Main">${navList(frame)}</nav>${who(frame)}</header>
<header class="top"><details><summary>${mark}<strong>Holdfast</strong><span class="soft small">${frame.practiceName ?? ''}</span>${menuCount(frame.nav)}<span class="menu-word">Menu</span></summary><div class="menu"><nav aria-label="Menu">${navList(frame)}</nav>${who(frame)}</div></details></header>
${main(nothing)}</div>${documentEnd}`
}
