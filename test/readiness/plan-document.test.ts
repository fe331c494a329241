import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY } from '../../src/base/time.ts'
import { instantAt } from '../../src/base/zone.ts'
import { markdownBlocks } from '../../src/readiness/document/markdown-blocks.ts'
import { type PlanDocument, type PlanEntry, planDocument } from '../../src/readiness/document/plan-document.ts'
import { rostersAhead } from '../../src/readiness/duty/roster-ahead.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { partNames } from '../../src/readiness/readiness.ts'
import { writtenChanges } from '../../src/readiness/versions/written-changes.ts'
import { changedPlan, samplePlan } from './sample-plan.ts'

const NOW = instantAt('2026-11-22', '12:00', 'America/Chicago')

function read(files: ReadonlyMap<string, string>): PlanDocument {
  const { plan, complaints } = checkPlan(files, NOW)
  return planDocument(files, plan, complaints)
}

function entry(document: PlanDocument, anchor: string): PlanEntry {
  const found = document.sections
    .flatMap(({ groups }) => groups.flatMap(({ entries }) => entries))
    .find((one) => one.anchor === anchor)
  assert.ok(found !== undefined, anchor)
  return found
}

function words(of: PlanEntry, label: string): string[] {
  const line = of.lines.find((one) => one.label === label)
  return (line?.rows ?? []).map((pieces) => pieces.map(({ text, blank }) => (blank ? `[${text}]` : text)).join(' '))
}

test('a plan is read chapter by chapter, with names for ids and words for spans and weeks', () => {
  const document = read(samplePlan)
  assert.deepEqual(document.besides, [])
  assert.deepEqual(
    document.sections.map(({ part }) => part),
    partNames,
  )
  const ehr = entry(document, 'systems-ehr')
  assert.deepEqual([words(ehr, 'Back within'), words(ehr, 'May lose')], [['4 hours'], ['15 minutes']])
  assert.deepEqual(words(ehr, 'Owner'), ['Emil Driftgale'])
  assert.deepEqual(words(entry(document, 'sites-riverside'), 'Hours'), [
    'Mon to Fri 07:00-18:00; Sat 08:00-12:00; Sun closed',
  ])
  assert.deepEqual(words(entry(document, 'people-edriftgale'), 'Telephones'), [
    '(414) 555-0101 · mobile',
    '(262) 555-0101 · home',
  ])
  assert.deepEqual(words(entry(document, 'map-dns'), 'Needs one of'), ['Host A, Host B'])
  assert.match(
    words(entry(document, 'roster-it-on-call'), 'Exchanges')[0] ?? '',
    /^Lila Ingfell · from 2026-11-26 08:00/,
  )
  assert.equal(entry(document, 'practice').name.text, 'Harbor Valley Medical Group')
})

test('what is still to be written stands where it belongs, as what it is', () => {
  const document = read(
    changedPlan(
      ['vendors.yaml', 'account: C-1180', 'account: TODO ask for the number'],
      ['people.yaml', 'name: Bonnie Fenworth', 'name: TODO who follows Bonnie'],
      ['sites.yaml', 'leads: [famberworth, pdunstrand, mingmarsh]', 'leads: [famberworth, TODO a second]'],
    ),
  )
  assert.deepEqual(words(entry(document, 'vendors-northbridge'), 'Account number'), ['[ask for the number]'])
  assert.deepEqual(entry(document, 'people-bfenworth').name, { text: 'who follows Bonnie', blank: true })
  assert.match(
    words(entry(document, 'sites-harbor-main'), 'Led in a downtime by').join(),
    /Flora Amberworth.*\[a second\]/,
  )
})

