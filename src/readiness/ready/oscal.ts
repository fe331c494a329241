import type { Instant } from '../../base/time.ts'
import { uuidOf } from '../../base/uuid-of.ts'
import type { KeptEvidence } from '../evidence/record.ts'
import type { Check, CheckGroup, Shown, Verdict } from '../judge/check.ts'
import { CITATIONS } from '../judge/citations.ts'
import type { Judged } from './judge-checks.ts'

const VERSION = '1.2.2'
const NAMESPACE = 'https://holdfast.example/ns/oscal'

/** The control of NIST SP 800-53 Rev. 5 under which an assessor looks for each group. */
const CONTROL: { [group in CheckGroup]: string } = {
  Governance: 'cp-2',
  'Data backup': 'cp-9',
  Standby: 'cp-10',
  'Utilities and security': 'cp-8',
  'Emergency access': 'cp-2',
  'Downtime operation': 'cp-2',
  Communication: 'cp-11',
  Recovery: 'cp-10',
  'Training and tests': 'cp-4',
  'Guarded maintenance': 'cp-2',
}

export type Assessed = {
  practice: { id: string; name: string }
  /** The version of the plan that was judged; 0 when none was ever kept. */
  planVersion: number
  judged: readonly Judged[]
  evidence: readonly KeptEvidence[]
  now: Instant
}

/**
 * The verdicts and what they rest on, as OSCAL 1.2.2 assessment results. OSCAL knows *satisfied* and *not satisfied* only: what is missing or excluded is not
 * satisfied, with the reason `other`, its own word as a property and the because as its remark.
 */
export function asOscal({ practice, planVersion, judged, evidence, now }: Assessed) {
  const at = new Date(now).toISOString()
  const verdicts = judged.map((one) => ({ one, verdict: one.status === 'excluded' ? one.otherwise : one.verdict }))
  const rested = new Map<string, Instant | undefined>()
  for (const { verdict } of verdicts)
    for (const shown of verdict.shown)
      if (shown.record !== undefined) rested.set(shown.record, 'until' in shown ? shown.until : undefined)
  const observations = evidence.filter(({ id }) => rested.has(id)).map((one) => observation(one, rested.get(one.id)))
  const known = new Set(observations.map(({ uuid }) => uuid))
  const plan = uuidOf(`${practice.id} plan ${planVersion}`)
  const party = uuidOf(`practice ${practice.id}`)
  return {
    'assessment-results': {
      uuid: uuidOf(`${practice.id} assessment ${at}`),
      metadata: {
        title: line(`Readiness of ${practice.name}`),
        'last-modified': at,
        version: `${planVersion}`,
        'oscal-version': VERSION,
        parties: [{ uuid: party, type: 'organization', name: line(practice.name) }],
        'responsible-parties': [{ 'role-id': 'assessor', 'party-uuids': [party] }],
        roles: [{ id: 'assessor', title: 'Assessor' }],
      },
      'import-ap': { href: `#${plan}` },
      results: [
        {
          uuid: uuidOf(`${practice.id} result ${at}`),
          title: 'Contingency plan, held against its evidence',
          description:
            'Each finding is one check of the plan. Missing evidence never counts as satisfied, and evidence counts only for the time that the check names.',
          start: at,
          end: at,
          'reviewed-controls': {
            'control-selections': [
              {
                'include-controls': [...new Set(Object.values(CONTROL))].map((control) => ({ 'control-id': control })),
              },
            ],
          },
          ...(observations.length === 0 ? {} : { observations }),
          findings: verdicts.map(({ one, verdict }) => finding(one, verdict, known)),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: plan,
            title: line(`Contingency plan of ${practice.name}, version ${planVersion}`),
            description: 'The plan names what is assessed; it is kept by the practice.',
          },
        ],
      },
    },
  }
}

function observation(one: KeptEvidence, until: Instant | undefined) {
  const { artefact } = one
  return {
    uuid: uuidOf(one.id),
    title: line(`${one.kind}: ${one.subject}`),
    description: one.because,
    props: [
      prop('evidence-id', one.id),
      prop('kind', one.kind),
      prop('subject', one.subject),
      prop('outcome', one.outcome),
      prop('noted-by', one.notedBy),
      prop('chain-hash', one.hash),
    ],
    methods: [one.notedBy === 'hub' ? 'TEST' : 'EXAMINE'],
    collected: new Date(one.at).toISOString(),
    ...(until === undefined ? {} : { expires: new Date(until).toISOString() }),
    ...(artefact === undefined
      ? {}
      : {
          'relevant-evidence': [
            { description: `${artefact.name}, ${artefact.bytes} bytes`, props: [prop('sha256', artefact.sha256)] },
          ],
        }),
    ...(one.measured.length === 0
      ? {}
      : { remarks: one.measured.map(({ what, value, unit }) => `${what}: ${value} ${unit}`).join('\n') }),
  }
}

function finding(one: Judged, verdict: Verdict, known: ReadonlySet<string>) {
  const { check, status } = one
  const because =
    one.status === 'excluded'
      ? `Excluded until ${new Date(one.excluded.until).toISOString()} by ${one.excluded.owner}: ${one.excluded.because} Otherwise ${verdict.status}: ${verdict.because}`
      : verdict.because
  const related = relatedTo(verdict.shown, known)
  return {
    uuid: uuidOf(`finding ${check.id}`),
    title: line(`${check.id}: ${check.says}`),
    description: because,
    props: [prop('verdict', status), prop('control', CONTROL[check.group]), ...cited(check)],
    target: {
      type: 'objective-id',
      'target-id': `holdfast-${check.id.toLowerCase()}`,
      status: {
        state: status === 'met' ? 'satisfied' : 'not-satisfied',
        reason: status === 'met' ? 'pass' : status === 'failed' ? 'fail' : 'other',
        ...(status === 'met' ? {} : { remarks: because }),
      },
    },
    ...(related.length === 0 ? {} : { 'related-observations': related }),
  }
}

function relatedTo(shown: readonly Shown[], known: ReadonlySet<string>) {
  const uuids = new Set(shown.flatMap(({ record }) => (record === undefined ? [] : [uuidOf(record)])))
  return [...uuids].filter((uuid) => known.has(uuid)).map((uuid) => ({ 'observation-uuid': uuid }))
}

function cited({ serves }: Check) {
  return serves.map((key) => prop('serves', `${CITATIONS[key].cite}: ${CITATIONS[key].asks}`))
}

function prop(name: string, value: string) {
  return { name, ns: NAMESPACE, value: line(value) }
}

/** OSCAL's strings are one line that begins and ends with a letter or sign. */
function line(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim() || '-'
}
