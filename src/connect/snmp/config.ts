import { z } from 'zod'
import { deadlineShape, hostShape, portShape } from '../place.ts'

/** RFC 3414 (11.2): a password of USM has eight characters or more. */
const usmPassword = z.string().min(8).max(256)

/**
 * As whom the device is asked. Version 2c sends its community in clear: whoever can listen can ask as well. Version 3 always with
 * authentication and privacy (authPriv); MD5 and DES are not offered, and neither is version 1.
 */
const accessShape = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal('2c'), community: z.string().min(1).max(255) }),
  z.strictObject({
    version: z.literal(3),
    user: z.string().min(1).max(32),
    auth: z.enum(['sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha256'),
    authPassword: usmPassword,
    /** `aes`: AES-128 (RFC 3826). `aes256`: as Net-SNMP and most makers extend it; `aes256-cisco`: as Cisco does. */
    priv: z.enum(['aes', 'aes256', 'aes256-cisco']).default('aes'),
    privPassword: usmPassword,
    context: z.string().max(255).default(''),
  }),
])

export type SnmpAccess = z.infer<typeof accessShape>

const placeShape = {
  host: hostShape,
  port: portShape.default(161),
  access: accessShape,
  deadlineMs: deadlineShape.default(5000),
}

/** A port by what the device itself calls it (ifName, ifDescr) or by what somebody wrote on it (ifAlias). */
const portNames = z.array(z.string().min(1).max(255)).max(64).default([])

export const snmpSwitchShape = z.strictObject({
  ...placeShape,
  /** Ports without which something is cut off. */
  uplinks: portNames,
  /** Other ports that somebody wants to know about. */
  ports: portNames,
  /** So long after it started, that it did is told. */
  restartMinutes: z.number().nonnegative().default(60),
  /** From how many faulty frames in a minute on somebody should look at a port's cable. */
  errorsPerMinute: z.number().positive().default(10),
})

export type SnmpSwitchConfig = z.infer<typeof snmpSwitchShape>

export const snmpUpsShape = z.strictObject({
  ...placeShape,
  /** How long it has to carry everything: SAFER's guide asks for ten minutes. */
  runtimeMinutes: z.number().positive().default(10),
  /** From where on its battery counts as low, also when it never says so (LB). Left out: the UPS's own limits; where it has none, 5 minutes and 20 %. */
  lowRuntimeMinutes: z.number().positive().optional(),
  lowChargePercent: z.number().min(0).max(100).optional(),
})

export type SnmpUpsConfig = z.infer<typeof snmpUpsShape>
