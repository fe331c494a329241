import type pg from 'pg'
import { type Instant, MINUTE } from '../../src/base/time.ts'
import { type Chance, chanceOf } from './chance.ts'
import { SUBSTANCES } from './clinical.ts'
import { flagOf, LABS, type Lab, type LabName, rangeInWords } from './labs.ts'

/**
 * What happens in the EHR while people work: each move is one transaction and says in a few words what it did, or undefined when there was
 * nothing to do it with. Words never name a patient.
 */
export type Move = { name: string; weight: number; make(hand: Hand): Promise<string | undefined> }

export type Hand = {
  client: pg.Client
  chance: Chance
  now: Instant
  /** The next free id of a table, above everything that the generator makes. */
  newId(table: 'appointment' | 'allergy' | 'test_order' | 'test_result' | 'visit_note' | 'user_session'): number
}

/** Ids of moves start here; the generator stays below. */
export const FIRST_MOVED_ID = 2 ** 30

export const MOVES: readonly Move[] = [
  { name: 'sign in', weight: 8, make: signIn },
  { name: 'sign out', weight: 6, make: signOut },
  { name: 'work', weight: 14, make: work },
  { name: 'begin a note', weight: 7, make: beginNote },
  { name: 'sign a note', weight: 7, make: signNote },
  { name: 'arrive', weight: 12, make: arrive },
  { name: 'room', weight: 11, make: room },
  { name: 'check out', weight: 11, make: checkOut },
  { name: 'book', weight: 8, make: book },
  { name: 'move', weight: 5, make: moveAppointment },
  { name: 'cancel', weight: 4, make: cancel },
  { name: 'order a test', weight: 6, make: orderTest },
  { name: 'result', weight: 9, make: result },
  { name: 'read a result', weight: 6, make: readResult },
  { name: 'add an allergy', weight: 2, make: addAllergy },
  { name: 'change a telephone', weight: 2, make: changePhone },
]

type Id = { id: number }

/** One row near a place that chance points at, so that a seed picks alike and no table is scanned. */
async function oneOf<Row extends pg.QueryResultRow>(
  hand: Hand,
  text: string,
  values: unknown[] = [],
): Promise<Row | undefined> {
  const { rows } = await hand.client.query<Row>(`${text} LIMIT 200`, values)
  return rows.length === 0 ? undefined : hand.chance.pick(rows)
}

const iso = (at: Instant): string => new Date(at).toISOString()

async function anyPatient(hand: Hand): Promise<number | undefined> {
  const { rows } = await hand.client.query<{ most: number | null }>('SELECT max(patient_id) AS most FROM patient')
  const from = hand.chance.whole(1, rows[0]?.most ?? 1)
  return (
    await hand.client.query<Id>(
      'SELECT patient_id AS id FROM patient WHERE patient_id >= $1 AND active AND NOT deceased ORDER BY 1 LIMIT 1',
      [from],
    )
  ).rows[0]?.id
}

async function signIn(hand: Hand): Promise<string | undefined> {
  const who = await oneOf<Id & { site: string; job: string }>(
    hand,
    `SELECT staff_id AS id, site_id AS site, job FROM staff
     WHERE active AND staff_id >= $1 AND NOT EXISTS (SELECT 1 FROM user_session s WHERE s.staff_id = staff.staff_id AND s.signed_out_at IS NULL) ORDER BY staff_id`,
    [hand.chance.whole(1, 120)],
  )
  if (who === undefined) return undefined
  await hand.client.query(
    'INSERT INTO user_session (session_id, staff_id, workstation, signed_in_at, last_seen_at) VALUES ($1, $2, $3, $4, $4)',
    [hand.newId('user_session'), who.id, `${who.site}-${hand.chance.whole(1, 40)}`, iso(hand.now)],
  )
  return `a ${who.job} signs in at ${who.site}`
}

