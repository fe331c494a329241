import { HOUR, type Instant, MINUTE } from '../../base/time.ts'
import type { EscalationPlan, EscalationStep } from '../../monitor/escalation.ts'
import type { Reach, Reachable } from '../../monitor/reach.ts'
import { whoIsOnCall } from '../../readiness/duty/on-call.ts'
import type { Plan } from '../../readiness/readiness.ts'
import type { Person } from '../../readiness/shape/people.ts'
import type { Step } from '../../readiness/shape/roster.ts'
import type { Centre, PlanAsking } from './centre.ts'
import { planInForce } from './plan-in-force.ts'

const ROUNDS = 2
const FORGET_AFTER_MS = 30 * MINUTE
const AGAIN_AFTER_MS = HOUR
/** A step that the plan lets wait for ever is the last; who is asked there is asked again with the next round. */
const LAST_WAITS_MS = 30 * MINUTE

/** Who is asked to take an alarm now: as the hub's configuration says, or as the plan in force and its roster say at this moment. */
export async function escalationNow(
  centre: Pick<Centre, 'db' | 'clock' | 'escalation' | 'planAsking'>,
): Promise<EscalationPlan | undefined> {
  const { escalation, planAsking } = centre
  if (escalation !== undefined || planAsking === undefined) return escalation
  const { plan, version } = await planInForce(centre.db)
  return version === undefined ? undefined : escalationOfPlan(plan, planAsking, centre.clock.now())
}

/** Undefined when the plan has no such escalation, or nobody in it. */
export function escalationOfPlan(
  plan: Plan,
  { escalation, carried }: PlanAsking,
  now: Instant,
): EscalationPlan | undefined {
  const written = plan.roster.escalations.find(({ id }) => id === escalation)
  if (written === undefined) return undefined
  const steps: EscalationStep[] = []
  for (const step of written.steps) {
    const people = step.vendor === undefined ? peopleAt(plan, step, now) : (steps.at(-1)?.people ?? [])
    steps.push({
      people,
      answerWithinMs: step.wait ?? LAST_WAITS_MS,
      authority: step.vendor === undefined ? (step.authority ?? '') : toCall(plan, step.vendor),
    })
  }
  if (steps.every(({ people }) => people.length === 0)) return undefined
  const { zone } = plan.practice.practice
  const asked = new Set(steps.flatMap(({ people }) => people))
  return {
    people: plan.people.people.filter(({ id }) => asked.has(id)).map((person) => reachable(person, zone, carried)),
    steps,
    rounds: ROUNDS,
    forgetAfterMs: FORGET_AFTER_MS,
    againAfterMs: AGAIN_AFTER_MS,
  }
}

function peopleAt(plan: Plan, step: Step, now: Instant): string[] {
  if (step.person !== undefined) return [step.person]
  if (step.role !== undefined) {
    const { role } = step
    return plan.people.people.filter(({ roles }) => roles.includes(role)).map(({ id }) => id)
  }
  const roster = plan.roster.rosters.find(({ id }) => id === step.roster)
  const onCall = roster === undefined ? undefined : whoIsOnCall(plan, roster, now)
  return onCall?.status === 'on-call' ? [onCall.person] : []
}

/** Holdfast calls no vendor: whoever was asked last is told whom to call, and what they are asked there. */
function toCall(plan: Plan, id: string): string {
  const vendor = plan.vendors.vendors.find((one) => one.id === id)
  const tier = vendor?.tiers.find(({ phone }) => phone !== undefined)
  const account = vendor?.account === undefined ? '' : `, account ${vendor.account}`
  return `Call ${vendor?.name ?? id}${tier?.phone === undefined ? '' : ` at ${tier.phone}`}${account}.`
}

function reachable(person: Person, zone: string, carried: ReadonlySet<string>): Reachable {
  // A desk telephone rings where nobody is at night.
  const mobile = person.phones.find(({ kind }) => kind === 'mobile')?.number
  const voice = mobile ?? person.phones.find(({ kind }) => kind !== 'desk')?.number
  const reach: Reach[] = [
    ...(mobile === undefined ? [] : [{ channel: 'sms' as const, target: dialled(mobile) }]),
    ...(voice === undefined ? [] : [{ channel: 'voice' as const, target: dialled(voice) }]),
    ...(person.email === undefined ? [] : [{ channel: 'email' as const, target: person.email }]),
  ]
  return {
    id: person.id,
    name: person.name,
    zone,
    away: person.leave,
    reach: reach.filter(({ channel }) => carried.has(channel)),
    quietUntil: () => undefined,
  }
}

/** As a telephone network takes it: without an extension, and ten digits are a number of the North American plan. */
function dialled(written: string): string {
  const [number = ''] = written.split(/x/i)
  const digits = number.replace(/\D/g, '')
  if (number.trim().startsWith('+')) return `+${digits}`
  return digits.length === 10 ? `+1${digits}` : digits
}
