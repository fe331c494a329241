import type { AuditEntry } from '../../../access/audit/store.ts'
import { spanInWords } from '../../../base/ago.ts'
import { type Instant, MINUTE, SECOND } from '../../../base/time.ts'
import type { Limits } from '../../../monitor/monitor.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'
import { WITHOUT_HUB } from '../../../readiness/judge/without-hub.ts'
import type { Plan } from '../../../readiness/readiness.ts'
import type { Heard } from '../../sites/sites.ts'
import { clockEvidence } from './observers.ts'

/** The way to the hub takes time, and a site that stamps its word a minute off is no trouble yet. */
const SKEW_MS = MINUTE

/** What a site last said of what it holds, and of its clock. */
export function evidenceOfHeartbeat(
  siteId: string,
  { heardAt, heartbeat }: Heard,
  limits: { schedule: Limits; keyData: Limits },
): NewEvidence[] {
  const age = (asOf: Instant | undefined) => (asOf === undefined ? undefined : Math.max(0, heardAt - asOf))
  const schedule = age(heartbeat.freshness?.schedule)
  const keyData = age(heartbeat.freshness?.keyData)
  const known = schedule !== undefined && keyData !== undefined
  const fresh = known && schedule <= limits.schedule.staleAfterMs && keyData <= limits.keyData.staleAfterMs
  const said = (ageMs: number | undefined) =>
    ageMs === undefined ? 'not known' : `${ageMs < SECOND ? 'under 1 s' : spanInWords(ageMs)} old`
  return [
    {
      kind: 'pack-fresh',
      subject: `site:${siteId}`,
      at: heardAt,
      // A site that has just begun cannot say yet: that is no proof, and no fault.
      outcome: !known ? 'unclear' : fresh ? 'held' : 'failed',
      because: `It holds a schedule ${said(schedule)} and key data ${said(keyData)}.`,
      measured: [
        ...(schedule === undefined ? [] : [{ what: 'schedule age', value: Math.round(schedule / SECOND), unit: 's' }]),
        ...(keyData === undefined ? [] : [{ what: 'key data age', value: Math.round(keyData / SECOND), unit: 's' }]),
      ],
      people: [],
    },
    clockEvidence(`site:${siteId}`, heartbeat.at - heardAt, SKEW_MS, { at: heardAt }),
  ]
}

/** A sheet that came out of a printer of the site, as its journal tells. */
export function evidenceOfPrint(siteId: string, { line }: Pick<AuditEntry, 'line'>): NewEvidence[] {
  const { pages, label } = line.about
  if (line.outcome !== 'done' || typeof label !== 'string') return []
  return [
    {
      kind: 'print-receipt',
      subject: `site:${siteId}`,
      at: line.at,
      outcome: 'held',
      because: 'A sheet of the day came out of its printer.',
      measured: typeof pages === 'number' ? [{ what: 'pages', value: pages, unit: 'count' }] : [],
      people: [],
    },
  ]
}

/** Somebody opened the site with their own password while it heard nothing of the hub, as its journal tells. One with the hub there shows nothing of this. */
export function evidenceOfSignIn(siteId: string, { line }: Pick<AuditEntry, 'line'>, plan: Plan): NewEvidence[] {
  const { hub, hubSilentMs } = line.about
  if (line.outcome !== 'done' || !('login' in line.who) || hub !== 'silent' || typeof hubSilentMs !== 'number')
    return []
  const { login } = line.who
  return [
    {
      kind: 'offline-sign-in',
      subject: `site:${siteId}`,
      at: line.at,
      outcome: 'held',
      because: `Somebody signed in there with their own password when the site had heard nothing of the hub for ${spanInWords(hubSilentMs)}.`,
      measured: [{ what: WITHOUT_HUB, value: Math.round(hubSilentMs / SECOND), unit: 's' }],
      people: plan.people.people.some(({ id }) => id === login) ? [login] : [],
    },
  ]
}
