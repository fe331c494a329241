import snmp from 'net-snmp'

/**
 * What a device says of one object. `absent`: its own word for not having the object at all, this instance of it, or anything behind it
 * (RFC 3416, 4.2): none of them means zero.
 */
export type Said = { number: number } | { text: string } | { oid: string } | { absent: Absence }

type Absence = 'noSuchObject' | 'noSuchInstance' | 'endOfMibView'

const ABSENT: { [type: number]: Absence } = {
  [snmp.ObjectType.NoSuchObject]: 'noSuchObject',
  [snmp.ObjectType.NoSuchInstance]: 'noSuchInstance',
  [snmp.ObjectType.EndOfMibView]: 'endOfMibView',
}

const NUMBERS: ReadonlySet<number> = new Set([
  snmp.ObjectType.Integer,
  snmp.ObjectType.Counter32,
  snmp.ObjectType.Gauge32,
  snmp.ObjectType.TimeTicks,
])

/** One binding as the library gives it. What is of no type that we ask for counts as not there. */
export function saidOf({ type, value }: Pick<snmp.Varbind, 'type' | 'value'>): Said {
  const absent = ABSENT[type ?? 0]
  if (absent !== undefined) return { absent }
  if (type !== undefined && NUMBERS.has(type) && typeof value === 'number' && Number.isSafeInteger(value))
    return { number: value }
  if (type === snmp.ObjectType.OctetString && Buffer.isBuffer(value))
    return { text: value.toString('utf8').replace(/\0+$/, '') }
  if (type === snmp.ObjectType.OID && typeof value === 'string') return { oid: value }
  return { absent: 'noSuchObject' }
}

export function numberIn(said: Said | undefined): number | undefined {
  return said !== undefined && 'number' in said ? said.number : undefined
}

export function textIn(said: Said | undefined): string | undefined {
  return said !== undefined && 'text' in said ? said.text : undefined
}
