import type { PlanPart } from '../readiness.ts'

/** One input of a form. `of`: one thing of the plan is chosen. */
export type Leaf = {
  key: string
  label: string
  hint?: string
  kind: 'text' | 'email' | 'tel' | 'day' | 'moment' | 'time' | 'choice'
  of?: 'person' | 'site'
  options?: readonly (readonly [value: string, label: string])[]
  required?: boolean
}
/** People one after the other. */
type Order = { key: string; label: string; hint?: string; kind: 'order' }
/** What a form asks for, key by key of the entry (`contract.until`: within another). Keys that no form asks for stay as they are. */
export type Asked =
  | Leaf
  | Order
  | { key: string; label: string; hint?: string; kind: 'ticks' }
  | { key: string; label: string; hint?: string; kind: 'week' }
  | { key: string; label: string; hint?: string; kind: 'agreement' }
  | { key: string; label: string; hint?: string; kind: 'rows'; one: string; columns: readonly (Leaf | Order)[] }

export const CARD_KINDS = ['person', 'roster', 'site', 'vendor'] as const
export type CardKind = (typeof CARD_KINDS)[number]
/** A thing of the plan that people change on a page: where it stands, and what is asked. `begins`: a new one may be written. */
export type Card = {
  kind: CardKind
  part: PlanPart
  list: string
  title: string
  begins: boolean
  asks: readonly Asked[]
}

const PHONE_KINDS = [
  ['mobile', 'mobile'],
  ['home', 'home'],
  ['pager', 'pager'],
  ['desk', 'on the desk: silent at night'],
] as const
const TURNS = [
  ['1w', 'every week'],
  ['1d', 'every day'],
  ['2w', 'every 2 weeks'],
  ['4w', 'every 4 weeks'],
] as const
const HOURS = 'Like 07:00-18:00, or 08:00-12:00, 13:00-17:00; or all day; or closed.'
const SPAN = 'Like 15m, 4h or 1d.'

/** What the non-technical people of a practice own, and how it is asked for. The rest of the plan is changed in its files. */
export const CARDS: Readonly<Record<CardKind, Card>> = {
  person: {
    kind: 'person',
    part: 'people',
    list: 'people',
    title: 'People, telephones and leave',
    begins: true,
    asks: [
      { key: 'name', label: 'Name', kind: 'text', required: true },
      { key: 'title', label: 'What they do', kind: 'text' },
      { key: 'site', label: 'Site', kind: 'choice', of: 'site' },
      { key: 'email', label: 'E-mail', kind: 'email' },
      {
        key: 'phones',
        label: 'Telephones',
        hint: 'In the order in which to try them. Empty a line to take it out.',
        kind: 'rows',
        one: 'Telephone',
        columns: [
          { key: 'number', label: 'Number', kind: 'tel' },
          { key: 'kind', label: 'It rings', kind: 'choice', options: PHONE_KINDS },
        ],
      },
      {
        key: 'leave',
        label: 'Leave',
        hint: 'Whole days, the first and the last included. Who is on leave is passed over on every roster. Empty a line to take it out.',
        kind: 'rows',
        one: 'Leave',
        columns: [
          { key: 'from', label: 'First day', kind: 'day' },
          { key: 'to', label: 'Last day', kind: 'day' },
        ],
      },
      { key: 'roles', label: 'Parts in a downtime', kind: 'ticks' },
    ],
  },
  roster: {
    kind: 'roster',
    part: 'roster',
    list: 'rosters',
    title: 'Who is on call',
    begins: false,
    asks: [
      {
        key: 'overrides',
        label: 'Exchanges',
        hint: 'Somebody stands in from one moment to another; this wins over every turn. Times are those of the wall clock. Empty a line to take it out.',
        kind: 'rows',
        one: 'Exchange',
        columns: [
          { key: 'person', label: 'Who stands in', kind: 'choice', of: 'person' },
          { key: 'from', label: 'From', kind: 'moment' },
          { key: 'to', label: 'Until', kind: 'moment' },
          { key: 'because', label: 'Why', kind: 'text' },
        ],
      },
      {
        key: 'rotations',
        label: 'Turns',
        hint: 'People take turns in this order. The second line of turns stands in when the first is on leave.',
        kind: 'rows',
        one: 'Line of turns',
        columns: [
          { key: 'people', label: 'In this order', kind: 'order' },
          { key: 'starts', label: 'First turn began on', kind: 'day' },
          { key: 'at', label: 'Changes at', hint: 'On the wall clock, like 08:00.', kind: 'time' },
          { key: 'every', label: 'The turn changes', kind: 'choice', options: TURNS },
        ],
      },
    ],
  },
  site: {
    kind: 'site',
    part: 'sites',
    list: 'sites',
    title: 'Sites and opening hours',
    begins: false,
    asks: [
      { key: 'phone', label: 'Telephone that patients call', kind: 'tel' },
      { key: 'address', label: 'Address', kind: 'text' },
      { key: 'hours', label: 'Opening hours', hint: HOURS, kind: 'week' },
      {
        key: 'exceptions',
        label: 'Days that are not like their weekday',
        hint: 'Holidays, short days. One day: leave the last day empty. Empty a line to take it out.',
        kind: 'rows',
        one: 'Other day',
        columns: [
          { key: 'on', label: 'Day', kind: 'day' },
          { key: 'to', label: 'Last day', kind: 'day' },
          { key: 'hours', label: 'Hours', hint: 'Like 08:00-12:00, or closed.', kind: 'text' },
          { key: 'because', label: 'Why', kind: 'text' },
        ],
      },
      { key: 'leads', label: 'Who leads it in a downtime', hint: 'Three, so that one is there.', kind: 'order' },
    ],
  },
  vendor: {
    kind: 'vendor',
    part: 'vendors',
    list: 'vendors',
    title: 'Vendors',
    begins: true,
    asks: [
      { key: 'name', label: 'Name', kind: 'text', required: true },
      { key: 'provides', label: 'What they do for us', kind: 'text' },
      { key: 'account', label: 'Account number', hint: 'They ask for it before they listen.', kind: 'text' },
      {
        key: 'tiers',
        label: 'Whom to call',
        hint: 'From the first number to the person who can decide. Empty a line to take it out.',
        kind: 'rows',
        one: 'Step',
        columns: [
          { key: 'name', label: 'Who', kind: 'text' },
          { key: 'phone', label: 'Telephone', kind: 'tel' },
          { key: 'email', label: 'E-mail', kind: 'email' },
          { key: 'answersWithin', label: 'Answers within', hint: SPAN, kind: 'text' },
        ],
      },
      {
        key: 'severities',
        label: 'Their words for how bad it is',
        kind: 'rows',
        one: 'Severity',
        columns: [
          { key: 'ours', label: 'What we see', kind: 'text' },
          { key: 'say', label: 'What to say', kind: 'text' },
          { key: 'answersWithin', label: 'Answers within', hint: SPAN, kind: 'text' },
        ],
      },
      { key: 'contract.hours', label: 'When they answer', hint: HOURS, kind: 'week' },
      { key: 'contract.until', label: 'The contract ends on', kind: 'day' },
      {
        key: 'associate',
        label: 'Business associate agreement',
        hint: 'With everybody who may see patient data (45 CFR 164.308(b)).',
        kind: 'agreement',
      },
    ],
  },
}
