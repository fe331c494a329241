import type { AppointmentStatus } from '../../chart/chart.ts'
import type { Segment } from './message.ts'

/** What an SIU's trigger says of the visit, whatever SCH-25 says. */
const BY_TRIGGER: { [trigger: string]: AppointmentStatus | undefined } = {
  S15: 'cancelled',
  S16: 'cancelled',
  S26: 'no-show',
}

/** The status that a message gives a visit by its trigger alone. */
export function endingStatus(trigger: string): AppointmentStatus | undefined {
  return BY_TRIGGER[trigger]
}

/** A new and a moved visit is booked where nothing else is said; any other message that says no status leaves the one that is known. */
const BOOKS = new Set(['S12', 'S13'])

export type StatusSaid = { status?: AppointmentStatus; statusSaid?: string }

export function statusSaidBy(trigger: string, sch: Segment): StatusSaid {
  const byTrigger = BY_TRIGGER[trigger]
  if (byTrigger !== undefined) return { status: byTrigger }
  const said = [sch.get(25), sch.get(25, 2)].filter((word) => word !== '')
  if (said.length === 0) return BOOKS.has(trigger) ? { status: 'booked' } : {}
  const known = said.map(statusOfWord).find((status) => status !== undefined)
  return known === undefined ? { status: 'unknown', statusSaid: said.at(-1) ?? '' } : { status: known }
}

/** Whole statements only: "Not arrived" is not "arrived". Undefined for words that are not known here. */
function statusOfWord(word: string): AppointmentStatus | undefined {
  return WORDS.get(word.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ''))
}

/** HL7 table 0278, and the words that systems put in its place; without spaces and hyphens. */
const STATUS_WORDS: [AppointmentStatus, string][] = [
  ['booked', 'booked scheduled confirmed rescheduled new open overbook overbooked'],
  ['arrived', 'arrived checkedin checkin present here waiting'],
  ['in-room', 'inroom roomed inexamroom started inprogress withprovider'],
  ['checked-out', 'complete completed checkedout checkout fulfilled finished done'],
  ['cancelled', 'cancelled canceled cancel deleted delete dc discontinued'],
  ['no-show', 'noshow noshowed didnotattend dna'],
  ['pending', 'pending waitlist waitlisted proposed tentative requested'],
  ['left-without-being-seen', 'leftwithoutbeingseen leftwithouttreatment lwbs'],
]
const WORDS = new Map(
  STATUS_WORDS.flatMap(([status, words]) =>
    words.split(' ').map((word): [string, AppointmentStatus] => [word, status]),
  ),
)
