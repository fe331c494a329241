import { z } from 'zod'
import { didYouMean } from '../../base/did-you-mean.ts'
import { Failure } from '../../base/failure.ts'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import { EVIDENCE_KINDS, type EvidenceKind } from './evidence.ts'
import type { NewEvidence } from './record.ts'

/** What a person writes down of something that only a person can see, as it was typed. */
export type WrittenByHand = {
  kind: string
  about: string
  outcome: string
  because: string
  /** When it was seen or done, as ISO 8601; now, when left out. */
  at?: string | undefined
  people?: readonly string[] | undefined
  /** `copy age=3600 s`, `rows=1200`, `counted by=two people`. */
  measured?: readonly string[] | undefined
  artefact?: NewEvidence['artefact']
}

const CLOCKS_DIFFER = 5 * MINUTE
/** Spans that a record keeps as they were written. */
const KEPT = ['ms', 's', 'd']
/** With its zone: a moment that could be an hour off is none. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
/** Spans as a plan writes them, kept in s; the longer words that people write for the same. */
const SPANS: { readonly [unit: string]: number } = {
  ms: 1,
  s: SECOND,
  m: MINUTE,
  min: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
}
export const UNITS: readonly string[] = [...Object.keys(SPANS), '%', 'bytes', 'rows', 'count']
const subject = z
  .string()
  .max(120)
  .regex(/^[a-z][a-z-]{0,39}(:[a-z0-9][a-z0-9._-]{0,79}){0,2}$/)
const because = z.string().trim().min(3).max(2000)
const outcome = z.enum(['held', 'failed', 'unclear'])
const person = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,39}$/)

/** Permanent Failure with everything that is wrong with it, one line each. */
export function readByHand(written: WrittenByHand, now: Instant): NewEvidence {
  const wrong: string[] = []
  const good = <Value>(read: { data?: Value | undefined }, says: string): Value | undefined => {
    if (read.data === undefined) wrong.push(says)
    return read.data
  }
  if (!isKind(written.kind))
    wrong.push(
      `there is no kind of evidence "${written.kind}".${didYouMean(written.kind, Object.keys(EVIDENCE_KINDS))} The kinds: ${Object.keys(EVIDENCE_KINDS).join(', ')}`,
    )
  const at = written.at === undefined ? now : Date.parse(written.at)
  if (Number.isNaN(at)) wrong.push(`"${written.at}" is no time: write it like 2026-11-23T14:30:00-06:00`)
  else if (at > now + CLOCKS_DIFFER) wrong.push('evidence is of what was seen, and this time has not come yet')
  const measured = (written.measured ?? []).map((text) => {
    const read = measuredOf(text)
    if (read === undefined)
      wrong.push(`"${text}" is no measure: write it like took=90m, or rows=48; the units are ${UNITS.join(', ')}`)
    return read
  })
  const read = {
    subject: good(
      subject.safeParse(written.about),
      `"${written.about}" is no subject: write a word of the plan and an id, such as backup:ehr-backup, site:riverside or plan`,
    ),
    outcome: good(
      outcome.safeParse(written.outcome),
      `the outcome is held, failed or unclear, not "${written.outcome}"`,
    ),
    because: good(because.safeParse(written.because), 'say in a sentence or two what was seen, without patient data'),
    people: (written.people ?? []).map((one) =>
      good(person.safeParse(one), `"${one}" is no id of a person of the plan`),
    ),
  }
  if (wrong.length > 0 || !isKind(written.kind) || !read.subject || !read.outcome || !read.because)
    throw new Failure('permanent', `Nothing was written down:\n${wrong.map((one) => `- ${one}`).join('\n')}`)
  return {
    kind: written.kind,
    subject: read.subject,
    outcome: read.outcome,
    because: read.because,
    at,
    measured: measured.filter((one) => one !== undefined),
    people: read.people.filter((one) => one !== undefined),
    artefact: written.artefact,
  }
}

function isKind(text: string): text is EvidenceKind {
  return Object.hasOwn(EVIDENCE_KINDS, text)
}

function measuredOf(text: string): NewEvidence['measured'][number] | undefined {
  const [, what, said] = /^([^=]{1,60})=(.{1,200})$/.exec(text.trim()) ?? []
  if (what === undefined || said === undefined) return undefined
  const [, number, unit] = /^(-?\d+(?:\.\d+)?)(?: ?([a-z%]+))?$/.exec(said.trim()) ?? []
  const moment = MOMENT.test(said.trim()) ? Date.parse(said.trim()) : Number.NaN
  if (!Number.isNaN(moment)) return { what: what.trim(), value: moment, unit: 'instant' }
  if (number === undefined) return { what: what.trim(), value: said.trim(), unit: 'text' }
  if (unit !== undefined && !UNITS.includes(unit)) return undefined
  const span = unit === undefined || KEPT.includes(unit) ? undefined : SPANS[unit]
  if (span !== undefined) return { what: what.trim(), value: (Number(number) * span) / SECOND, unit: 's' }
  return { what: what.trim(), value: Number(number), unit: unit ?? 'count' }
}

const MEDIA: { [ending: string]: string } = {
  csv: 'text/csv',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  log: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
}

/** By the ending of its name. */
export function mediaTypeOf(name: string): string {
  return MEDIA[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}
