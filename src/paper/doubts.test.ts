import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asOf, chartOf, paperDay, visit, zone } from '../../test/paper/small-day.ts'
import type { Appointment, Chart, Doubt, Observation } from '../chart/chart.ts'
import { oldestAsOf } from '../chart/list-age.ts'
import { resultTable } from './observations.ts'
import type { PaperDay } from './paper.ts'
import { sheetsOfDay } from './plan.ts'

const textOf = (value: unknown): string => JSON.stringify(value)
const oneSheet = (
  more: Partial<Chart>,
  visits: Appointment[] = [visit(0, 'p1')],
  day_: Partial<PaperDay> = {},
): string =>
  textOf(
    sheetsOfDay(
      paperDay({
        appointments: visits,
        chartOf: () => chartOf('p1', more),
        asOf: { schedule: asOf, chart: oldestAsOf },
        ...day_,
      }),
    ).map(({ values }) => values),
  )

test('an empty list is printed as missing, and missing allergies are the loudest thing on the sheet', () => {
  const allergies = (section: Chart['allergies']): { look: string; words: string } => {
    const [, , packet] = sheetsOfDay(
      paperDay({ appointments: [visit(0, 'p1')], chartOf: () => chartOf('p1', { allergies: section }) }),
    )
    const [first]: { allergies: { look: string; words: string } }[] = JSON.parse(textOf(packet?.values.patients))
    return first?.allergies ?? { look: '', words: '' }
  }
  const missing: Chart['allergies'][] = [
    { status: 'listed', entries: [] },
    { status: 'not-asked' },
    { status: 'not-received' },
    { status: 'listed', entries: [], noneStated: 'x' },
  ]
  for (const section of missing) {
    const { look, words } = allergies(section)
    assert.equal(look, 'danger')
    assert.match(words, /ask the patient/)
  }
  assert.deepEqual(allergies({ status: 'none-known' }).look, 'none')
  assert.match(
    oneSheet({ problems: { status: 'listed', entries: [] } }),
    /None listed: problems\. The record does not say there are none/,
  )
  const { allergies: known } = chartOf('p1')
  const contradicted = allergies({ ...known, ...(known.status === 'listed' ? { noneStated: 'x' } : {}) })
  assert.equal(contradicted.look, 'danger')
  assert.equal(contradicted.words, 'Record also says “none known”. Ask the patient.')
})

test('what is in doubt is printed in the head, in its list and on the day list, with counts', () => {
  const doubts: Doubt[] = [
    { kind: 'quarantined', section: 'allergies', sourceId: 'ehr', count: 2, because: 'no words' },
    { kind: 'other-person', sourceId: 'lab', count: 1, because: 'another birth date' },
  ]
  const text = oneSheet({ doubts })
  assert.match(text, /VERIFY NAME AND BIRTH DATE\. Not shown: allergies 2, under another name or birth date 1/)
  assert.match(
    text,
    /2 records could not be read and are not shown \(source: ehr\)\. Ask the patient\. Reason: no words\./,
  )
  assert.match(text, /1 record under this MRN has a different name or birth date/)
  assert.match(text, /VERIFY IDENTITY","VERIFY ALLERGIES/)
  const front = textOf(sheetsOfDay(paperDay({ chartOf: () => chartOf('p1', { doubts }) }))[0]?.values)
  assert.match(front, /VERIFY IDENTITY/)
  assert.doesNotMatch(front, /ALLERGIES/)
  const withheld = oneSheet({ doubts, restriction: 'part2' }, [visit(0, 'p1')], { withheld: () => true })
  assert.match(withheld, /has a different name or birth date/)
  assert.doesNotMatch(withheld, /could not be read|allergies 2|source: |blood pressure|Follow-up/)
})

test('birth date and record number stand on the lists where the chart has them and the schedule has not', () => {
  const { patientBirthDate: _, patientMrn: __, ...bare } = visit(0, 'p1')
  const lists = (context: Partial<PaperDay>): string =>
    textOf(
      sheetsOfDay(paperDay({ appointments: [bare], ...context }))
        .slice(0, 2)
        .map(({ values }) => values),
    )
  const named = lists({ chartOf: () => chartOf('p1') })
  assert.match(named, /00p1/)
  assert.match(named, /1961/)
  assert.doesNotMatch(named, /not received/)
  assert.match(lists({ chartOf: () => undefined }), /not received/)
})

test('a list that is older than the rest says so, and dates the sheet', () => {
  const older = asOf - 3 * 3_600_000
  const text = oneSheet({ sectionAsOf: { medications: older } })
  assert.match(text, /"asOf":"as of 2026-11-23 02:40"/)
  assert.match(text, /2026-11-23 02:40, made 06:27/)
  const [, , packet] = sheetsOfDay(
    paperDay({
      appointments: [visit(0, 'p1')],
      chartOf: () => chartOf('p1', { sectionAsOf: { medications: older } }),
      asOf: { schedule: asOf, chart: oldestAsOf },
    }),
  )
  assert.equal(packet?.asOf, older)
})

test('a visit of unknown status, one that the EHR no longer lists, and what was not received are on the lists', () => {
  const text = oneSheet({}, [
    visit(0, 'p1', { status: 'unknown', statusSaid: 'Left voicemail' }),
    visit(1, 'p1', { heldBack: true, locationId: 'unknown' }),
    visit(2, 'p1', { patientName: '', providerName: '' }),
  ])
  assert.match(text, /3 visits, 08:00 to 09:00, 1 not in the EHR’s last answer and kept, 1 with status unknown/)
  assert.match(text, /STATUS UNKNOWN \(“Left voicemail”\)/)
  assert.match(text, /NOT IN LAST ANSWER, KEPT/)
  assert.match(text, /Location not received/)
  assert.match(text, /Name not received/)
})

test('what a laboratory wrote beside a value is printed below it, lines as they came', () => {
  const result = (more: Partial<Observation>): Observation => ({
    id: 'r1',
    code: { text: 'Potassium', codings: [] },
    value: '6.9',
    status: 'final',
    at: asOf,
    ...more,
  })
  const below = (more: Partial<Observation>): string[] | undefined => resultTable([result(more)], zone).rows[0]?.below
  assert.deepEqual(below({ note: 'Hemolyzed.\nRepeat.' }), ['Potassium, 2026-11-23: Note: Hemolyzed.\nRepeat.'])
  assert.deepEqual(below({ value: 'Line one\nLine two' }), ['Potassium, 2026-11-23: Line one\nLine two'])
  assert.equal(below({}), undefined)
  assert.match(
    oneSheet({ results: { status: 'listed', entries: [result({ note: 'Hemolyzed.' })] } }),
    /Note: Hemolyzed/,
  )
})
