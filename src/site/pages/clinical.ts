import type { Instant } from '../../base/time.ts'
import { dayOf } from '../../base/zone.ts'
import type {
  AllergyIntolerance,
  Chart,
  CodeableConcept,
  Condition,
  DocumentReference,
  Immunization,
  MedicationStatement,
  Procedure,
  Section,
  SectionName,
  ServiceRequest,
} from '../../chart/chart.ts'
import { contradictionWords, SECTION_TITLES, sectionTone, sectionWords } from '../../chart/section-words.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { status } from '../../look/status.ts'
import { doubtsOfList, type ListRules, listAge } from './doubts.ts'
import { resultTable, vitalTable } from './observations.ts'

/** The lists of a chart, in the order in which physicians ask for them and each always in one place. A list that is missing says so; it never looks like an empty one. */
export function clinicalSections(chart: Chart, rules: ListRules): Html {
  const { zone } = rules.moment
  const part = <Entry>(
    name: SectionName,
    section: Section<Entry>,
    draw: (entries: Entry[]) => Html,
    title?: string,
  ): Html => sectionOf({ chart, rules }, name, section, draw, title)
  const columns = [
    [
      part('allergies', chart.allergies, (entries) => list(gravestFirst(entries), allergyLine)),
      part('medications', chart.medications, (entries) => list(entries, medicationLine)),
      part('problems', chart.problems, problemList),
    ],
    [
      part(
        'notes',
        chart.notes,
        (entries) => html`${entries.map((note, at) => noteBlock(note, zone, at === 0))}`,
        'Last assessment and plan',
      ),
      part('pending', chart.pending, (entries) => list(entries, (entry) => pendingLine(entry, zone))),
      part('vitals', chart.vitals, (entries) => vitalTable(entries, zone)),
    ],
    [
      part('results', chart.results, (entries) => resultTable(entries, zone), 'Lab and other results'),
      part('immunizations', chart.immunizations, (entries) => list(entries, immunizationLine)),
      part('procedures', chart.procedures, procedureList),
    ],
  ]
  return html`<div class="clinical by-column">${columns.map((column) => html`<div class="column">${column}</div>`)}</div>`
}

/** One list: its age where it is not that of the rest, what of it is in doubt, its lines, or the words for why there are none. */
export function sectionOf<Entry>(
  { chart, rules }: { chart: Chart; rules: ListRules },
  name: SectionName,
  section: Section<Entry>,
  draw: (entries: Entry[]) => Html,
  title = SECTION_TITLES[name],
): Html {
  const words = sectionWords(name, section)
  const contradiction = contradictionWords(section)
  const tone = sectionTone(name, section)
  const count =
    section.status === 'listed' && section.entries.length > 0
      ? html`<span class="soft small">${section.entries.length}</span>`
      : nothing
  const lines =
    words === undefined
      ? section.status === 'listed'
        ? draw(section.entries)
        : nothing
      : tone === 'danger'
        ? dangerLine(words)
        : html`<p class="${tone === 'none' ? 'none-known' : 'missing'}">${words}</p>`
  return html`<section class="part-${name}${tone === 'danger' ? ' danger' : ''}" aria-labelledby="part-${name}"><h2 id="part-${name}">${title} ${listAge(chart, name, rules)}${count}</h2>${
    contradiction === undefined
      ? nothing
      : tone === 'danger'
        ? dangerLine(contradiction)
        : html`<p class="doubt watch">${status('watch', contradiction)}</p>`
  }${doubtsOfList(chart, name, rules)}${lines}</section>`
}

function dangerLine(words: string): Html {
  return html`<p class="doubt verify">${status('act', words)}</p>`
}

function list<Entry extends { id: string }>(entries: Entry[], line: (entry: Entry) => Html): Html {
  return html`<ul class="entries">${entries.map((entry) => html`<li>${line(entry)}</li>`)}</ul>`
}

const said = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ')

function codeOf(concept: CodeableConcept): Html {
  const code = concept.codings.find(({ system }) => system.toLowerCase().includes('icd-10'))?.code
  return code === undefined ? nothing : html` <span class="soft mono small">${code}</span>`
}

const isGrave = ({ criticality, severity }: AllergyIntolerance): boolean =>
  criticality === 'high' || severity === 'severe'

function gravestFirst(entries: AllergyIntolerance[]): AllergyIntolerance[] {
  return entries.toSorted((a, b) => Number(isGrave(b)) - Number(isGrave(a)))
}

