import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantAt } from '../../src/base/zone.ts'
import { checkPlan } from '../../src/readiness/plan/check-plan.ts'
import { changedPlan } from './sample-plan.ts'

const NOW = instantAt('2026-11-23', '12:00', 'America/Chicago')

type Change = [file: string, from: string, to: string]

/** What is complained of after some words were changed, as `rule file:line says`. */
function after(...changes: Change[]): string[] {
  const files = changedPlan(...changes)
  return checkPlan(files, NOW).complaints.map(({ rule, file, line, says }) => {
    assert.ok((files.get(file) ?? '').split('\n').length >= line)
    return `${rule} ${file}:${line} ${says}`
  })
}

/** The line on which some words stand. */
function lineOf(file: string, words: string, ...changes: Change[]): number {
  const text = changedPlan(...changes).get(file) ?? ''
  return text.slice(0, text.indexOf(words)).split('\n').length
}

/** Each spoils the sample's plan in one way; the rule that says so, its file, and what it says. */
const SPOILT: readonly { what: string; changes: Change[]; rule: string; says: RegExp }[] = [
  {
    what: 'somebody who is not there',
    changes: [['roster.yaml', 'person: zsedgeden', 'person: zsedgedon']],
    rule: 'dangling-id',
    says: /roster.yaml.*no person "zsedgedon".*mean "zsedgeden"/,
  },
  {
    what: 'a check that is left out for years',
    changes: [
      [
        'practice.yaml',
        'copies:',
        'exclusions: [{ check: U4, owner: famberworth, because: later, until: 2029-01-01 }]\ncopies:',
      ],
    ],
    rule: 'exclusions-stand',
    says: /check U4 is left out until 2029-01-01, more than a year ahead/,
  },
  {
    what: 'an id twice',
    changes: [['vendors.yaml', 'id: rxbridge', 'id: opendoor']],
    rule: 'repeated-id',
    says: /vendor "opendoor" is there twice/,
  },
  {
    what: 'machines that need each other',
    changes: [
      [
        'map.yaml',
        'name: Core switch\n    site: harbor-main\n    needs: [server-power',
        'name: Core switch\n    site: harbor-main\n    needs: [host-a',
      ],
    ],
    rule: 'dependency-cycle',
    says: /core-switch needs host-a needs core-switch/,
  },
  {
    what: 'an RTO longer than the MTD',
    changes: [['systems.yaml', 'rto: 2h\n    rpo: 7d', 'rto: 2d\n    rpo: 7d']],
    rule: 'recovery-times',
    says: /Telephones is to be back after 2d, and the practice cannot work after 1d/,
  },
  {
    what: 'a system back before what it needs',
    changes: [['systems.yaml', 'rto: 1h\n    rpo: 1d', 'rto: 10h\n    rpo: 1d']],
    rule: 'recovery-times',
    says: /EHR is to be back after 4h and needs Sign-on, which is to be back after 10h/,
  },
  {
    what: 'a critical system without an RPO',
    changes: [['systems.yaml', 'rto: 4h\n    rpo: 15m\n', 'rto: 4h\n']],
    rule: 'criticality-analysis',
    says: /EHR is critical and has no rpo/,
  },
  {
    what: 'a system that is not drawn',
    changes: [['map.yaml', '    system: portal\n', '']],
    rule: 'system-on-map',
    says: /Patient portal is not on the dependency map/,
  },
  {
    what: 'a role that only desks answer',
    changes: [
      ['people.yaml', '(414) 555-0125, kind: mobile', '(414) 555-0125, kind: desk'],
      ['people.yaml', '(414) 555-0126, kind: mobile', '(414) 555-0126, kind: desk'],
    ],
    rule: 'role-filled',
    says: /billing lead cannot be reached: Lena Wickley, Bonnie Fenworth/,
  },
  {
    what: 'a person without a telephone',
    changes: [['people.yaml', '    phones:\n      - { number: (414) 555-0126, kind: mobile }\n', '']],
    rule: 'person-phone',
    says: /Bonnie Fenworth has no telephone number/,
  },
  {
    what: 'leave that nobody covers',
    changes: [
      [
        'roster.yaml',
        '      - { people: [otarnbrook, zsedgeden, lingfell], starts: 2026-01-05, at: "08:00", every: 1w }\n',
        '',
      ],
    ],
    rule: 'on-call-gap',
    says: /IT on call: nobody is on call from \w+ 2027-01-04 .*edriftgale on leave/,
  },
  {
    what: 'an override for somebody on leave',
    changes: [
      [
        'roster.yaml',
        'person: lingfell, from: 2026-11-26 08:00, to: 2026-11-27 08:00',
        'person: edriftgale, from: 2026-12-30 08:00, to: 2026-12-31 08:00',
      ],
    ],
    rule: 'roster-moments',
    says: /Emil Driftgale is on leave in this time/,
  },
  {
    what: 'a shift that ends before it begins',
    changes: [['roster.yaml', 'to: 2026-11-27 08:00', 'to: 2026-11-25 08:00']],
    rule: 'roster-moments',
    says: /not after it begins/,
  },
  {
    what: 'steps after one that waits for ever',
    changes: [['roster.yaml', 'roster: it-on-call, wait: 10m,', 'roster: it-on-call,']],
    rule: 'escalation-step',
    says: /waits for ever, so the 4 after it never come/,
  },
  {
    what: 'a step that reaches a vendor without a telephone',
    changes: [
      ['vendors.yaml', '{ name: Service desk, phone: (920) 555-0110, answersWithin: 15m }', '{ name: Service desk }'],
      ['vendors.yaml', '{ name: Security line, phone: (920) 555-0111, answersWithin: 15m }', '{ name: Security line }'],
      [
        'vendors.yaml',
        '{ name: Service manager, phone: (920) 555-0112, answersWithin: 1h }',
        '{ name: Service manager }',
      ],
    ],
    rule: 'escalation-step',
    says: /Northbridge Managed IT has no telephone number/,
  },
  {
    what: 'a vendor without contract hours',
    changes: [
      [
        'vendors.yaml',
        '    account: LV-8080\n    contract: { hours: always, until: 2028-01-31 }\n',
        '    account: LV-8080\n',
      ],
    ],
    rule: 'vendor-card',
    says: /Lantern Voice has no contract hours/,
  },
  {
    what: 'a site without hours',
    changes: [
      [
        'sites.yaml',
        '    hours:\n      mon: "08:00-12:00, 13:00-17:00"',
        '    note_hours:\n      mon: "08:00-12:00, 13:00-17:00"',
      ],
    ],
    rule: 'shape',
    says: /"note_hours" is not known here.*hours/,
  },
  {
    what: 'a system in no backup',
    changes: [['protections.yaml', 'of: [phones, portal]', 'of: [phones]']],
    rule: 'backup-covers',
    says: /Patient portal is in no backup/,
  },
  {
    what: 'a backup that runs too seldom',
    changes: [['protections.yaml', 'every: 4h', 'every: 2d']],
    rule: 'backup-covers',
    says: /may lose 4h and is copied every 2d/,
  },
  {
    what: 'a UPS without an order',
    changes: [['protections.yaml', '    onLow: [Print packets, Shut the lockbox down]\n', '']],
    rule: 'power-and-lines',
    says: /has no order for low battery/,
  },
  {
    what: 'a site with one line',
    changes: [
      [
        'protections.yaml',
        'node: west-mill-cellular\n    technology: cellular',
        'node: west-mill-cellular\n    technology: fiber',
      ],
    ],
    rule: 'power-and-lines',
    says: /West Mill has no second Internet line/,
  },
  {
    what: 'a cause without an answer',
    changes: [['scenarios.yaml', 'cause: malware', 'cause: server']],
    rule: 'causes-answered',
    says: /no answer to malware/,
  },
  {
    what: 'a scope without an answer',
    changes: [['scenarios.yaml', 'cause: power\n    scope: one-site', 'cause: power\n    scope: central']],
    rule: 'causes-answered',
    says: /no answer to power at one-site/,
  },
  {
    what: 'a procedure that only one can carry out',
    changes: [['runbooks.yaml', 'lead: edriftgale\n    backup: lingfell', 'lead: edriftgale\n    backup: edriftgale']],
    rule: 'runbook-ready',
    says: /only one person who can carry it out/,
  },
  {
    what: 'a procedure that is not in the folder',
    changes: [['runbooks.yaml', 'file: runbooks/failover.md', 'file: runbooks/fail-over.md']],
    rule: 'runbook-ready',
    says: /not in the folder. Did you mean "runbooks\/failover.md"/,
  },
  {
    what: 'a step that asks for a role nobody has',
    changes: [
      ['people.yaml', '    roles: [medical-director, clinical-lead]', '    roles: [clinical-lead]'],
      ['people.yaml', 'roles: [clinical-lead, medical-director]', 'roles: [clinical-lead]'],
    ],
    rule: 'step-possible',
    says: /both say yes” can never be done: no medical director is there/,
  },
  {
    what: 'a credential in one hand only',
    changes: [['systems.yaml', 'heldBy: [famberworth, wsedgevane]', 'heldBy: [famberworth]']],
    rule: 'credential-held',
    says: /only one person can use Administrator of the portal's banner/,
  },
  {
    what: 'no way back from a dangerous one',
    changes: [['runbooks.yaml', '    abort: The comparison fails.\n', '']],
    rule: 'runbook-ready',
    says: /has no abort/,
  },
  {
    what: 'no drill of the restore',
    changes: [['drills.yaml', 'kind: restore', 'kind: micro']],
    rule: 'drills-planned',
    says: /no drill of the kind restore/,
  },
  {
    what: 'a form that must not be used',
    changes: [['forms.yaml', 'goodUntil: 2027-09-30', 'goodUntil: 2026-09-30']],
    rule: 'forms-good',
    says: /Charge slip must not be used since 2026-09-30/,
  },
  {
    what: 'an approval of last year',
    changes: [['practice.yaml', 'on: 2026-09-28', 'on: 2025-09-28']],
    rule: 'plan-in-force',
    says: /approval of 2025-09-28 is too old/,
  },
  {
    what: 'a handover in the hour that a night lacks',
    changes: [
      ['roster.yaml', 'starts: 2026-01-05, at: "17:00", every: 1w', 'starts: 2025-03-09, at: "02:30", every: 1w'],
    ],
    rule: 'none before its 90 days',
    says: /^$/,
  },
]

