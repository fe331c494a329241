const KEY = 'thing:'

/** The key of the alarm that a fault of the map opens: what stands for a source or a site has that one's. */
export function keyOfFault(fault: string): string {
  return /^(site|source):/.test(fault) ? fault : `${KEY}${fault}`
}

export function faultOfKey(key: string): string {
  return key.startsWith(KEY) ? key.slice(KEY.length) : key
}
