import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { instantAt } from '../../base/zone.ts'
import { centsFrom, dayFrom, instantOf, isMissing, isoFrom, partialDateFrom, yesNoFrom } from './value.ts'

const NEW_YORK = 'America/New_York'

test('a time with an offset is that instant, in the ways in which databases write it', () => {
  const at = Date.parse('2026-11-22T09:32:00.250Z')
  for (const text of ['2026-11-22 04:32:00.25-05', '2026-11-22 09:32:00.250123Z', '2026-11-22T15:02:00.25+05:30'])
    assert.equal(instantOf(text, NEW_YORK), at, text)
})

test('a time without an offset is on the wall of the zone, on both sides of the change of clocks', () => {
  assert.equal(instantOf('2026-10-31 09:00:00', NEW_YORK), Date.parse('2026-10-31T13:00:00Z'))
  assert.equal(instantOf('2026-11-02 09:00', NEW_YORK), Date.parse('2026-11-02T14:00:00Z'))
  assert.equal(instantOf('2026-11-01 09:00:00', NEW_YORK), Date.parse('2026-11-01T14:00:00Z'))
  assert.equal(instantOf('2026-11-01 00:30:00', NEW_YORK), Date.parse('2026-11-01T04:30:00Z'))
  assert.equal(instantOf('2026-11-02', NEW_YORK), Date.parse('2026-11-02T05:00:00Z'))
})

test('wall-clock times remembered by the day are those that the calendar gives', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3650 }),
      fc.integer({ min: 0, max: 1439 }),
      fc.constantFrom(NEW_YORK, 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe'),
      (dayNumber, minutes, zone) => {
        const day = new Date(Date.UTC(2020, 0, 1 + dayNumber)).toISOString().slice(0, 10)
        const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
        assert.equal(instantOf(`${day} ${time}`, zone), instantAt(day, time, zone))
      },
    ),
  )
})

test('what is no date is not guessed at', () => {
  for (const text of [
    '',
    '2026-02-30',
    '2026-13-01',
    '22.11.2026',
    'tomorrow',
    '2026-11-22 25:00',
    '20261122',
    '2025-02-29',
  ])
    assert.equal(instantOf(text, NEW_YORK), undefined, text)
  assert.equal(dayFrom('2026-2-3'), undefined)
  assert.equal(dayFrom('2024-02-29 00:00:00'), '2024-02-29')
})

test('partial dates stay as partial as they are', () => {
  assert.deepEqual(
    ['2019', '2019-03', '2019-03-00', '2019-00-00', '2019-00-00 00:00:00', '2019-03-07 00:00:00', '2019-3', '0000'].map(
      partialDateFrom,
    ),
    ['2019', '2019-03', '2019-03', '2019', '2019', '2019-03-07', undefined, undefined],
  )
})

test('the zero date and blank text are missing, not wrong', () => {
  for (const raw of [null, undefined, '', '  ', '0000-00-00', '0000-00-00 00:00:00']) assert.ok(isMissing(raw))
  assert.ok(!isMissing('0'))
})

test('dates in the formats that a mapping names', () => {
  assert.equal(isoFrom('3/7/2019', 'MM/DD/YYYY'), '2019-03-07')
  assert.equal(isoFrom('20190307', 'YYYYMMDD'), '2019-03-07')
  assert.equal(isoFrom('20190307093015', 'YYYYMMDDHHmmss'), '2019-03-07 09:30:15')
  assert.equal(isoFrom('07.03.2019 09:30', 'DD.MM.YYYY HH:mm'), '2019-03-07 09:30:00')
  assert.equal(isoFrom('1551951015', 'unix'), '2019-03-07T09:30:15.000Z')
  assert.equal(isoFrom('x', 'unix'), undefined)
  assert.equal(isoFrom('2019-03-07', 'DD.MM.YYYY'), undefined)
})

test('yes, no and money', () => {
  assert.deepEqual(['t', 'Y', '1', 'f', 'no', 'maybe'].map(yesNoFrom), [true, true, true, false, false, undefined])
  assert.equal(centsFrom('12.50', 'whole'), 1250)
  assert.equal(centsFrom('$0.29', 'whole'), 29)
  assert.equal(centsFrom('-300', 'cents'), -300)
  assert.equal(centsFrom('12,50', 'whole'), undefined)
})

test('no text makes any of them throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 12 }), (text, format) => {
      instantOf(text, NEW_YORK)
      dayFrom(text)
      partialDateFrom(text)
      isoFrom(text, format)
      centsFrom(text, 'whole')
    }),
  )
})