for (const { what, changes, rule, says } of SPOILT)
  if (rule.startsWith('none'))
    test(`${what} is not told when no such night comes`, () =>
      assert.deepEqual(
        after(...changes).filter((one) => one.startsWith('roster-moments')),
        [],
      ))
  else
    test(`${what} is told`, () => {
      const told = after(...changes)
      assert.ok(
        told.some((one) => one.startsWith(`${rule} `) && says.test(one)),
        told.join('\n') || 'nothing was told',
      )
    })

test('a handover in the hour that a night lacks is told when that night comes', () => {
  const files = changedPlan([
    'roster.yaml',
    'starts: 2026-01-05, at: "17:00", every: 1w',
    'starts: 2025-03-09, at: "02:30", every: 1w',
  ])
  const { complaints } = checkPlan(files, instantAt('2027-01-11', '12:00', 'America/Chicago'))
  assert.deepEqual(
    complaints.filter(({ rule }) => rule === 'roster-moments').map(({ file, says }) => [file, says]),
    [
      [
        'roster.yaml',
        'on the night on which the clocks change there is no 02:30; this turn begins at 03:30.'.slice(0, -1),
      ],
    ],
  )
})

test('everything wrong is told at once, across files, each at its place', () => {
  const changes: Change[] = [
    ['systems.yaml', 'rto: 4h\n', 'rto: soon\n'],
    ['people.yaml', '(414) 555-0126, kind: mobile', '(414) 555-0126, kind: moble'],
    ['map.yaml', 'kind: power', 'kind: powr'],
  ]
  const told = after(...changes)
  assert.ok(
    told.some((one) =>
      one.startsWith(
        `shape systems.yaml:${lineOf('systems.yaml', 'rto: soon', ...changes)} rto of ehr: a span of time is written like`,
      ),
    ),
  )
  assert.ok(
    told.some(
      (one) =>
        one.startsWith(`shape people.yaml:${lineOf('people.yaml', 'kind: moble', ...changes)}`) &&
        one.includes('Did you mean "mobile"?'),
    ),
  )
  assert.ok(
    told.some(
      (one) =>
        one.startsWith(`shape map.yaml:${lineOf('map.yaml', 'kind: powr', ...changes)}`) && one.includes('"power"'),
    ),
  )
})

