import { DAY, type Instant, MINUTE } from '../../src/base/time.ts'
import { addDays, type Day, instantAt } from '../../src/base/zone.ts'
import { type Chance, chanceOf } from './chance.ts'
import type { Identity } from './identity.ts'
import { type Practice, patientOf } from './practice.ts'
import type { AppointmentRow } from './rows.ts'
import { SITES } from './sites.ts'
import type { Physician } from './staff.ts'

/** How far the book is laid out around today. */
const BOOK = { daysBack: 30, daysAhead: 14 } as const

const SLOT_MINUTES = 20
const MORNING_SLOTS = 12
const SLOTS = 24
const FILLED = 0.835

export function bookDays(today: Day): Day[] {
  return Array.from({ length: BOOK.daysBack + BOOK.daysAhead + 1 }, (_, nth) => addDays(today, nth - BOOK.daysBack))
}

/**
 * The book of one day as it stands at `now`: about 1,600 visits on a working day, a Saturday clinic at the two largest sites, nothing on
 * Sunday. The practice's own `today` always has a working day's book, even on a weekend: whoever tries the sample on a Sunday must see a
 * clinic at work. Lunches are in it as blocks without a patient.
 */
export function dayBook(practice: Practice, day: Day, now: Instant): AppointmentRow[] {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  const working = (weekday > 0 && weekday < 6) || day === practice.today
  if (!working && weekday === 0) return []
  const morning = instantAt(day, '08:00', practice.zone)
  const afternoon = instantAt(day, '13:00', practice.zone)
  const firstId = dayNumber(day) * 4096
  return practice.staff.physicians.flatMap((physician, at) => {
    if (!working && (at % 8 !== 0 || !['harbor-main', 'riverside'].includes(physician.site_id))) return []
    const chance = chanceOf(practice.seed, 'book', dayNumber(day), at)
    const panel = panelOf(practice, at, chance)
    const rows: AppointmentRow[] = [lunch(physician, firstId + at * 32 + 31, afternoon)]
    for (let slot = 0; slot < (working ? SLOTS : MORNING_SLOTS); slot++) {
      if (!chance.happens(FILLED)) continue
      const patientId = panel()
      if (patientId === undefined) break
      const who = patientOf(practice, patientId)
      const startsAt =
        slot < MORNING_SLOTS
          ? morning + slot * SLOT_MINUTES * MINUTE
          : afternoon + (slot - MORNING_SLOTS) * SLOT_MINUTES * MINUTE
      if (who.deceased || Date.parse(who.bornOn) > startsAt) continue
      rows.push({
        appointment_id: firstId + at * 32 + slot,
        site_id: physician.site_id,
        room: roomOf(physician, slot),
        provider_id: physician.staff_id,
        patient_id: patientId,
        starts_at: startsAt,
        minutes: SLOT_MINUTES,
        ...visitOf(chance, who),
        status: statusAt(chance, startsAt, now),
      })
    }
    return rows
  })
}

/** Patients of the physician's panel in an order of the day's own, each once: steps of a prime length around the ring. */
function panelOf(practice: Practice, at: number, chance: Chance): () => number | undefined {
  const physicians = practice.staff.physicians.length
  const size = Math.floor((practice.patients - 1 - at) / physicians) + 1
  const offset = chance.whole(0, Math.max(0, size - 1))
  const step = [7919, 6101, 4337, 3571].find((prime) => size % prime !== 0) ?? 1
  let taken = 0
  return () => {
    if (taken >= size) return undefined
    const place = (offset + taken * step) % size
    taken++
    return at + 1 + place * physicians
  }
}

/** Days since 2020-01-01; a day's appointment ids start at 4096 times this. */
function dayNumber(day: Day): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse('2020-01-01T00:00:00Z')) / DAY)
}

function roomOf(physician: Physician, slot: number): string {
  const site = SITES.find((one) => one.siteId === physician.site_id)
  return `Room ${1 + ((physician.panelNo * 2 + (slot % 2)) % (site?.rooms ?? 10))}`
}

function lunch(physician: Physician, id: number, afternoon: Instant): AppointmentRow {
  return {
    appointment_id: id,
    site_id: physician.site_id,
    room: null,
    provider_id: physician.staff_id,
    patient_id: null,
    starts_at: afternoon - 60 * MINUTE,
    minutes: 60,
    visit_type: 'Block',
    reason: 'Lunch',
    status: 'booked',
  }
}

function visitOf(chance: Chance, who: Identity): Pick<AppointmentRow, 'visit_type' | 'reason'> {
  if (who.age < 3)
    return {
      visit_type: 'Well child',
      reason: chance.pick(['Well child, vaccines', 'Weight check', 'Fever since yesterday']),
    }
  const illness = who.illnesses.length > 0 && chance.happens(0.75) ? chance.pick(who.illnesses) : undefined
  if (illness !== undefined) return { visit_type: 'Follow-up', reason: illness.reason }
  return chance.weighted([
    [{ visit_type: 'Annual visit', reason: who.age < 18 ? 'School physical' : 'Annual physical' }, 4],
    [
      {
        visit_type: 'Sick visit',
        reason: chance.pick(['Cough and fever', 'Sore throat', 'Ear pain', 'Rash', 'Abdominal pain, since Tuesday']),
      },
      5,
    ],
    [{ visit_type: 'New patient', reason: 'Establish care' }, 1],
    [{ visit_type: 'Procedure', reason: chance.pick(['Suture removal', 'Mole removal', 'Joint injection']) }, 1],
    [{ visit_type: 'Nurse visit', reason: chance.pick(['Flu vaccine', 'Blood pressure check', 'Blood draw']) }, 1],
    [{ visit_type: 'Telehealth', reason: null }, 1],
  ])
}

/** What has become of a visit by `now`. */
function statusAt(chance: Chance, startsAt: Instant, now: Instant): AppointmentRow['status'] {
  const fate = chance.next()
  if (fate < 0.05) return 'cancelled'
  if (startsAt + 25 * MINUTE < now) return fate < 0.1 ? 'no-show' : fate < 0.104 ? 'left' : 'checked-out'
  if (startsAt < now) return fate < 0.15 ? 'arrived' : 'in-room'
  if (startsAt - 12 * MINUTE < now) return fate < 0.7 ? 'arrived' : 'booked'
  return fate < 0.09 ? 'pending' : 'booked'
}
