import { carriedBy } from './channels.ts'
import type { HubConfig } from './config.ts'
import { escalationPlan } from './escalation-config.ts'
import type { Centre } from './flows/centre.ts'

/** Who is asked to take alarms, as the configuration has it: its own list, or an escalation of the contingency plan. */
export function askingOf(config: HubConfig): Pick<Centre, 'escalation' | 'planAsking'> {
  const { escalation, escalationOfPlan, practice } = config
  const carried = carriedBy(config)
  return {
    escalation: escalation === undefined ? undefined : escalationPlan(escalation, practice.zone, carried),
    planAsking: escalationOfPlan === undefined ? undefined : { escalation: escalationOfPlan, carried },
  }
}
