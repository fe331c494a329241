import type { PlanRule } from '../readiness.ts'
import { backupCovers } from './backup-covers.ts'
import { causesAnswered } from './causes-answered.ts'
import { credentialHeld } from './credential-held.ts'
import { criticalityAnalysis } from './criticality-analysis.ts'
import { danglingId } from './dangling-id.ts'
import { dependencyCycle } from './dependency-cycle.ts'
import { drillsPlanned } from './drills-planned.ts'
import { escalationStep } from './escalation-step.ts'
import { exclusionsStand } from './exclusions-stand.ts'
import { formsGood } from './forms-good.ts'
import { onCallGap } from './on-call-gap.ts'
import { personPhone } from './person-phone.ts'
import { planInForce } from './plan-in-force.ts'
import { powerAndLines } from './power-and-lines.ts'
import { recoveryTimes } from './recovery-times.ts'
import { repeatedId } from './repeated-id.ts'
import { roleFilled } from './role-filled.ts'
import { rosterMoments } from './roster-moments.ts'
import { rotationTurns } from './rotation-turns.ts'
import { runbookReady } from './runbook-ready.ts'
import { siteCard } from './site-card.ts'
import { stepPossible } from './step-possible.ts'
import { systemOnMap } from './system-on-map.ts'
import { vendorCard } from './vendor-card.ts'

/** Every rule of the plan; one file each. A new one is added here and nowhere else. */
export const everyRule: readonly PlanRule[] = [
  danglingId,
  repeatedId,
  planInForce,
  exclusionsStand,
  siteCard,
  personPhone,
  roleFilled,
  onCallGap,
  rosterMoments,
  rotationTurns,
  escalationStep,
  vendorCard,
  criticalityAnalysis,
  recoveryTimes,
  systemOnMap,
  dependencyCycle,
  backupCovers,
  powerAndLines,
  causesAnswered,
  runbookReady,
  stepPossible,
  credentialHeld,
  drillsPlanned,
  formsGood,
]