async function signOut(hand: Hand): Promise<string | undefined> {
  // Nobody signs out over an unsigned note; a few stay to the end of the day.
  const one = await oneOf<Id>(
    hand,
    'SELECT session_id AS id FROM user_session WHERE signed_out_at IS NULL AND note_id IS NULL AND signed_in_at < $1',
    [iso(hand.now - 5 * MINUTE)],
  )
  if (one === undefined) return undefined
  await hand.client.query(
    'UPDATE user_session SET signed_out_at = $2, last_seen_at = $2, working_on = NULL WHERE session_id = $1',
    [one.id, iso(hand.now)],
  )
  return 'somebody signs out'
}

async function work(hand: Hand): Promise<string | undefined> {
  const { rowCount } = await hand.client.query(
    `UPDATE user_session SET last_seen_at = $1, working_on = coalesce(working_on, $2)
     WHERE signed_out_at IS NULL AND session_id % 5 = $3`,
    [iso(hand.now), hand.chance.pick(['schedule', 'in-basket', 'chart review', 'claims']), hand.chance.whole(0, 4)],
  )
  return rowCount === 0 ? undefined : `${rowCount} people click`
}

async function beginNote(hand: Hand): Promise<string | undefined> {
  const session = await oneOf<Id & { staff: number }>(
    hand,
    `SELECT session_id AS id, s.staff_id AS staff FROM user_session s JOIN staff USING (staff_id)
     WHERE signed_out_at IS NULL AND note_id IS NULL AND job = 'physician'`,
  )
  const patient = await anyPatient(hand)
  if (session === undefined || patient === undefined) return undefined
  const note = hand.newId('visit_note')
  await hand.client.query(
    `INSERT INTO visit_note (note_id, patient_id, author_id, kind, written_at, assessment_plan) VALUES ($1, $2, $3, 'Progress note', $4, $5)`,
    [
      note,
      patient,
      session.staff,
      iso(hand.now),
      hand.chance.pick(['Seen today; note in progress.', 'Improving. Continue plan; labs before the next visit.']),
    ],
  )
  await hand.client.query(
    `UPDATE user_session SET note_id = $2, working_on = 'visit note', last_seen_at = $3 WHERE session_id = $1`,
    [session.id, note, iso(hand.now)],
  )
  return 'a physician begins a note'
}

async function signNote(hand: Hand): Promise<string | undefined> {
  const session = await oneOf<Id & { note: number }>(
    hand,
    'SELECT session_id AS id, note_id AS note FROM user_session WHERE signed_out_at IS NULL AND note_id IS NOT NULL',
  )
  if (session === undefined) return undefined
  await hand.client.query(
    `UPDATE visit_note SET signed_at = $2, assessment_plan = assessment_plan || ' Reviewed with the patient.' WHERE note_id = $1`,
    [session.note, iso(hand.now)],
  )
  await hand.client.query(
    'UPDATE user_session SET note_id = NULL, working_on = NULL, last_seen_at = $2 WHERE session_id = $1',
    [session.id, iso(hand.now)],
  )
  return 'a note is signed'
}

/** Changes one visit's status; the WHERE says from which status at which time of its day, so a visit never goes backwards. */
async function step(
  hand: Hand,
  from: string,
  to: string,
  where: string,
  values: unknown[],
): Promise<string | undefined> {
  const one = await oneOf<Id & { site: string }>(
    hand,
    `SELECT appointment_id AS id, site_id AS site FROM appointment WHERE patient_id IS NOT NULL AND status = '${from}' AND ${where} ORDER BY starts_at`,
    values,
  )
  if (one === undefined) return undefined
  const { rowCount } = await hand.client.query(
    'UPDATE appointment SET status = $2 WHERE appointment_id = $1 AND status = $3',
    [one.id, to, from],
  )
  return rowCount === 0 ? undefined : `a visit at ${one.site} is ${to}`
}

function arrive(hand: Hand): Promise<string | undefined> {
  return step(hand, 'booked', 'arrived', 'starts_at BETWEEN $1 AND $2', [
    iso(hand.now - 120 * MINUTE),
    iso(hand.now + 15 * MINUTE),
  ])
}