test('what the check says stands beside its place, each complaint once, and none is lost', () => {
  const files = changedPlan(
    ['systems.yaml', 'owner: otarnbrook', 'owner: nobody-here'],
    ['vendors.yaml', '    account: HV-20417\n', ''],
    ['people.yaml', '- { number: (414) 555-0126, kind: mobile }', '- { number: (414) 555-0126, kind: desk }'],
  )
  files.set('spare.yaml', 'a: 1\n')
  const { complaints } = checkPlan(files, NOW)
  const document = read(files)
  const signOn = entry(document, 'systems-sign-on')
  assert.match(signOn.lines.find(({ label }) => label === 'Owner')?.said[0]?.says ?? '', /nobody-here/)
  assert.match(JSON.stringify(entry(document, 'vendors-tessera-ehr')), /has no account number/)
  assert.match(JSON.stringify(entry(document, 'people-bfenworth').lines), /has only a telephone on the desk/)
  assert.match(document.besides[0]?.says ?? '', /no part of the plan/)
  const shown = document.sections.flatMap(({ said, groups }) => [
    ...said,
    ...groups.flatMap(({ entries }) =>
      entries.flatMap((one) => [...one.said, ...one.lines.flatMap((line) => line.said)]),
    ),
  ])
  assert.equal(shown.length + document.besides.length, complaints.filter(({ weight }) => weight !== 'blank').length)
})

test('a procedure is headings, steps and paragraphs; lines that go on belong to what they follow', () => {
  assert.deepEqual(
    markdownBlocks('# Fail over\n\nOnly then:\nslowly.\n\n1. One\n   and more\n2. TODO who\n- point\n'),
    [
      { kind: 'heading', text: 'Fail over', blank: false },
      { kind: 'paragraph', text: 'Only then: slowly.', blank: false },
      {
        kind: 'steps',
        lines: [
          { text: 'One and more', blank: false },
          { text: 'TODO who', blank: true },
        ],
      },
      { kind: 'points', lines: [{ text: 'point', blank: false }] },
    ],
  )
})

test('the days ahead are told turn by turn: hours that need nobody are no gap, leave passes the turn on', () => {
  const { plan } = checkPlan(samplePlan, NOW)
  const [it, , command] = rostersAhead(plan, NOW)
  assert.ok(it !== undefined && command !== undefined)
  assert.deepEqual([it.gaps, command.gaps], [[], []])
  assert.equal(it.within.to - it.within.from, 30 * DAY)
  assert.equal(it.now.onCall.status === 'on-call' && it.now.from <= NOW && it.now.to > NOW, true)
  const exchange = it.turns.find(({ because }) => because === 'Thanksgiving')
  assert.deepEqual(exchange?.onCall, { status: 'on-call', person: 'lingfell', by: 'override', passedOver: [] })
  const away = changedPlan([
    'people.yaml',
    '{ from: 2026-12-28, to: 2027-01-08 }',
    '{ from: 2026-11-01, to: 2027-01-08 }',
  ])
  const [moved] = rostersAhead(checkPlan(away, NOW).plan, NOW)
  const lane = moved?.lanes.find(({ person }) => person.id === 'edriftgale')
  assert.deepEqual([lane?.turns, lane?.leave], [[], [moved?.within]])
  assert.ok(moved?.turns.some(({ onCall }) => onCall.passedOver.includes('edriftgale')))
})

test('what changed is told in the words of the document: things, what has no id, and procedures', () => {
  const files = changedPlan(
    ['people.yaml', '(414) 555-0126', '(414) 555-0199'],
    ['practice.yaml', 'deputy: zsedgeden', 'deputy: mwrenlock'],
    ['systems.yaml', 'systems:\n', 'systems:\n  - { id: imaging, name: Imaging, criticality: deferrable }\n'],
    ['runbooks/failover.md', 'power host A off', 'pull host A out'],
  )
  const changes = writtenChanges({ document: read(samplePlan), files: samplePlan }, { document: read(files), files })
  assert.deepEqual(changes, [
    {
      chapter: 'The practice',
      name: 'Harbor Valley Medical Group',
      change: 'changed',
      lines: [{ label: 'Deputy', was: 'Zelda Sedgeden', is: 'Max Wrenlock, MD' }],
    },
    {
      chapter: 'People',
      name: 'Bonnie Fenworth',
      change: 'changed',
      lines: [{ label: 'Telephones', was: '(414) 555-0126 · mobile', is: '(414) 555-0199 · mobile' }],
    },
    { chapter: 'Systems', name: 'Imaging', change: 'new', lines: [] },
    { chapter: 'The steps of each procedure', name: 'runbooks/failover.md', change: 'changed', lines: [] },
  ])
})
