const KEY = 'thing:'
const AND = '+'

/** The key of the alarm that a fault of the map opens: what stands for a source or a site has that one's. */
export function keyOfFault(fault: string): string {
  return /^(site|source):/.test(fault) ? fault : `${KEY}${fault}`
}

/** The key of one alarm for several faults which are one case of the plan. */
export function keyOfFaults(faults: readonly string[]): string {
  const [only] = faults
  return only !== undefined && faults.length === 1 ? keyOfFault(only) : `${KEY}${faults.toSorted().join(AND)}`
}

/** The faults that an alarm is about. */
export function faultsOfKey(key: string): string[] {
  return key.startsWith(KEY) ? key.slice(KEY.length).split(AND) : [key]
}