test('a rule whose file cannot be read is not judged, and says which', () => {
  const { notJudged, complaints } = checkPlan(
    changedPlan(['people.yaml', 'people:\n', 'people: nobody\npeeple:\n']),
    NOW,
  )
  assert.deepEqual(notJudged.find(({ rule }) => rule === 'on-call-gap')?.because, ['people'])
  assert.deepEqual(
    complaints.filter(({ rule }) => rule === 'dangling-id'),
    [],
  )
})

test('a blank is told once, at its place, and not also as what it leaves out', () => {
  const changes: Change[] = [
    [
      'vendors.yaml',
      'contract: { hours: always, until: 2028-01-31 }',
      'contract: { hours: TODO when does somebody answer? }',
    ],
    ['people.yaml', '      - { number: (414) 555-0126, kind: mobile }', '      - TODO the mobile number'],
    ['runbooks/power.md', 'The UPS order', 'TODO which order'],
  ]
  const checked = checkPlan(changedPlan(...changes), NOW)
  const told = checked.complaints.filter(({ weight }) => weight !== 'warning')
  assert.deepEqual(
    told.map(({ file, line, weight, instead }) => [file, line, weight, instead]),
    [
      ['people.yaml', lineOf('people.yaml', '- TODO', ...changes), 'blank', 'the mobile number'],
      ['runbooks/power.md', 3, 'blank', 'which order runs by itself: packets first.'],
      ['vendors.yaml', lineOf('vendors.yaml', 'TODO', ...changes), 'blank', 'when does somebody answer?'],
    ],
  )
  assert.deepEqual([checked.faults, checked.blanks], [0, 3])
})

test('a file that is no part of the plan is told, with what it was perhaps meant to be', () => {
  const files = changedPlan()
  files.set('vendor.yaml', 'vendors: []')
  const [told] = checkPlan(files, NOW).complaints.filter(({ file }) => file === 'vendor.yaml')
  assert.match(told?.says ?? '', /no part of the plan.*"vendors.yaml"/)
})
