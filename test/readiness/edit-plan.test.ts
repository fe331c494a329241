import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../../src/base/hash.ts'
import { instantAt } from '../../src/base/zone.ts'
import { sentValues, valuesOf } from '../../src/readiness/edit/card-values.ts'
import { CARD_KINDS, CARDS, type CardKind } from '../../src/readiness/edit/cards.ts'
import {
  consequences,
  formWrong,
  freshId,
  withEntry,
  withoutEntry,
  writtenEntries,
  writtenEntry,
} from '../../src/readiness/edit/edit-plan.ts'
import { mergeValues } from '../../src/readiness/edit/merge-values.ts'
import { groupIn, type Row, rowsIn, type Values } from '../../src/readiness/edit/value-parts.ts'
import { readPlan } from '../../src/readiness/plan/read-plan.ts'
import type { PlanFiles } from '../../src/readiness/readiness.ts'
import { changedPlan, samplePlan } from './sample-plan.ts'

const NOW = instantAt('2026-11-22', '12:00', 'America/Chicago')

function values(kind: CardKind, id: string, files: PlanFiles = samplePlan): Values {
  return valuesOf(CARDS[kind], writtenEntry(CARDS[kind], files, id))
}
function rows(of: Values, key: string): Row[] {
  return [...rowsIn(of[key])]
}
/** Lines of one file that are not those of the other. */
function diff(file: string, after: PlanFiles, before: PlanFiles = samplePlan): { gone: string[]; come: string[] } {
  const [was, is] = [before, after].map((files) => (files.get(file) ?? '').split('\n'))
  return {
    gone: (was ?? []).filter((line) => !is?.includes(line)),
    come: (is ?? []).filter((line) => !was?.includes(line)),
  }
}

test('a form that comes back as it was sent changes no byte of any file', () => {
  for (const kind of CARD_KINDS)
    for (const { id } of writtenEntries(CARDS[kind], samplePlan).slice(0, 4))
      assert.equal(withEntry(CARDS[kind], samplePlan, id, values(kind, id)), samplePlan)
})

test('a new number and a leave change their own lines, and comments stay', () => {
  const own = values('person', 'bfenworth')
  const after = withEntry(CARDS.person, samplePlan, 'bfenworth', {
    ...own,
    phones: [{ number: '(414) 555-0199', kind: 'mobile' }],
    leave: [{ from: '2026-12-01', to: '2026-12-05' }],
  })
  assert.deepEqual(diff('people.yaml', after), {
    gone: ['      - { number: (414) 555-0126, kind: mobile }'],
    come: ['      - { number: (414) 555-0199, kind: mobile }', '      - { from: 2026-12-01, to: 2026-12-05 }'],
  })
  for (const [file, text] of samplePlan) if (file !== 'people.yaml') assert.equal(after.get(file), text)
})

