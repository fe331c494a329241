import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from './blank-chart.ts'
import type { Appointment, AppointmentStatus } from './chart.ts'
import { APPOINTMENT_STATUSES, SECTION_NAMES } from './chart.ts'
import { highRiskOf } from './high-risk.ts'
import { displayName, foldName, formerNames, personName, samePersonName } from './name.ts'
import { displayPhone, phoneDigits } from './phone.ts'
import { isRestricted, maskedAppointment, maskedChart, underPolicy } from './restricted.ts'
import {
  byProvider,
  countDoubtful,
  countVisits,
  dayWindow,
  isExpected,
  ofDay,
  patientNameOf,
  placeMissing,
  providerNameOf,
  siteOf,
  statusWords,
  windowAround,
  withKnownStatus,
} from './schedule.ts'
import { sectionTone, sectionWords } from './section-words.ts'
import { unitWords } from './unit-words.ts'

const drug = (text: string, ...codings: { system: string; code: string; display?: string }[]) => ({ text, codings })

test('names fold to what people type', () => {
  assert.equal(foldName("O'Brien-Núñez"), 'obrien nunez')
  assert.equal(foldName('  Łukasz   GROß '), 'lukasz gross')
  assert.equal(foldName('St. John'), 'st john')
  assert.equal(foldName('Ｓｍｉｔｈ'), 'smith')
  assert.equal(foldName('山田'), '山田')
  assert.equal(foldName('Øde Æther'), 'ode aether')
})

test('a unit is written as people write it', () => {
  assert.deepEqual(['Cel', 'mm[Hg]', 'mL/min/1.73 m2', 'mg/dL'].map(unitWords), [
    '°C',
    'mmHg',
    'mL/min/1.73 m²',
    'mg/dL',
  ])
})

test('a name is shown family first, and its lack is said', () => {
  const name = { family: 'Rivera', given: ['Ana', 'María'], suffix: 'Jr.' }
  assert.equal(personName(name), 'Rivera Jr., Ana María')
  assert.equal(displayName({ name, preferredName: 'Anita' }), 'Rivera Jr., Ana María (Anita)')
  assert.equal(personName({ family: '', given: [] }), 'Name not received')
  assert.equal(personName({ family: 'Sukarno', given: [] }), 'Sukarno')
})

test('former names hold each name once, and never the name of today', () => {
  const now = { family: 'Okafor', given: ['Ana'] }
  const names = [{ family: 'RIVERA', given: ['Ana'] }, now, { family: 'Rivera', given: ['ana'] }]
  assert.equal(formerNames(now, names).length, 1)
  assert.ok(samePersonName({ family: "O'Neil", given: [] }, { family: 'ONEIL', given: [] }))
})

test('phone numbers written in many ways are one number', () => {
  for (const written of [
    '(415) 555-0134',
    '+1 415 555 0134',
    '415.555.0134',
    '1-415-555-0134 x12',
    '4155550134 ext. 9',
  ])
    assert.equal(phoneDigits(written), '4155550134', written)
  assert.equal(phoneDigits('+49 30 1234567'), '49301234567')
  assert.equal(phoneDigits('0049 30 1234567'), '49301234567')
  assert.equal(displayPhone('1-415-555-0134 x12'), '(415) 555-0134 ext. 12')
  assert.equal(displayPhone('+49 30 1234567'), '+49 30 1234567')
})

test('missing lists never read like empty ones', () => {
  for (const name of SECTION_NAMES) {
    const words = [
      sectionWords(name, { status: 'none-known' }),
      sectionWords(name, { status: 'not-asked' }),
      sectionWords(name, { status: 'not-received' }),
      sectionWords(name, { status: 'listed', entries: [] }),
    ]
    assert.equal(new Set(words).size, 4, name)
    assert.equal(sectionWords(name, { status: 'listed', entries: [1] }), undefined)
  }
  assert.equal(sectionWords('allergies', { status: 'none-known' }), 'No known allergies')
  assert.equal(sectionTone('medications', { status: 'not-received' }), 'missing')
  assert.equal(sectionTone('medications', { status: 'listed', entries: [] }), 'missing')
  assert.equal(sectionTone('allergies', { status: 'none-known' }), 'none')
})

test('drugs that harm most are known by generic name, brand and ATC code', () => {
  assert.equal(highRiskOf(drug('Warfarin Sodium 5 MG Oral Tablet')), 'anticoagulant')
  assert.equal(highRiskOf(drug('ELIQUIS 5 mg')), 'anticoagulant')
  assert.equal(highRiskOf(drug('insulin glargine 100 UNT/ML')), 'insulin')
  assert.equal(highRiskOf(drug('Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG')), 'opioid')
  assert.equal(
    highRiskOf(drug('Blutverdünner', { system: 'http://www.whocc.no/atc', code: 'B01AA03' })),
    'anticoagulant',
  )
  assert.equal(highRiskOf(drug('Methotrexate 2.5 MG')), 'other')
  assert.equal(highRiskOf(drug('Insulin pen needles 31G')), undefined)
  assert.equal(highRiskOf(drug('Lisinopril 10 MG')), undefined)
})

const visit = (id: string, start: number, part: Partial<Appointment> = {}): Appointment => ({
  id,
  sourceId: 's',
  asOf: 0,
  locationId: 'east',
  patientId: 'p',
  patientName: 'Rivera, Ana',
  providerId: 'd1',
  providerName: 'Moss, Kim',
  start,
  end: start + 1,
  status: 'booked',
  type: 'Methadone follow-up',
  ...part,
})

