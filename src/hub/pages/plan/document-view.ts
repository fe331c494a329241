import { type Html, html, nothing } from '../../../look/html.ts'
import { status } from '../../../look/status.ts'
import { type Block, markdownBlocks } from '../../../readiness/document/markdown-blocks.ts'
import type { PlanDocument, PlanEntry, PlanLine, PlanSection } from '../../../readiness/document/plan-document.ts'
import type { Piece } from '../../../readiness/document/written-words.ts'
import type { PlanComplaint } from '../../../readiness/plan/plan-complaint.ts'
import type { PlanFiles } from '../../../readiness/readiness.ts'

/** The whole plan, chapter by chapter, with what the check says beside its place and every blank visible. */
export function documentView(document: PlanDocument, files: PlanFiles): Html {
  const procedures = [...files].filter(([name]) => name.endsWith('.md'))
  return html`${document.besides.map(complaintView)}<nav aria-label="Chapters" class="no-print chapters"><ol>${document.sections.map(
    ({ part, title }) => html`<li><a href="#plan-${part}">${title}</a></li>`,
  )}${procedures.length === 0 ? nothing : html`<li><a href="#plan-steps">The steps of each procedure</a></li>`}</ol></nav>
${document.sections.map(sectionView)}${
  procedures.length === 0
    ? nothing
    : html`<section class="stack chapter" id="plan-steps"><h2>The steps of each procedure</h2>${procedures.map(([name, text]) => procedureView(name, text))}</section>`
}`
}

function sectionView({ part, title, answers, groups, said }: PlanSection): Html {
  return html`<section class="stack chapter" id="plan-${part}"><h2>${title}</h2><p class="soft">${answers}</p>${said.map(complaintView)}${
    groups.length === 0 ? html`<p>${status('unknown', 'nothing is written here yet')}</p>` : nothing
  }${groups.map(
    (group) =>
      html`${group.title === undefined ? nothing : html`<h3 class="group">${group.title}</h3>`}<div class="entries">${group.entries.map((entry) => entryView(entry, group.title === undefined ? 'h3' : 'h4'))}</div>`,
  )}</section>`
}

function entryView({ anchor, id, name, lines, said }: PlanEntry, heading: 'h3' | 'h4'): Html {
  const words = html`${pieceView(name)}${id === undefined ? nothing : html` <span class="id soft small">${id}</span>`}`
  return html`<article class="entry" id="${anchor}">${heading === 'h3' ? html`<h3>${words}</h3>` : html`<h4>${words}</h4>`}${said.map(complaintView)}${
    lines.length === 0 ? nothing : html`<dl class="facts">${lines.map(lineView)}</dl>`
  }</article>`
}

function lineView({ label, rows, said }: PlanLine): Html {
  const row = (pieces: readonly Piece[]): Html => html`${pieces.map((piece) => html`${pieceView(piece)} `)}`
  const [only, more] = rows
  const words =
    only === undefined || more === undefined
      ? row(only ?? [])
      : html`<ul class="rows">${rows.map((one) => html`<li>${row(one)}</li>`)}</ul>`
  return html`<dt>${label}</dt><dd>${words}${said.map(complaintView)}</dd>`
}

function pieceView({ text, blank }: Piece): Html {
  return blank ? html`<span class="blank">${status('unknown', 'still to be written')}: ${text}</span>` : html`${text}`
}

/** Beside the place it is about; the sentence stands as the check says it. */
function complaintView({ weight, says, instead }: PlanComplaint): Html {
  const tone = weight === 'error' ? 'act' : 'watch'
  const sentence = /[.?!]$/.test(says) ? says : `${says}.`
  return html`<div class="said ${tone}">${status(tone, weight === 'error' ? 'wrong' : 'look at this')} <span>${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}${instead === '' ? nothing : html` <span class="soft">Better: ${instead}.</span>`}</span></div>`
}

function procedureView(name: string, text: string): Html {
  const [first, ...rest] = markdownBlocks(text)
  const titled = first?.kind === 'heading'
  return html`<article class="entry procedure" id="${anchorOf(name)}"><h3>${titled ? first.text : name} <span class="id soft small">${name}</span></h3>${(titled ? rest : [first, ...rest]).map((block) => (block === undefined ? nothing : blockView(block)))}</article>`
}

function anchorOf(name: string): string {
  return `steps-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`
}

function blockView(block: Block): Html {
  if (!('lines' in block)) return block.kind === 'heading' ? html`<h4>${line(block)}</h4>` : html`<p>${line(block)}</p>`
  const lines = block.lines.map((one) => html`<li>${line(one)}</li>`)
  return block.kind === 'steps' ? html`<ol>${lines}</ol>` : html`<ul class="points">${lines}</ul>`
}

function line({ text, blank }: { text: string; blank: boolean }): Html {
  return blank ? html`<span class="blank">${status('unknown', 'still to be written')}: ${text}</span>` : html`${text}`
}