function room(hand: Hand): Promise<string | undefined> {
  return step(hand, 'arrived', 'in-room', 'starts_at < $1', [iso(hand.now + 5 * MINUTE)])
}

function checkOut(hand: Hand): Promise<string | undefined> {
  return step(hand, 'in-room', 'checked-out', 'starts_at < $1', [iso(hand.now - 15 * MINUTE)])
}

function cancel(hand: Hand): Promise<string | undefined> {
  const from = hand.now + hand.chance.whole(30, 6 * 24 * 60) * MINUTE
  return step(hand, 'booked', 'cancelled', 'starts_at BETWEEN $1 AND $2', [iso(from), iso(from + 1440 * MINUTE)])
}

type Gap = { provider: number; site: string; room: string | null; at: Date }

/** A time of a provider that a cancelled visit left free and nobody has taken since. */
function freeGap(hand: Hand): Promise<Gap | undefined> {
  const from = hand.now + hand.chance.whole(10, 7 * 24 * 60) * MINUTE
  return oneOf<Gap>(
    hand,
    `SELECT provider_id AS provider, site_id AS site, room, starts_at AS at FROM appointment a
     WHERE status = 'cancelled' AND starts_at BETWEEN $1 AND $2 AND NOT EXISTS (
       SELECT 1 FROM appointment b WHERE b.provider_id = a.provider_id AND b.starts_at = a.starts_at AND b.status <> 'cancelled')
     ORDER BY starts_at`,
    [iso(from), iso(from + 2880 * MINUTE)],
  )
}

async function book(hand: Hand): Promise<string | undefined> {
  const gap = await freeGap(hand)
  const patient = await anyPatient(hand)
  if (gap === undefined || patient === undefined) return undefined
  const { rowCount } = await hand.client.query(
    `INSERT INTO appointment (appointment_id, site_id, room, provider_id, patient_id, starts_at, minutes, visit_type, reason, status)
     SELECT $1, $2, $3, $4, $5, $6, 20, 'Sick visit', $7, 'booked'
     WHERE NOT EXISTS (SELECT 1 FROM appointment WHERE patient_id = $5 AND starts_at = $6 AND status <> 'cancelled')`,
    [
      hand.newId('appointment'),
      gap.site,
      gap.room,
      gap.provider,
      patient,
      gap.at.toISOString(),
      hand.chance.pick(['Cough and fever', 'Medication question', 'Knee pain', 'Ear pain']),
    ],
  )
  return rowCount === 0 ? undefined : `a visit is booked at ${gap.site}`
}

async function moveAppointment(hand: Hand): Promise<string | undefined> {
  const gap = await freeGap(hand)
  if (gap === undefined) return undefined
  const one = await oneOf<Id>(
    hand,
    `SELECT appointment_id AS id FROM appointment a WHERE provider_id = $1 AND status = 'booked' AND patient_id IS NOT NULL AND starts_at > $2
     AND NOT EXISTS (SELECT 1 FROM appointment b WHERE b.patient_id = a.patient_id AND b.starts_at = $3) ORDER BY starts_at`,
    [gap.provider, iso(hand.now + 10 * MINUTE), gap.at.toISOString()],
  )
  if (one === undefined) return undefined
  await hand.client.query('UPDATE appointment SET starts_at = $2, room = $3 WHERE appointment_id = $1', [
    one.id,
    gap.at.toISOString(),
    gap.room,
  ])
  return `a visit at ${gap.site} is moved`
}

const LAB_ORDERS: readonly (readonly [words: string, loinc: string, tests: readonly LabName[]])[] = [
  ['Basic metabolic panel', '51990-0', ['creatinine', 'potassium']],
  ['Complete blood count', '58410-2', ['hemoglobin', 'platelets']],
  ['Hemoglobin A1c', '4548-4', ['a1c']],
  ['INR', '6301-6', ['inr']],
  ['TSH', '3016-3', ['tsh']],
]

