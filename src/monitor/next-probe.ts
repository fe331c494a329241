import { type Diagnosis, seenDown } from './diagnose.ts'
import type { Wiring } from './failing.ts'
import type { Probe } from './map.ts'

/** A question whose answer tells most about whether `fault` is it, in bits, and what each answer would speak for. */
export type NextProbe = { probe: Probe; gainBits: number; ifDown: readonly string[]; ifUp: readonly string[] }

/** Below this an answer would change nothing. */
const LEAST_BITS = 0.01

/**
 * The probe that best tells whether `fault` is the cause: the one with the most mutual information between its answer and the fault, over the
 * diagnoses that are left. Undefined when none would tell. A program is asked before a person is sent.
 */
export function nextProbe(
  fault: string,
  diagnoses: readonly Diagnosis[],
  probes: readonly Probe[],
  wiring: Wiring,
): NextProbe | undefined {
  const inOrder = probes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  let best: NextProbe | undefined
  for (const one of tellingProbes(fault, diagnoses, inOrder, wiring))
    if (one.gainBits > (best?.gainBits ?? 0) + 1e-9) best = one
  return best
}

/** All probes whose answer would tell something about whether `fault` is the cause. */
export function tellingProbes(
  fault: string,
  diagnoses: readonly Diagnosis[],
  probes: readonly Probe[],
  wiring: Wiring,
): NextProbe[] {
  if (diagnoses.length < 2) return []
  return probes.flatMap((probe) => {
    const down = diagnoses.filter(({ faults }) => seenDown(wiring, faults, probe))
    if (down.length === 0 || down.length === diagnoses.length) return []
    const gainBits = mutualBits(diagnoses, new Set(down), fault)
    if (gainBits < LEAST_BITS) return []
    const up = diagnoses.filter((one) => !down.includes(one))
    return [{ probe, gainBits, ifDown: firstFaults(down), ifUp: firstFaults(up) }]
  })
}

function keyOf({ by, thing, observer }: Probe): string {
  return `${by === 'person' ? 1 : 0} ${thing} ${observer}`
}

/** What the likeliest of these blames. */
function firstFaults(diagnoses: readonly Diagnosis[]): readonly string[] {
  return diagnoses[0]?.faults ?? []
}

function mutualBits(diagnoses: readonly Diagnosis[], down: ReadonlySet<Diagnosis>, fault: string): number {
  const total = sum(diagnoses)
  const has = diagnoses.filter(({ faults }) => faults.includes(fault))
  const hasNot = diagnoses.filter(({ faults }) => !faults.includes(fault))
  const answers = (all: readonly Diagnosis[]): number => {
    const share = sum(all)
    return share === 0 ? 0 : entropy(sum(all.filter((one) => down.has(one))) / share)
  }
  return answers(diagnoses) - (sum(has) / total) * answers(has) - (sum(hasNot) / total) * answers(hasNot)
}

function sum(diagnoses: readonly Diagnosis[]): number {
  return diagnoses.reduce((all, { share }) => all + share, 0)
}

function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p)
}
