import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { before, test } from 'node:test'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { DAY } from '../../src/base/time.ts'
import { instantAt } from '../../src/base/zone.ts'
import type { Evidence } from '../../src/readiness/evidence/evidence.ts'
import { readPlan } from '../../src/readiness/plan/read-plan.ts'
import { judgeChecks } from '../../src/readiness/ready/judge-checks.ts'
import { asOscal } from '../../src/readiness/ready/oscal.ts'
import { changedPlan, samplePlan } from '../readiness/sample-plan.ts'
import { wholeEvidence } from '../readiness/whole-evidence.ts'

/** The official schema of OSCAL 1.2.2 (NIST), which lies with the shared data. */
const SCHEMA = new URL('../../../shared/data/oscal/oscal_complete_schema-1-2-2.json', import.meta.url)
const NOW = instantAt('2026-11-23', '12:00', 'America/Chicago')
const { plan } = readPlan(samplePlan)
const practice = { id: 'harbor-valley', name: 'Harbor Valley Medical Group' }
let valid: ValidateFunction

before(async () => {
  const schema: unknown = JSON.parse(await readFile(SCHEMA, 'utf8'))
  assert.ok(typeof schema === 'object' && schema !== null)
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  valid = ajv.compile(schema)
})

const kept = (all: readonly Evidence[]) =>
  all.map((one, nth) => ({ ...one, seq: nth + 1, hash: 'a'.repeat(64), notedAt: one.at, notedBy: 'hub' }))

const export_ = (evidence: Evidence[], of = plan, now = NOW) =>
  asOscal({ practice, planVersion: 3, judged: judgeChecks(of, evidence, now), evidence: kept(evidence), now })

test('assessment results are valid whatever was shown: everything, nothing, what is too old, what failed, and an exclusion', () => {
  const whole = wholeEvidence(plan, NOW)
  const line =
    'exclusions: [{ check: U4, owner: famberworth, because: Telephones move in January., until: 2027-01-31 }]'
  const left = readPlan(changedPlan(['practice.yaml', 'copies:', `${line}\ncopies:`])).plan
  const awkward = whole.map((one, nth) => ({
    ...one,
    outcome: nth % 3 === 0 ? ('failed' as const) : one.outcome,
    because: ' Two\nlines, and "quotes" ',
    measured: [],
    artefact: { name: 'a "file" ü.pdf', mediaType: 'application/pdf', bytes: 12, sha256: 'b'.repeat(64) },
  }))
  const cases: [string, ReturnType<typeof asOscal>][] = [
    ['everything', export_(whole)],
    ['nothing', export_([])],
    ['no plan', export_([], readPlan(new Map()).plan)],
    ['too old', export_(whole, plan, NOW + 900 * DAY)],
    ['failed', export_(awkward)],
    ['excluded', export_(whole, left)],
  ]
  for (const [name, document] of cases)
    assert.ok(valid(JSON.parse(JSON.stringify(document))), `${name}: ${JSON.stringify(valid.errors?.slice(0, 3))}`)
})

test('the schema would notice: a document with a state of its own is not valid', () => {
  const document: unknown = JSON.parse(JSON.stringify(export_([])).replace('"not-satisfied"', '"missing"'))
  assert.ok(!valid(document))
})

test('missing and excluded are never satisfied, and what a finding rests on is in the document', () => {
  const [result] = export_(wholeEvidence(plan, NOW).slice(0, 40))['assessment-results'].results
  assert.ok(result !== undefined)
  const known = new Set((result.observations ?? []).map(({ uuid }) => uuid))
  for (const { target, props, 'related-observations': related = [] } of result.findings) {
    const verdict = props.find(({ name }) => name === 'verdict')?.value
    assert.equal(target.status.state === 'satisfied', verdict === 'met')
    for (const one of related) assert.ok(known.has(one['observation-uuid']))
  }
})
