import { z } from 'zod'
import { Failure } from '../../base/failure.ts'
import { DAY, MINUTE, SECOND } from '../../base/time.ts'
import { isZone } from '../../base/zone.ts'
import { baseAddress } from './address.ts'

const secret = z.string().min(1)
const signIn = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('bearer'), token: secret }),
  z.strictObject({
    kind: z.literal('client-credentials'),
    clientId: z.string().min(1),
    clientSecret: secret,
    /** Left out: asked of the server (`.well-known/smart-configuration`). */
    tokenUrl: z.string().optional(),
    scope: z.string().optional(),
  }),
  z.strictObject({
    /** SMART Backend Services: a signed assertion (private_key_jwt), no shared secret. */
    kind: z.literal('smart-backend'),
    clientId: z.string().min(1),
    /** The private key, as PKCS #8 PEM or as a JWK. */
    privateKey: secret,
    algorithm: z.enum(['RS384', 'ES384']),
    keyId: z.string().optional(),
    tokenUrl: z.string().optional(),
    scope: z.string().optional(),
  }),
])

export const fhirConfig = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'small letters, digits and hyphens'),
  /** The server's base, such as `https://ehr.example.org/fhir`. Plain http is taken on the loopback address only. */
  baseUrl: z.string().superRefine((written, context) => {
    const message = complaintAbout(written)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }),
  /**
   * Further bases under which this server is known, where it names itself otherwise in absolute references (behind a proxy). What it says of itself
   * in `CapabilityStatement.implementation.url` counts by itself; everything else is another server, whose ids mean nothing here.
   */
  alsoKnownAs: z.array(z.string().regex(/^https?:\/\/[^\s?#]+$/i, 'an address (https://...)')).default([]),
  zone: z.string().refine(isZone, 'an IANA time zone, such as America/New_York'),
  signIn: signIn.default({ kind: 'none' }),
  /** Within this time one question to the server is answered, with all repeats, or the reading fails. */
  deadlineMs: z
    .int()
    .min(50)
    .default(60 * SECOND),
  /** No byte for this long: the answer has stalled. */
  stallMs: z
    .int()
    .min(20)
    .default(20 * SECOND),
  pageSize: z.int().min(1).max(10_000).default(500),
  mostAnswerBytes: z
    .int()
    .min(1024)
    .default(64 * 1024 * 1024),
  /** How far each poll reaches back over the last one: clocks of a cluster differ, and a change is seen later than it is stamped. */
  overlapMs: z
    .int()
    .min(0)
    .default(5 * MINUTE),
  /** How often everything is read again; finds what was deleted where the server does not tell. */
  completeEveryMs: z.int().min(MINUTE).default(DAY),
  /** How often the whole schedule is read again, between which single changes are polled. */
  scheduleEveryMs: z
    .int()
    .min(0)
    .default(15 * MINUTE),
  /** How many months back vitals, results, notes and open orders are asked for. */
  months: z.int().min(1).max(600).default(24),
  /** Of how many newest notes of a patient the text is fetched where the server keeps it at an address of its own. */
  noteTexts: z.int().min(0).max(20).default(3),
  /** The system (Identifier.system) of the medical record numbers that people read aloud; left out, numbers of type MR. */
  mrnSystem: z.string().optional(),
  /** Resource types that are not asked for. */
  without: z.array(z.string()).default([]),
  bulk: z
    .strictObject({
      /** `auto`: for complete readings, when the CapabilityStatement offers `$export`. */
      when: z.enum(['auto', 'always', 'never']).default('auto'),
      /** `Group/...` exports that group; left out, the Patient compartment of all. */
      group: z.string().optional(),
      deadlineMs: z
        .int()
        .min(SECOND)
        .default(120 * MINUTE),
      /** Polls by exports of what changed (`_since`) too: for servers that cannot search, or not by `_lastUpdated`. Nothing is searched for then but appointments. */
      changes: z.boolean().default(false),
      /** Sends categories and dates along (`_typeFilter`), which not every server takes; without it, what is not wanted is let go. */
      filters: z.boolean().default(false),
      /** Other origins (https://files.example.org) that output files may be fetched from; they never see our token. */
      fileOrigins: z.array(z.string()).default([]),
    })
    .prefault({}),
  /** Deletions: `history` asks the type's `_history` where the server offers it, else waits for the next complete reading. */
  deletions: z.enum(['history', 'complete']).default('history'),
  /** The appointment whose description carries the newest canary stamp. */
  canaryAppointmentId: z.string().optional(),
})

export type FhirConfig = z.output<typeof fhirConfig>
export type SignIn = FhirConfig['signIn']

/** Reads the configuration of one FHIR source. Throws a permanent Failure that names everything wrong at once, and no secret. */
export function readFhirConfig(raw: unknown): FhirConfig {
  const read = fhirConfig.safeParse(raw)
  if (read.success) return read.data
  const complaints = read.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`)
  throw new Failure('permanent', `The configuration of the FHIR source cannot be used:\n- ${complaints.join('\n- ')}`)
}

function complaintAbout(baseUrl: string): string | undefined {
  try {
    baseAddress(baseUrl)
    return undefined
  } catch (thrown) {
    return thrown instanceof Failure ? thrown.message : 'no address'
  }
}
