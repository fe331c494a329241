import type { Check } from '../judge/check.ts'
import { b1 } from './b1-coverage.ts'
import { b2 } from './b2-newest-copy.ts'
import { b3 } from './b3-three-two-one.ts'
import { b4 } from './b4-alert-test.ts'
import { b5 } from './b5-restore-test.ts'
import { b6 } from './b6-bare-metal.ts'
import { b7 } from './b7-users-out.ts'
import { b8 } from './b8-before-a-change.ts'
import { c1 } from './c1-call-tree.ts'
import { c2 } from './c2-estimates.ts'
import { c3 } from './c3-roles.ts'
import { c4 } from './c4-updates.ts'
import { d1 } from './d1-declare.ts'
import { d2 } from './d2-tiers.ts'
import { d3 } from './d3-packs-and-paper.ts'
import { d4 } from './d4-lockbox.ts'
import { d5 } from './d5-forms.ts'
import { d6 } from './d6-downtime-ids.ts'
import { d7 } from './d7-medication-safety.ts'
import { d8 } from './d8-critical-results.ts'
import { d9 } from './d9-prescribing.ts'
import { d10 } from './d10-triage.ts'
import { d11 } from './d11-privacy-on-paper.ts'
import { d12 } from './d12-payments.ts'
import { d13 } from './d13-patients.ts'
import { d14 } from './d14-long-downtime.ts'
import { g1 } from './g1-policy.ts'
import { g2 } from './g2-on-call.ts'
import { g3 } from './g3-copies.ts'
import { g4 } from './g4-criticality.ts'
import { g5 } from './g5-causes.ts'
import { g6 } from './g6-inventory.ts'
import { g7 } from './g7-vendors.ts'
import { g8 } from './g8-changes.ts'
import { g9 } from './g9-retention.ts'
import { m1 } from './m1-risky-dates.ts'
import { m2 } from './m2-rehearsed.ts'
import { m3 } from './m3-gates.ts'
import { m4 } from './m4-vendor-standby.ts'
import { m5 } from './m5-abort.ts'
import { r1 } from './r1-replication.ts'
import { r2 } from './r2-reachable.ts'
import { r3 } from './r3-read-only.ts'
import { r4 } from './r4-failover.ts'
import { r5 } from './r5-capacity.ts'
import { t1 } from './t1-training.ts'
import { t2 } from './t2-drills.ts'
import { t3 } from './t3-after-changes.ts'
import { t4 } from './t4-plan-review.ts'
import { t5 } from './t5-figures.ts'
import { u1 } from './u1-ups.ts'
import { u2 } from './u2-lines.ts'
import { u3 } from './u3-malware.ts'
import { u4 } from './u4-phones.ts'
import { u5 } from './u5-night-access.ts'
import { u6 } from './u6-clocks.ts'
import { v1 } from './v1-return.ts'
import { v2 } from './v2-back-entry.ts'
import { v3 } from './v3-id-merge.ts'
import { v4 } from './v4-billing.ts'
import { v5 } from './v5-stand-in.ts'
import { v6 } from './v6-in-flight.ts'
import { v7 } from './v7-review.ts'
import { v8 } from './v8-breach.ts'
import { x1 } from './x1-break-glass.ts'
import { x2 } from './x2-offline-sign-in.ts'
import { x3 } from './x3-accountability.ts'

/** Every check, one file each, in the order of the plan's items. A new one is added here and nowhere else. */
export const everyCheck: readonly Check[] = [
  g1,
  g2,
  g3,
  g4,
  g5,
  g6,
  g7,
  g8,
  g9,
  b1,
  b2,
  b3,
  b4,
  b5,
  b6,
  b7,
  b8,
  r1,
  r2,
  r3,
  r4,
  r5,
  u1,
  u2,
  u3,
  u4,
  u5,
  u6,
  x1,
  x2,
  x3,
  d1,
  d2,
  d3,
  d4,
  d5,
  d6,
  d7,
  d8,
  d9,
  d10,
  d11,
  d12,
  d13,
  d14,
  c1,
  c2,
  c3,
  c4,
  v1,
  v2,
  v3,
  v4,
  v5,
  v6,
  v7,
  v8,
  t1,
  t2,
  t3,
  t4,
  t5,
  m1,
  m2,
  m3,
  m4,
  m5,
]
