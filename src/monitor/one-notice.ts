import { faultsOfKey, keyOfFaults } from './cause-key.ts'
import type { Wiring } from './failing.ts'
import type { DependencyMap } from './map.ts'
import type { Cause } from './monitor.ts'
import { answerTo } from './written-answer.ts'

type Wires = Pick<Wiring, 'failing'>

/** Which faults are told as one: those that one case of the plan takes away together. The others each alone. */
export function toldTogether(map: DependencyMap, faults: readonly string[], wiring: Wires): string[][] {
  const answers = map.answers ?? []
  const groups = Map.groupBy(faults, (fault) => {
    const { answer } = answerTo(answers, fault, faults, wiring)
    return answer?.takesOut.includes(fault) === true ? answer : fault
  })
  return [...groups.values()]
}

/** Several causes which are one case of the plan, as one. */
export function asOne(map: DependencyMap, causes: readonly Cause[], faults: readonly string[], wiring: Wires): Cause {
  const [first] = causes
  if (first === undefined) throw new RangeError('There is no cause to tell.')
  if (causes.length === 1) return first
  const all = causes.flatMap(({ key }) => faultsOfKey(key))
  const { answer } = answerTo(map.answers ?? [], all[0] ?? '', faults, wiring)
  return {
    key: keyOfFaults(all),
    since: Math.min(...causes.map(({ since }) => since)),
    headline: `${answer === undefined ? '' : `${answer.name}: `}${causes.map(({ headline }) => headline).join('; ')}`,
    because: causes.map(({ headline, because }) => `${headline}: ${because}`).join(' '),
    symptoms: [...new Set(causes.flatMap(({ symptoms }) => symptoms))],
    advice: [...new Set(causes.map(({ advice }) => advice))].join(' '),
    ...(causes.every(({ canWait }) => canWait === true) ? { canWait: true } : {}),
  }
}
