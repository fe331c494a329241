import { z } from 'zod'
import { Failure } from '../base/failure.ts'
import { SECTION_NAMES } from '../chart/chart.ts'
import type { Manifest, PackKind, SignedManifest, SourceAge } from './pack.ts'
import { isSignedBy } from './signing.ts'

const instant = z.number().finite()
const fileName = z.string().regex(/^[0-9a-f]{64}$/)
const id = z.string().min(1).max(200)

const shape = z.object({
  format: z.literal('holdfast-pack/1'),
  practiceId: id,
  kind: z.enum(['panel', 'site']),
  packId: id,
  sequence: z.number().int().positive(),
  publishedAt: instant,
  keyring: fileName,
  files: z
    .array(
      z.object({
        name: fileName,
        sizeBytes: z.number().int().positive(),
        role: z.enum(['base', 'increment', 'schedule', 'settings', 'people', 'paper']),
        keyId: id,
        label: z.string().max(500).optional(),
      }),
    )
    .max(200_000),
  freshness: z.object({
    schedule: instant.optional(),
    keyData: instant.optional(),
    roster: instant.optional(),
    sources: z
      .array(z.object({ sourceId: id, asOf: instant, sections: z.record(z.string().max(100), instant).optional() }))
      .max(1000),
    canary: instant.optional(),
  }),
  loading: z.boolean().optional(),
})

const signedShape = z.object({
  manifest: z.string().max(100_000_000),
  signature: z.string().max(200),
  keyId: z.string().max(200),
})

/** What a carrier brought, before anything in it is believed. Throws `permanent`. */
export function parseSigned(text: string): SignedManifest {
  try {
    return signedShape.parse(JSON.parse(text))
  } catch (thrown) {
    throw new Failure(
      'permanent',
      'What was found in place of a pack manifest is not one. The last good pack stays in use.',
      { cause: thrown },
    )
  }
}

export type Expected = {
  practiceId: string
  kind: PackKind
  packId: string
  /** Whose signature counts: raw Ed25519 public keys, base64. */
  hubKeys: readonly string[]
}

/**
 * The manifest, when it is what it says: signed by the hub, of this practice and pack, and of a known format. Whether it is newer than what is here
 * is for `receivePack` to say. Throws `permanent` with the reason; the last good pack then stays in use.
 */
export function verifyManifest(signed: SignedManifest, expected: Expected): Manifest {
  if (!expected.hubKeys.some((key) => isSignedBy(signed.manifest, signed.signature, key)))
    throw refused('it is not signed by this practice’s hub')
  const manifest = readManifest(signed)
  if (manifest.practiceId !== expected.practiceId) throw refused('it belongs to another practice')
  if (manifest.kind !== expected.kind || manifest.packId !== expected.packId)
    throw refused(`it is the pack "${manifest.packId}", not "${expected.packId}"`)
  return manifest
}

/** The words of a manifest whose signature is known to be good. */
export function readManifest(signed: Pick<SignedManifest, 'manifest'>): Manifest {
  let raw: unknown
  try {
    raw = JSON.parse(signed.manifest)
  } catch {
    throw refused('its text is not JSON')
  }
  const format = z.object({ format: z.string().max(100) }).safeParse(raw)
  if (format.success && format.data.format !== 'holdfast-pack/1')
    throw refused(`it has the format "${format.data.format}", which this version does not know; update this machine`)
  const parsed = shape.safeParse(raw)
  if (!parsed.success)
    throw refused(`its ${parsed.error.issues[0]?.path.join('.') ?? 'text'} is not as the format says`)
  const { files, freshness, loading, ...rest } = parsed.data
  return {
    ...rest,
    files: files.map(({ label, ...file }) => (label === undefined ? file : { ...file, label })),
    freshness: {
      schedule: freshness.schedule,
      keyData: freshness.keyData,
      roster: freshness.roster,
      sources: freshness.sources.map(sourceAge),
      canary: freshness.canary,
    },
    ...(loading === undefined ? {} : { loading }),
  }
}

/** Lists that this version does not know are none of its pages' business. */
function sourceAge({
  sections,
  ...source
}: {
  sourceId: string
  asOf: number
  sections?: Record<string, number> | undefined
}): SourceAge {
  const known = SECTION_NAMES.flatMap((name) => {
    const asOf = sections?.[name]
    return asOf === undefined ? [] : [[name, asOf] as const]
  })
  return known.length === 0 ? source : { ...source, sections: Object.fromEntries(known) }
}

function refused(because: string): Failure {
  return new Failure('permanent', `The pack manifest was refused: ${because}. The last good pack stays in use.`)
}