function allergyLine(entry: AllergyIntolerance): Html {
  const grave = isGrave(entry)
  return html`<strong${grave ? html` class="danger-word"` : nothing}>${entry.code.text}</strong>${
    entry.reaction === undefined ? html` <span class="soft">reaction not received</span>` : html` ${entry.reaction}`
  }${grave ? html` <span class="tag act">${entry.severity === 'severe' ? 'Severe' : 'High risk'}</span>` : entry.severity === undefined ? nothing : html` <span class="tag">${entry.severity}</span>`}${
    entry.verified ? nothing : html` <span class="soft small">not verified</span>`
  }`
}

const HIGH_RISK = { anticoagulant: 'Anticoagulant', insulin: 'Insulin', opioid: 'Opioid', other: 'High risk' } as const

/** A day whose hyphens do not break a line. */
function unbroken(day: string): string {
  return day.replaceAll('-', '\u2011')
}

function medicationLine(entry: MedicationStatement): Html {
  const tags = [
    ...(entry.highRisk === undefined ? [] : [html` <span class="tag act">${HIGH_RISK[entry.highRisk]}</span>`]),
    ...(entry.controlledSchedule === undefined
      ? []
      : [html` <span class="tag watch">C-${entry.controlledSchedule}</span>`]),
  ]
  const more = said(
    entry.start === undefined ? undefined : `since ${unbroken(entry.start)}`,
    entry.prescriber,
    entry.lastRefill === undefined ? undefined : `last refill ${unbroken(entry.lastRefill)}`,
  )
  return html`<strong>${entry.code.text}</strong>${tags}<br>${
    entry.dosage ?? html`<span class="missing">dose not received</span>`
  }${more === '' ? nothing : html` <span class="soft small">${more}</span>`}`
}

function problemList(entries: Condition[]): Html {
  const active = entries.filter(({ clinicalStatus }) => clinicalStatus !== 'resolved')
  const resolved = entries.filter(({ clinicalStatus }) => clinicalStatus === 'resolved')
  const line = (entry: Condition): Html =>
    html`${entry.clinicalStatus === 'active' ? html`<strong>${entry.code.text}</strong>` : entry.code.text}${codeOf(entry.code)}${
      entry.onset === undefined ? nothing : html` <span class="soft small">since ${entry.onset}</span>`
    }${entry.clinicalStatus === 'active' || entry.clinicalStatus === 'resolved' ? nothing : html` <span class="tag">${entry.clinicalStatus}</span>`}`
  return html`${active.length === 0 ? html`<p>No active problem is listed.</p>` : list(active, line)}${
    resolved.length === 0
      ? nothing
      : html`<details><summary>${resolved.length} resolved</summary>${list(resolved, line)}</details>`
  }`
}

function noteBlock(note: DocumentReference, zone: string, open: boolean): Html {
  const head = html`${dayOf(note.at, zone)} · ${said(note.kind, note.author, note.specialty)}`
  const text = html`<p class="note-text">${note.text}</p>`
  return open
    ? html`<p class="small"><strong>${head}</strong></p>${text}`
    : html`<details><summary>${head}</summary>${text}</details>`
}

const PENDING = {
  ordered: 'Ordered',
  collected: 'Collected',
  'resulted-unread': 'Result back, unread',
  overdue: 'Overdue',
} as const

function pendingLine(entry: ServiceRequest, zone: string): Html {
  const urgent = entry.status === 'overdue' || entry.status === 'resulted-unread'
  const on = (at: Instant | undefined): string => (at === undefined ? 'day not received' : dayOf(at, zone))
  return html`<strong>${entry.code.text}</strong> <span class="tag${urgent ? ' act' : ''}">${PENDING[entry.status]}</span><br><span class="soft small">${said(entry.kind, `ordered ${on(entry.orderedAt)}`, entry.orderedBy)}</span>`
}

function immunizationLine(entry: Immunization): Html {
  return html`${entry.code.text}${entry.due === true ? html` <span class="tag watch">Due</span>` : html` <span class="soft small">${said(entry.day ?? 'day not received', entry.lot === undefined ? undefined : `lot ${entry.lot}`)}</span>`}`
}

function procedureList(entries: Procedure[]): Html {
  const first = entries.toSorted((a, b) => Number(b.implant === true) - Number(a.implant === true))
  return list(
    first,
    (entry) =>
      html`${entry.implant === true ? html`<strong>${entry.code.text}</strong> <span class="tag act">Implant: ask before MRI</span>` : entry.code.text} <span class="soft small">${entry.day ?? 'day not received'}</span>`,
  )
}