async function orderTest(hand: Hand): Promise<string | undefined> {
  const patient = await anyPatient(hand)
  if (patient === undefined) return undefined
  const [words, loinc] = hand.chance.pick(LAB_ORDERS)
  await hand.client.query(
    `INSERT INTO test_order (order_id, patient_id, kind, words, loinc, ordered_by, ordered_at, status) VALUES ($1, $2, 'lab', $3, $4, $5, $6, 'ordered')`,
    [hand.newId('test_order'), patient, words, loinc, hand.chance.whole(1, 80), iso(hand.now)],
  )
  return `${words} is ordered`
}

async function result(hand: Hand): Promise<string | undefined> {
  const order = await oneOf<Id & { patient: number; loinc: string | null }>(
    hand,
    `SELECT order_id AS id, patient_id AS patient, loinc FROM test_order WHERE kind = 'lab' AND status IN ('ordered', 'collected') AND order_id >= $1 ORDER BY order_id`,
    [hand.chance.happens(0.5) ? FIRST_MOVED_ID : hand.chance.whole(1, 1_200_000)],
  )
  const kind = LAB_ORDERS.find(([, loinc]) => loinc === order?.loinc)
  if (order === undefined || kind === undefined) return undefined
  for (const name of kind[2]) {
    const lab: Lab = LABS[name]
    const value = Number(
      Math.max(lab.usual / 12, hand.chance.around(lab.usual, lab.spread * 1.4)).toFixed(lab.decimals),
    )
    await hand.client.query(
      `INSERT INTO test_result (result_id, patient_id, order_id, test_name, loinc, value, unit, reference_range, flag, status, resulted_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'final', $10)`,
      [
        hand.newId('test_result'),
        order.patient,
        order.id,
        lab.name,
        lab.loinc,
        value.toFixed(lab.decimals),
        lab.unit,
        rangeInWords(lab),
        flagOf(lab, value),
        iso(hand.now),
      ],
    )
  }
  await hand.client.query(`UPDATE test_order SET status = 'resulted-unread' WHERE order_id = $1`, [order.id])
  return `${kind[0]} comes back`
}

async function readResult(hand: Hand): Promise<string | undefined> {
  const order = await oneOf<Id>(
    hand,
    `SELECT order_id AS id FROM test_order WHERE status = 'resulted-unread' AND order_id >= $1 ORDER BY order_id`,
    [FIRST_MOVED_ID],
  )
  if (order === undefined) return undefined
  await hand.client.query(`UPDATE test_order SET status = 'done' WHERE order_id = $1`, [order.id])
  return 'a result is read'
}

async function addAllergy(hand: Hand): Promise<string | undefined> {
  const patient = await anyPatient(hand)
  if (patient === undefined) return undefined
  const [substance, snomed, reaction] = hand.chance.pick(SUBSTANCES)
  const { rowCount } = await hand.client.query(
    `INSERT INTO allergy (allergy_id, patient_id, substance, snomed, reaction, criticality, severity, verified)
     SELECT $1, $2, $3, $4, $5, 'high', 'moderate', true WHERE NOT EXISTS (SELECT 1 FROM allergy WHERE patient_id = $2 AND substance = $3 AND active)`,
    [hand.newId('allergy'), patient, substance, snomed, reaction],
  )
  if (rowCount === 0) return undefined
  await hand.client.query(
    `INSERT INTO list_review (patient_id, list_name, outcome, reviewed_at) VALUES ($1, 'allergies', 'listed', $2)
     ON CONFLICT (patient_id, list_name) DO UPDATE SET outcome = 'listed', reviewed_at = excluded.reviewed_at`,
    [patient, iso(hand.now)],
  )
  return 'an allergy is added'
}

async function changePhone(hand: Hand): Promise<string | undefined> {
  const patient = await anyPatient(hand)
  if (patient === undefined) return undefined
  const phone = `(608) 555-01${String(hand.chance.whole(0, 99)).padStart(2, '0')}`
  await hand.client.query('UPDATE patient SET phone_mobile = $2 WHERE patient_id = $1', [patient, phone])
  return 'a telephone number changes'
}

export function handOf(seed: number, nth: number): Chance {
  return chanceOf(seed, 'move', nth)
}
