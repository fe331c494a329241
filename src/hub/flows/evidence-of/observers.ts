import type { Instant } from '../../../base/time.ts'
import { judgeObserver } from '../../../monitor/observations/judge-system.ts'
import type { Measured, ObserverFacts } from '../../../monitor/observations/observations.ts'
import type { EvidenceKind } from '../../../readiness/evidence/evidence.ts'
import type { NewEvidence } from '../../../readiness/evidence/record.ts'
import type { Plan } from '../../../readiness/readiness.ts'

const SKEW_MS = 2000

/**
 * What the last look of each probe shows. One that nobody could make, or that is too old, shows nothing: unknown is neither good nor bad. A probe is about what
 * it `observes`: a system or a node of the map, a UPS, or a machine on which the protection against malware runs.
 */
export function evidenceOfObservers(plan: Plan, observers: readonly ObserverFacts[], now: Instant): NewEvidence[] {
  return observers.flatMap((observer) => {
    const { status, because } = judgeObserver(observer, now)
    const { last, systemId, kind } = observer
    if (last === undefined || status === 'unknown' || status === 'not-observable') return []
    const base = {
      at: last.at,
      outcome: status === 'well' || status === 'watch' ? ('held' as const) : ('failed' as const),
      because,
      measured: [...last.observation.measured, { what: 'asked by', value: kind, unit: 'text' }],
      people: [],
    }
    const of = (as: EvidenceKind, subject: string): NewEvidence => ({ ...base, kind: as, subject })
    if (kind === 'nut' || kind === 'snmp-ups') return [of('ups-looked-at', `ups:${systemId}`)]
    if (kind === 'lines') return linesIn(plan, last.observation.measured, base)
    if (kind === 'clamav')
      return plan.protections.antivirus.flatMap(({ id, on }) =>
        on.includes(systemId) ? [of('definitions-looked-at', `antivirus:${id}:${systemId}`)] : [],
      )
    const seen = of('system-looked-at', `system:${systemId}`)
    return kind === 'ssh-host' ? [seen, ...clockIn(systemId, last.observation.measured, base)] : [seen]
  })
}

type Base = Omit<NewEvidence, 'kind' | 'subject'>

/** A probe of lines measures each by the name that it has in the configuration: its id in the plan, or its name there. */
function linesIn(plan: Plan, measured: readonly Measured[], base: Base): NewEvidence[] {
  return plan.protections.lines.flatMap((line): NewEvidence[] => {
    const loss = measured.find(({ what }) => what === `${line.id} loss` || what === `${line.name} loss`)?.value
    if (typeof loss !== 'number') return []
    const carries = loss < 100
    return [
      {
        ...base,
        kind: 'line-looked-at',
        subject: `line:${line.id}`,
        outcome: carries ? 'held' : 'failed',
        because: carries
          ? `${line.name} carries; it loses ${loss} % of the connections.`
          : `${line.name} carries nothing.`,
      },
    ]
  })
}

function clockIn(systemId: string, measured: readonly Measured[], base: Base): NewEvidence[] {
  const ahead = measured.find(({ what, unit }) => what === 'clock ahead, at least' && unit === 'ms')
  return typeof ahead?.value === 'number' ? [clockEvidence(systemId, ahead.value, SKEW_MS, base)] : []
}

/** `of`: a node of the map, or `site:` and the id of one. */
export function clockEvidence(of: string, aheadMs: number, mostMs: number, base: Pick<Base, 'at'>): NewEvidence {
  const good = Math.abs(aheadMs) <= mostMs
  return {
    kind: 'clock-looked-at',
    subject: `clock:${of}`,
    at: base.at,
    outcome: good ? 'held' : 'failed',
    because: `Its clock is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}; up to ${mostMs} ms is taken as the same.`,
    measured: [{ what: 'clock ahead', value: aheadMs, unit: 'ms' }],
    people: [],
  }
}
