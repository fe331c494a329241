import { isIP } from 'node:net'
import { z } from 'zod'
import { isZone } from '../../base/zone.ts'

const address = z.string().refine(isAddressOrRange, 'must be an IP address or a range such as 10.2.0.0/16')

/**
 * How a practice's interface engine reaches us, and how its messages are read. Everything has a default but the id, the journal's folder and the
 * time zone in which the sender's clock runs.
 */
export const hl7v2Config = z.strictObject({
  id: z.string().min(1),
  kind: z.literal('hl7v2'),
  listen: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535).default(2575) })
    .prefault({}),
  /** Who may connect; everybody else is hung up on. */
  peers: z.array(address).min(1).default(['127.0.0.1', '::1']),
  /** PEM texts. With `clientCa`, a peer must show a certificate that it signed. */
  tls: z.strictObject({ key: z.string(), certificate: z.string(), clientCa: z.string().optional() }).optional(),
  journal: z.strictObject({
    folder: z.string().min(1),
    /** A secret of 32 bytes or more; messages are sealed at rest with it. Without one they lie in clear, and the folder must be protected. */
    key: z.string().min(32).optional(),
    rotateBytes: z
      .int()
      .min(4096)
      .default(64 * 1024 * 1024),
  }),
  /** The zone of times that carry none. */
  zone: z.string().refine(isZone, 'must be an IANA time zone such as America/New_York'),
  limits: z
    .strictObject({
      messageBytes: z
        .int()
        .min(1024)
        .default(20 * 1024 * 1024),
      /** A message that has begun must end within this. */
      messageMs: z.int().min(1).default(30_000),
      connections: z.int().min(1).default(50),
      /** Refusals on one connection before it is closed: a peer that speaks another language is not listened to for ever. */
      refusals: z.int().min(1).default(100),
    })
    .prefault({}),
  /** Silence longer than this is told by the probe as no answer. Left out, the age alone tells. */
  silentAfterMs: z.int().min(1).optional(),
  /** `by-message` follows MSH-15 and MSH-16; `original` always answers AA, AE or AR. */
  acknowledge: z.enum(['by-message', 'original']).default('by-message'),
  reading: z
    .strictObject({
      /** Which repetition of PID-3 is the chart: its type (component 5), and its authority (component 4). Other types only if record numbers have them. */
      patientIdType: z.string().default('MR'),
      patientIdAuthority: z.string().optional(),
      /** Which component of a location (PL) a site claims as its `locationId`. */
      locationFrom: z.enum(['facility', 'point-of-care']).default('facility'),
      /** `snapshot`: the AL1 and DG1 of a message are the whole list. `add`: they only add to it, which never loses an allergy. */
      lists: z.enum(['add', 'snapshot']).default('add'),
      /** Messages that the practice knows it does not need (`DFT`, `ADT^A41`): acknowledged and left out, not set aside. */
      leaveOut: z.array(z.string()).default([]),
      /** A filled PV1-16 restricts the chart. */
      vipRestricts: z.boolean().default(true),
      /** Whether messages marked T (training) or D (debugging) in MSH-11 reach charts. */
      testMessages: z.boolean().default(false),
      /** For bytes that are not what MSH-18 says, or that are not UTF-8 where it says nothing. */
      fallbackEncoding: z.string().refine(isEncoding, 'is not an encoding that we can read').default('windows-1252'),
    })
    .prefault({}),
})

export type Hl7v2Config = z.output<typeof hl7v2Config>
export type Reading = Hl7v2Config['reading']

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label) instanceof TextDecoder
  } catch {
    return false
  }
}

function isAddressOrRange(text: string): boolean {
  const [ip = '', bits, ...rest] = text.split('/')
  const family = isIP(ip)
  if (family === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