test('an exchange is added like its neighbours; the notes between the turns stay', () => {
  const own = values('roster', 'it-on-call')
  const added = { person: 'otarnbrook', from: '2026-12-24 08:00', to: '2026-12-26 08:00', because: 'Christmas' }
  const after = withEntry(CARDS.roster, samplePlan, 'it-on-call', {
    ...own,
    overrides: [...rows(own, 'overrides'), added],
  })
  assert.deepEqual(diff('roster.yaml', after), {
    gone: [],
    come: ['      - { person: otarnbrook, from: 2026-12-24 08:00, to: 2026-12-26 08:00, because: Christmas }'],
  })
  assert.match(after.get('roster.yaml') ?? '', /# Stands in when the first is on leave\./)
  const fewer = withEntry(CARDS.roster, after, 'it-on-call', { ...own, rotations: rows(own, 'rotations').slice(1) })
  assert.equal(diff('roster.yaml', fewer, after).come.length, 0)
})

test('opening hours keep their quotes, a day may go, and a whole week may become always', () => {
  const own = values('site', 'riverside')
  const hours = groupIn(own.hours)
  const after = withEntry(CARDS.site, samplePlan, 'riverside', {
    ...own,
    hours: { ...hours, wed: '07:00-12:00', sun: '' },
  })
  assert.deepEqual(diff('sites.yaml', after).come, ['      wed: "07:00-12:00"'])
  assert.equal(
    (samplePlan.get('sites.yaml')?.split('sun: closed').length ?? 0) - 1,
    after.get('sites.yaml')?.split('sun: closed').length ?? 0,
  )
  const vendor = values('vendor', 'tessera-ehr')
  const always = withEntry(CARDS.vendor, samplePlan, 'tessera-ehr', {
    ...vendor,
    'contract.hours': { ...groupIn(vendor['contract.hours']), always: 'yes' },
  })
  assert.match(always.get('vendors.yaml') ?? '', /hours: always\n {6}zone: America\/New_York\n {6}until: 2028-06-30/)
})

test('a blank is an empty field; it stays when nobody fills it in, and goes when somebody does', () => {
  const files = changedPlan(['vendors.yaml', 'account: C-1180', 'account: TODO ask # on the invoice'])
  const own = values('vendor', 'northbridge', files)
  assert.equal(own.account, '')
  const other = withEntry(CARDS.vendor, files, 'northbridge', { ...own, provides: 'Servers' })
  assert.match(other.get('vendors.yaml') ?? '', /account: TODO ask # on the invoice/)
  const filled = withEntry(CARDS.vendor, files, 'northbridge', { ...own, account: 'C-1180' })
  assert.match(filled.get('vendors.yaml') ?? '', /account: C-1180 # on the invoice/)
})

test('a new person gets an id of their name, in a file that goes on as before; taken out again it is as it was', () => {
  const id = freshId(CARDS.person, samplePlan, 'Ángel Núñez, MD')
  assert.equal(id, 'angel-nunez-md')
  const fresh = {
    ...valuesOf(CARDS.person, {}),
    name: 'Ángel Núñez, MD',
    phones: [{ number: '(414) 555-0142', kind: 'mobile' }],
    roles: ['scribe'],
  }
  const after = withEntry(CARDS.person, samplePlan, id, fresh)
  assert.deepEqual(diff('people.yaml', after).gone, [])
  const person = readPlan(after).plan.people.people.at(-1)
  assert.deepEqual(
    [person?.id, person?.phones, person?.roles],
    [id, [{ number: '(414) 555-0142', kind: 'mobile' }], ['scribe']],
  )
  assert.equal(withoutEntry(CARDS.person, after, id).get('people.yaml'), samplePlan.get('people.yaml'))
})

test('everything wrong is told at once, each at its field', () => {
  const own = values('person', 'bfenworth')
  const bad = {
    ...own,
    name: '',
    email: 'not an address',
    phones: [{ number: '12', kind: 'mobile' }],
    leave: [
      { from: '2026-12-05', to: '2026-12-01' },
      { from: '2026-12-09', to: '' },
    ],
  }
  const wrong = formWrong(CARDS.person, bad, writtenEntry(CARDS.person, samplePlan, 'bfenworth'), 'bfenworth')
  assert.deepEqual(Object.fromEntries(wrong.map(({ field, because }) => [field, because])), {
    name: 'Name: write something here.',
    email: 'An e-mail address, such as name@practice.example.',
    'phones-0-number': 'A telephone number has at least seven digits.',
    'leave-0-to': 'This ends before it begins.',
    'leave-1-to': 'Write something here.',
  })
})

test('what a change would make of the plan is told: a night with nobody, a name that leads nowhere', () => {
  const away = values('person', 'zsedgeden')
  let files: PlanFiles = samplePlan
  for (const id of ['famberworth', 'iquillstrand'])
    files = withEntry(CARDS.person, files, id, {
      ...values('person', id),
      leave: [{ from: '2026-12-01', to: '2026-12-03' }],
    })
  const after = withEntry(CARDS.person, files, 'zsedgeden', {
    ...away,
    leave: [{ from: '2026-12-02', to: '2026-12-02' }],
  })
  const told = consequences(CARDS.person, files, after, 'zsedgeden', NOW)
  assert.match(
    told.elsewhere.map(({ says }) => says).join(),
    /Incident commander on call: nobody is on call from Wed 2026-12-02/,
  )
  assert.equal(told.stops, false)
  const gone = consequences(
    CARDS.person,
    samplePlan,
    withoutEntry(CARDS.person, samplePlan, 'zsedgeden'),
    'zsedgeden',
    NOW,
  )
  assert.equal(gone.stops, true)
  const roster = values('roster', 'it-on-call')
  const nobody = { person: 'nobody-here', from: '2026-12-24 08:00', to: '2026-12-26 08:00', because: '' }
  const odd = withEntry(CARDS.roster, samplePlan, 'it-on-call', {
    ...roster,
    overrides: [...rows(roster, 'overrides'), nobody],
  })
  assert.deepEqual(
    consequences(CARDS.roster, samplePlan, odd, 'it-on-call', NOW).here.map(({ field }) => field),
    ['overrides-1-person'],
  )
})

test('two who change the same person lose nothing: lists hold what both added, a word that both wrote is told', () => {
  const base = values('person', 'bfenworth')
  const mine = { ...base, title: 'Billing lead', leave: [{ from: '2026-12-01', to: '2026-12-02' }] }
  const theirs = {
    ...base,
    title: 'Head of billing',
    email: 'bonnie@practice.example',
    leave: [{ from: '2027-01-04', to: '2027-01-05' }],
    phones: [...rows(base, 'phones'), { number: '(262) 555-0126', kind: 'home' }],
  }
  const { values: merged, meanwhile } = mergeValues(CARDS.person, base, theirs, mine)
  assert.deepEqual(
    [merged.title, merged.email, rows(merged, 'leave').length, rows(merged, 'phones').length],
    ['Billing lead', 'bonnie@practice.example', 2, 2],
  )
  assert.deepEqual(
    meanwhile.map(({ key, clash }) => [key, clash]),
    [
      ['title', true],
      ['email', false],
      ['phones', false],
      ['leave', false],
    ],
  )
  assert.deepEqual(mergeValues(CARDS.person, base, mine, mine), { values: mine, meanwhile: [] })
})

const phone = fc.record({
  number: fc.stringMatching(/^\(\d{3}\) 555-01\d\d$/),
  kind: fc.constantFrom('mobile', 'home', 'pager', 'desk'),
})
const title = fc.oneof(
  fc.constant(''),
  fc.string({ minLength: 1, maxLength: 40 }).map((one) => one.trim()),
)

test('whatever is typed, the files say it back, and only lines of that person differ', () => {
  const ids = writtenEntries(CARDS.person, samplePlan).map(({ id }) => id)
  fc.assert(
    fc.property(fc.constantFrom(...ids), fc.array(phone, { maxLength: 4 }), title, (id, phones, said) => {
      fc.pre(!/^TODO\b/.test(said))
      const own = values('person', id)
      const wanted = { ...own, phones, title: said }
      const after = withEntry(CARDS.person, samplePlan, id, wanted)
      assert.equal(canonicalJson(values('person', id, after)), canonicalJson(wanted))
      const others = (files: PlanFiles): unknown[] => writtenEntries(CARDS.person, files).filter((one) => one.id !== id)
      assert.deepEqual(others(after), others(samplePlan))
      // Back again, the file says what it said.
      const back = withEntry(CARDS.person, after, id, own)
      assert.deepEqual(writtenEntry(CARDS.person, back, id), writtenEntry(CARDS.person, samplePlan, id))
    }),
    { numRuns: 12 },
  )
})

test('what a form sends is read by its names; empty lines are no lines', () => {
  const sent = new Map<string, string[]>([
    ['name', ['Ada']],
    ['roles', ['scribe', 'site-lead']],
    ['phones-count', ['2']],
    ['phones-0-number', ['']],
    ['phones-0-kind', ['mobile']],
    ['phones-1-number', ['(414) 555-0100']],
    ['phones-1-kind', ['home']],
    ['leave-count', ['1']],
  ])
  const all = (name: string): string[] => sent.get(name) ?? []
  const read = sentValues(CARDS.person, { all, text: (name) => all(name)[0] ?? '' })
  assert.deepEqual(
    [read.name, read.roles, read.phones, read.leave],
    ['Ada', ['scribe', 'site-lead'], [{ number: '(414) 555-0100', kind: 'home' }], []],
  )
  const moved = new Map([
    ['overrides-count', ['1']],
    ['overrides-0-person', ['a']],
    ['overrides-0-from', ['2026-12-24T08:00']],
  ])
  const of = (name: string): string[] => moved.get(name) ?? []
  const roster = sentValues(CARDS.roster, { all: of, text: (name) => of(name)[0] ?? '' })
  assert.equal(rows(roster, 'overrides')[0]?.from, '2026-12-24 08:00')
})
