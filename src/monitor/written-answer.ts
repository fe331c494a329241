import type { Wiring } from './failing.ts'
import type { WrittenAnswer } from './map.ts'

type Wires = Pick<Wiring, 'failing'>

/** `lost`: the one that it would be, if the standby that it turns to were not down as well. */
export type AnswerFound = { answer: WrittenAnswer | undefined; lost: WrittenAnswer | undefined }

/**
 * What the practice has written for exactly what is down, as far as `fault` has a part in it: all that the case takes away is down, and of several cases it
 * is the one that holds most of the faults, then the one that takes most away, then the first. An answer that turns to a standby which is down is none.
 */
export function answerTo(
  answers: readonly WrittenAnswer[],
  fault: string,
  faults: readonly string[],
  wiring: Wires,
): AnswerFound {
  const down = wiring.failing(faults)
  const its = wiring.failing([fault])
  const held = ({ takesOut }: WrittenAnswer): number => takesOut.filter((id) => faults.includes(id)).length
  const cases = answers
    .filter(({ takesOut }) => takesOut.some((id) => its.has(id)) && takesOut.every((id) => down.has(id)))
    .toSorted((a, b) => held(b) - held(a) || b.takesOut.length - a.takesOut.length)
  const [first] = cases
  if (first?.turnsTo === undefined || !down.has(first.turnsTo)) return { answer: first, lost: undefined }
  // Another case of the same things is about something else (an update that failed): it is no second best.
  const taken = first.takesOut.toSorted().join()
  return {
    answer: cases.find(
      ({ turnsTo, takesOut }) => (turnsTo === undefined || !down.has(turnsTo)) && takesOut.toSorted().join() !== taken,
    ),
    lost: first,
  }
}
