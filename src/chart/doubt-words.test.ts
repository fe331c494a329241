import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blankChart } from './blank-chart.ts'
import { type Chart, type Doubt, SECTION_NAMES, type Section, type SectionName } from './chart.ts'
import { doubtLines, doubtMarks, doubtSummary, maskedDoubts } from './doubt-words.ts'
import { maskedChart } from './restricted.ts'
import { allergyWarning, contradictionWords, SECTION_TITLES, sectionTone, sectionWords } from './section-words.ts'

const KINDS: readonly Doubt['kind'][] = ['quarantined', 'held-back', 'other-person', 'mixed']
const SECTIONS: { [What: string]: Section<unknown> } = {
  lines: { status: 'listed', entries: [1] },
  contradiction: { status: 'listed', entries: [1], noneStated: 'x' },
  empty: { status: 'listed', entries: [] },
  vanished: { status: 'listed', entries: [], noneStated: 'x' },
  none: { status: 'none-known' },
  'not asked': { status: 'not-asked' },
  'not received': { status: 'not-received' },
}
const doubt = (kind: Doubt['kind'], section: SectionName | undefined, more: Partial<Doubt> = {}): Doubt => ({
  kind,
  ...(section === undefined ? {} : { section }),
  sourceId: 'ehr',
  count: 2,
  because: 'the code has no words',
  ...more,
})
const words = (...doubts: Doubt[]): string[] =>
  doubtLines({ doubts }, () => 'as of 6:05 AM').map(({ summary }) => summary)

test('only allergies that somebody asked about, or that are listed without a contradiction, are calm', () => {
  const tones = (name: SectionName): string[] => Object.values(SECTIONS).map((section) => sectionTone(name, section))
  assert.deepEqual(tones('allergies'), ['lines', 'danger', 'danger', 'danger', 'none', 'danger', 'danger'])
  for (const name of SECTION_NAMES.filter((one) => one !== 'allergies'))
    assert.deepEqual(tones(name), ['lines', 'lines', 'missing', 'missing', 'none', 'missing', 'missing'], name)
})

test('every state of every list has words of its own, and none but "none known" says that there are none', () => {
  for (const name of SECTION_NAMES) {
    const said = Object.values(SECTIONS).map(
      (section) => sectionWords(name, section) ?? contradictionWords(section) ?? '',
    )
    assert.equal(new Set(said).size, said.length, name)
  }
  for (const [what, section] of Object.entries(SECTIONS)) {
    const warning = allergyWarning(section)
    assert.equal(warning === undefined, what === 'lines' || what === 'none', what)
    if (warning !== undefined) assert.match(warning, /^Allergies: .*Ask the patient\.$/, what)
  }
})

test('every doubt about every list is said with its list, its count, its source and what to do', () => {
  for (const kind of KINDS)
    for (const section of [...SECTION_NAMES, undefined]) {
      const [line, ...more] = doubtLines({ doubts: [doubt(kind, section)] }, () => 'as of 6:05 AM')
      assert.ok(line !== undefined && more.length === 0)
      if (section !== undefined && kind !== 'other-person') assert.ok(line.summary.startsWith(SECTION_TITLES[section]))
      if (kind !== 'mixed' && !(kind === 'held-back' && section === undefined)) assert.match(line.summary, /2 records/)
      assert.match(line.summary, /source: ehr/)
      assert.match(line.summary, kind === 'held-back' ? /Shown as of 6:05 AM\.$/ : /\.( [A-Z][^.]+\.)$/)
      assert.equal(line.section, section)
      assert.deepEqual(line.because, ['the code has no words'])
      assert.ok(!line.summary.includes('the code has no words'), 'the reason is told in the list')
      assert.notEqual(doubtSummary({ doubts: [doubt(kind, section)] }), '')
    }
})

