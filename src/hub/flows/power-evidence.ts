import type { PowerRun } from '../../monitor/power/power.ts'
import type { NewEvidence } from '../../readiness/evidence/record.ts'

/** What a run of a UPS's order proves, once it is at its end; undefined before, and where it was called off: then nothing is proven either way. */
export function powerEvidence(run: PowerRun): NewEvidence | undefined {
  const { state } = run
  if (state.status === 'going' || state.status === 'called-off') return undefined
  const unclear = run.steps.some((step) => step.state.status === 'unclear')
  const before = run.mode === 'drill' ? 'A drill, without the stops' : 'A real power failure'
  return {
    kind: 'ups-drill',
    subject: `ups:${run.orderId}`,
    at: state.at,
    outcome: state.status === 'done' ? 'held' : unclear ? 'unclear' : 'failed',
    because: `${before}: ${state.because}`,
    measured: [
      { what: 'mode', value: run.mode, unit: 'text' },
      { what: 'whole order', value: state.at - run.beganAt, unit: 'ms' },
      ...run.steps.flatMap(({ name, state: step }) =>
        'startedAt' in step && 'at' in step ? [{ what: name, value: step.at - step.startedAt, unit: 'ms' }] : [],
      ),
    ],
    people: run.by === undefined ? [] : [run.by],
  }
}