test('a visit belongs to the day on which it starts by the clinic clock', () => {
  const zone = 'America/New_York'
  const { from, to } = dayWindow('2026-11-01', zone)
  assert.equal((to - from) / 3_600_000, 25)
  const visits = [visit('before', from - 1), visit('first', from), visit('last', to - 1), visit('after', to)]
  assert.deepEqual(
    ofDay(visits, '2026-11-01', zone).map(({ id }) => id),
    ['first', 'last'],
  )
  const around = windowAround(Date.parse('2026-11-01T12:00:00Z'), zone, 1, 7)
  assert.equal(around.from, dayWindow('2026-10-31', zone).from)
  assert.equal(around.to, dayWindow('2026-11-08', zone).to)
})

test('a visit is for the site that claims its location', () => {
  const sites = [
    { id: 'a', locationIds: ['west'] },
    { id: 'b', locationIds: ['north', 'east'] },
  ]
  assert.equal(siteOf(visit('v', 1), sites)?.id, 'b')
  assert.equal(siteOf(visit('v', 1, { locationId: 'moon' }), sites), undefined)
})

test('schedules are listed by provider, each by time', () => {
  const lists = byProvider([
    visit('2', 20),
    visit('3', 5, { providerId: 'd0', providerName: 'Adler, Jo' }),
    visit('1', 10),
  ])
  assert.deepEqual(
    lists.map(({ providerName, appointments }) => [providerName, appointments.map(({ id }) => id)]),
    [
      ['Adler, Jo', ['3']],
      ['Moss, Kim', ['1', '2']],
    ],
  )
  const unexpected: AppointmentStatus[] = APPOINTMENT_STATUSES.filter(
    (status) => !isExpected(visit('x', 1, { status })),
  )
  assert.deepEqual(unexpected, ['cancelled', 'no-show', 'left-without-being-seen'])
})

test('screens and paper count a schedule the same way: every line, and how many are struck through', () => {
  const day = [visit('1', 1), visit('2', 2, { status: 'cancelled' }), visit('3', 3, { status: 'no-show' })]
  assert.deepEqual(countVisits(day), { visits: '3 visits', notSeen: '2 canceled or not seen' })
  assert.deepEqual(countVisits([visit('1', 1, { status: 'pending' })]), { visits: '1 visit', notSeen: undefined })
})

test('a status that is not known is said with the source’s own word, and its visit is still expected', () => {
  assert.equal(
    statusWords(visit('1', 1, { status: 'unknown', statusSaid: 'Left voicemail' })),
    'Status unknown (“Left voicemail”)',
  )
  assert.equal(statusWords(visit('1', 1, { status: 'unknown', statusSaid: '  ' })), 'Status unknown')
  assert.equal(statusWords(visit('1', 1, { status: 'arrived', statusSaid: 'in lobby' })), 'Arrived')
  assert.ok(isExpected(visit('1', 1, { status: 'unknown' })))
  const newer: Appointment = JSON.parse(JSON.stringify({ ...visit('1', 1), status: 'teleported' }))
  assert.equal(statusWords(withKnownStatus(newer)), 'Status unknown (“teleported”)')
  for (const status of APPOINTMENT_STATUSES) assert.equal(withKnownStatus(visit('1', 1, { status })).status, status)
})

test('what of a visit was not received is named', () => {
  const bare = visit('1', 1, { patientName: '', providerName: ' ', providerId: '', locationId: 'unknown' })
  assert.deepEqual(
    [patientNameOf(bare), providerNameOf(bare), placeMissing(bare), byProvider([bare])[0]?.providerName],
    ['Name not received', 'Provider not received', 'Location not received', 'Provider not received'],
  )
  assert.equal(placeMissing(visit('1', 1)), undefined)
})

test('the heading of a schedule counts visits that the EHR no longer lists, and those of unknown status', () => {
  const day = [
    visit('1', 1, { heldBack: true }),
    visit('2', 2, { heldBack: true }),
    visit('3', 3, { status: 'unknown' }),
  ]
  assert.deepEqual(countDoubtful(day), ['2 not in the EHR’s last answer and kept', '1 with status unknown'])
  assert.deepEqual(countDoubtful([visit('1', 1)]), [])
})

test('a masked chart says who and that it is restricted, and nothing else', () => {
  const chart = blankChart('p1', 's', 5)
  chart.restriction = 'part2'
  chart.patient = { ...chart.patient, mrn: 'M1', phones: [{ use: 'home', number: '415-555-0134' }], codeStatus: 'DNR' }
  chart.medications = { status: 'listed', entries: [{ id: 'm', code: drug('Methadone'), dosage: undefined }] }
  const masked = maskedChart(chart)
  assert.doesNotMatch(JSON.stringify(masked), /Methadone|555|DNR/)
  assert.equal(masked.patient.mrn, 'M1')
  assert.ok(isRestricted(masked))
  assert.equal(maskedChart({ ...chart, restriction: 'none' }).medications.status, 'listed')
  assert.equal(underPolicy(chart, 'leave-out'), undefined)
  assert.equal(underPolicy(chart, 'mask'), chart)
  assert.doesNotMatch(JSON.stringify(maskedAppointment(visit('v', 1, { reason: 'Detox' }))), /Methadone|Detox/)
})