test('the words are those of a clinic', () => {
  assert.deepEqual(words(doubt('quarantined', 'allergies')), [
    'Allergies: 2 records could not be read and are not shown (source: ehr). Ask the patient.',
  ])
  assert.deepEqual(words(doubt('other-person', undefined, { count: 1 })), [
    '1 record under this MRN has a different name or birth date and is not shown (source: ehr). Verify name and birth date with the patient.',
  ])
  assert.deepEqual(words(doubt('mixed', undefined, { count: 1 })), [
    'This chart may contain another patient’s data (source: ehr). Verify name and birth date with the patient.',
  ])
  assert.deepEqual(words(doubt('held-back', 'medications')), [
    'Medications held back: the EHR’s last answer removed this list from many charts at once (2 records here, source: ehr). Shown as of 6:05 AM.',
  ])
})

test('the same doubt is one line with its sum, and the gravest is first', () => {
  const lines = doubtLines({
    doubts: [
      doubt('quarantined', 'results'),
      doubt('quarantined', 'allergies', { count: 1 }),
      doubt('quarantined', 'allergies', { count: 3, because: 'another reason' }),
      doubt('other-person', undefined),
      doubt('mixed', 'results'),
    ],
  })
  assert.deepEqual(
    lines.map(({ gravity, section }) => [gravity, section]),
    [
      ['verify', 'results'],
      ['act', undefined],
      ['act', 'allergies'],
      ['watch', 'results'],
    ],
  )
  assert.match(lines[2]?.words ?? '', /^4 records/)
  assert.deepEqual(lines[2]?.because, ['the code has no words', 'another reason'])
})

test('a chart without doubts says nothing of doubts, nor does one of an older pack', () => {
  for (const chart of [{}, { doubts: [] }]) {
    assert.deepEqual(doubtLines(chart), [])
    assert.deepEqual(doubtMarks(chart), [])
    assert.equal(doubtSummary(chart), '')
  }
})

test('a list of patients marks doubts about who it is and about allergies, and no others', () => {
  for (const kind of KINDS)
    for (const section of [...SECTION_NAMES, undefined]) {
      const isPerson = kind === 'mixed' || kind === 'other-person' || section === undefined
      const expected = [...(isPerson ? ['identity'] : []), ...(section === 'allergies' ? ['allergies'] : [])]
      assert.deepEqual(doubtMarks({ doubts: [doubt(kind, section)] }), expected, `${kind} ${section}`)
    }
})

test('of a masked chart only that it may be another patient’s is told: no list, no source, no reason', () => {
  const doubts = KINDS.flatMap((kind) =>
    [...SECTION_NAMES, undefined].map((section) => doubt(kind, section, { sourceId: 'opioid-clinic' })),
  )
  const chart: Chart = { ...blankChart('p1', 'ehr', 5), restriction: 'part2', doubts }
  const masked = maskedChart(chart)
  assert.deepEqual(
    masked.doubts?.map(({ kind }) => kind),
    ['mixed', 'other-person'],
  )
  assert.doesNotMatch(JSON.stringify(masked.doubts), /opioid|words|section/)
  assert.deepEqual(maskedDoubts({ doubts: [doubt('quarantined', 'medications'), doubt('held-back', 'notes')] }), [])
  assert.deepEqual(
    doubtLines(masked).map(({ summary }) => /source|record of/.test(summary)),
    [false, false],
  )
})

test('the head of a sheet counts what is not shown in one line', () => {
  const doubts = [
    doubt('quarantined', 'allergies'),
    doubt('quarantined', 'results', { count: 1 }),
    doubt('held-back', 'medications', { count: 3 }),
  ]
  assert.equal(doubtSummary({ doubts }), 'Not shown: allergies 2, results 1. Held back: medications 3')
  assert.equal(
    doubtSummary({ doubts: [doubt('mixed', undefined, { count: 1 })] }),
    'VERIFY NAME AND BIRTH DATE. May contain another patient’s data: this chart',
  )
  const many = SECTION_NAMES.flatMap((name) => [doubt('quarantined', name), doubt('held-back', name)])
  assert.equal(
    doubtSummary({ doubts: many }),
    '44 records are not shown, held back or another patient’s: see the first page',
  )
})
