import { dirname, isAbsolute, join } from 'node:path'
import { type Document, isMap, isNode, isPair, LineCounter, type Node, parseDocument } from 'yaml'
import { z } from 'zod'
import { knownInstead } from '../base/shape-faults.ts'
import { MINUTE } from '../base/time.ts'
import { isZone } from '../base/zone.ts'
import { emailShape } from '../connect/email/config.ts'
import { phoneShape } from '../connect/phone/config.ts'
import { pushShape } from '../connect/push/config.ts'
import { webhookShape } from '../connect/webhook/config.ts'
import type { ReachPlan } from '../monitor/reach-tests/reach-plan.ts'
import { duration, id } from './config-words.ts'
import { type EscalationConfig, escalationShape } from './escalation-config.ts'
import { type ProbeConfig, probeConfigOf, probeShape } from './probe-config.ts'
import { reachTestsShape } from './reach-config.ts'
import { optionFaults, type SourceConfig } from './source-options.ts'
import { type StandbyConfig, standbyConfigOf, standbyShape, strayReaders } from './standby-config.ts'

const address = z.string().regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/, 'a host and a port, such as 127.0.0.1:4600')
const zone = z.string().refine(isZone, 'an IANA time zone, such as America/New_York')

const source = z.looseObject({
  id,
  kind: z.enum(['sql', 'fhir', 'hl7v2', 'files']),
  name: z.string().min(1).optional(),
  /** How often it is read. */
  every: duration.optional(),
  /** Without a canary: for how long the source may say nothing newer before that is an alarm. */
  quiet: duration.optional(),
  /**
   * Who issues the record numbers (MRN) that it gives. Records of two sources with the same issuer are one person's where the number, the name and
   * the birth date agree. Without it, nothing is joined.
   */
  mrnIssuer: id.optional(),
  /** What it is read from, as the contingency plan's map names it: a source that fails because of something else is then no cause of its own. */
  reads: id.optional(),
})

const carrier = z.union(
  [
    z.strictObject({ name: id, folder: z.string().min(1) }),
    z.strictObject({
      name: id,
      url: z.url(),
      s3: z.strictObject({ accessKeyId: z.string(), secretAccessKey: z.string(), region: z.string() }).optional(),
    }),
  ],
  { error: 'a carrier has a name, and either a folder or a url (with s3 where the store asks for it)' },
)

const shape = z.strictObject({
  practice: z.strictObject({ id, name: z.string().min(1), zone }),
  data: z.string().min(1).default('holdfast-data'),
  database: z.string().optional(),
  packs: z.string().optional(),
  listen: address.default('127.0.0.1:4600'),
  lan: z.strictObject({ listen: address, names: z.array(z.string().min(1)).min(1) }).optional(),
  url: z.url().optional(),
  sample: z.boolean().default(false),
  sources: z.array(source).default([]),
  probes: z.array(probeShape).default([]),
  standbys: z.array(standbyShape).default([]),
  notices: z
    .strictObject({
      email: emailShape.optional(),
      webhooks: z.array(webhookShape.extend({ name: id })).default([]),
      sms: phoneShape.optional(),
      voice: phoneShape.optional(),
      push: pushShape.optional(),
      escalation: escalationShape.optional(),
      /** Instead: the escalation of the contingency plan that is gone through, with the people on call at that moment. */
      escalationOfPlan: id.optional(),
      /** Test notices to each person by themselves, at hours that were tried least. */
      tests: reachTestsShape.optional(),
    })
    .refine(({ escalation, escalationOfPlan }) => escalation === undefined || escalationOfPlan === undefined, {
      path: ['escalationOfPlan'],
      message: 'either escalation or escalationOfPlan, not both',
    })
    .default({ webhooks: [] }),
  carriers: z.array(carrier).default([]),
})

export type CarrierConfig = z.infer<typeof carrier>

/** What a hub is started with. Paths are absolute. Everything else that people decide stands in the database. */
export type HubConfig = {
  practice: { id: string; name: string; zone: string }
  /** Keys, the embedded database, and packs unless told otherwise. */
  dataDir: string
  /** Sealed files; hubs that share a database share this folder. */
  packsDir: string
  /** Any PostgreSQL of 15 or later; undefined: the embedded one. */
  databaseUrl: string | undefined
  listen: { host: string; port: number }
  /** HTTPS on the practice's network, with a certificate of the practice's own authority for these names. */
  lan: { host: string; port: number; names: string[] } | undefined
  /** How people and sites reach the hub: stands in notices and invitations. */
  publicUrl: string | undefined
  sample: boolean
  sources: SourceConfig[]
  /** Who asks which system how it is. */
  probes: ProbeConfig[]
  /** Databases whose standby is watched from both sides. */
  standbys: StandbyConfig[]
  email: z.infer<typeof emailShape> | undefined
  webhooks: (z.infer<typeof webhookShape> & { name: string })[]
  sms?: z.infer<typeof phoneShape> | undefined
  voice?: z.infer<typeof phoneShape> | undefined
  push?: z.infer<typeof pushShape> | undefined
  /** Who is asked to take an alarm, in which order. */
  escalation?: EscalationConfig | undefined
  /** Or: which escalation of the contingency plan says so. */
  escalationOfPlan?: string | undefined
  /** How people are tested by themselves, whether they can be reached. */
  tests?: ReachPlan | undefined
  carriers: CarrierConfig[]
}

export type Environment = { readonly [name: string]: string | undefined }
export type ReadConfig = { config: HubConfig; complaints: [] } | { config: undefined; complaints: string[] }

/**
 * Reads a hub's configuration (YAML). All that is wrong is told at once, as `file:line:column: what`; what is wrong with one source's own options
 * alone stands with that source, and the hub can run without it. A value `{ env: NAME }` is taken from the environment; HOLDFAST_DATABASE_URL,
 * HOLDFAST_DATA and HOLDFAST_LISTEN win over the file. `file` also says what relative paths are relative to.
 */
export function readHubConfig(text: string, file: string, environment: Environment): ReadConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number, says: string): string => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}: ${says}`
  }
  if (document.errors.length > 0)
    return { config: undefined, complaints: document.errors.map((error) => at(error.pos[0], error.message)) }
  const plain = plainOf(document)
  if (plain === undefined)
    return { config: undefined, complaints: [at(0, 'an alias in this file leads nowhere or to itself')] }
  const missing: { path: Path; name: string }[] = []
  const raw = fromEnvironment(plain.value, environment, [], (path, name) => missing.push({ path, name }))
  const read = shape.safeParse(withOverrides(raw, environment))
  const where = (path: Path, says: string): string => at(offsetOf(document.contents, path), says)
  const unset = missing.map(({ path, name }) => where(path, `the environment variable ${name} is not set`))
  const unsetPaths = new Set(missing.map(({ path }) => path.join('.')))
  const complaints = read.success
    ? [
        ...unset,
        ...twice(read.data).map((path) =>
          where(path, `this ${path.at(-1) === 'token' ? 'token' : 'id or name'} is there twice`),
        ),
        ...strayReaders(read.data.standbys, read.data.sources).map((path) =>
          where(path, `${path.join('.')}: no source of this file has that id`),
        ),
      ]
    : [
        ...unset,
        ...read.error.issues
          .filter(({ path }) => !unsetPaths.has(path.join('.')))
          .flatMap((issue) => told(issue, where, raw)),
      ]
  if (!read.success || complaints.length > 0) return { config: undefined, complaints }
  const config = configOf(read.data, dirname(file))
  const sources = config.sources.map((source, index) => withFaults(source, index, config, where))
  return { config: { ...config, sources }, complaints: [] }
}

function told(issue: z.core.$ZodIssue, where: (path: Path, says: string) => string, raw: unknown): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) =>
      where(
        [...issue.path, key],
        `${[...issue.path, key].join('.')}: Holdfast does not know this setting${instead(issue.path, key, raw)}`,
      ),
    )
  return [where(issue.path, `${issue.path.join('.') || 'the whole'}: ${issue.message}`)]
}

function instead(path: Path, key: string, raw: unknown): string {
  const plain = path.map((step) => (typeof step === 'symbol' ? String(step) : step))
  const said = knownInstead(shape, plain, key, { written: raw })
  return said === '' ? '' : `.${said}`
}

function withFaults(
  source: SourceConfig,
  index: number,
  { practice, dataDir }: HubConfig,
  where: (path: Path, says: string) => string,
): SourceConfig {
  const wrong = optionFaults(source, { zone: practice.zone, dataDir })
  if (wrong.length === 0) return source
  return { ...source, faults: wrong.map(({ path, says }) => where(['sources', index, ...path], says)) }
}

function plainOf(document: Document): { value: unknown } | undefined {
  try {
    return { value: document.toJS() }
  } catch {
    return undefined
  }
}

function configOf(read: z.infer<typeof shape>, folder: string): HubConfig {
  const absolute = (path: string): string => (isAbsolute(path) ? path : join(folder, path))
  const dataDir = absolute(read.data)
  return {
    practice: read.practice,
    dataDir,
    packsDir: read.packs === undefined ? join(dataDir, 'packs') : absolute(read.packs),
    databaseUrl: read.database,
    listen: hostAndPort(read.listen),
    lan: read.lan === undefined ? undefined : { ...hostAndPort(read.lan.listen), names: read.lan.names },
    publicUrl: read.url?.replace(/\/+$/, ''),
    sample: read.sample,
    sources: read.sources.map(({ id: sourceId, kind, name, every, quiet, reads, mrnIssuer, ...options }) => ({
      id: sourceId,
      kind,
      name: name ?? sourceId,
      everyMs: every ?? MINUTE,
      quietMs: quiet ?? 30 * MINUTE,
      ...(reads === undefined ? {} : { reads }),
      ...(mrnIssuer === undefined ? {} : { mrnIssuer }),
      options,
    })),
    probes: read.probes.map(probeConfigOf),
    standbys: read.standbys.map(standbyConfigOf),
    email: read.notices.email,
    webhooks: read.notices.webhooks,
    sms: read.notices.sms,
    voice: read.notices.voice,
    push: read.notices.push,
    escalation: read.notices.escalation,
    escalationOfPlan: read.notices.escalationOfPlan,
    tests: read.notices.tests,
    carriers: read.carriers.map((one) => ('folder' in one ? { ...one, folder: absolute(one.folder) } : one)),
  }
}

function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
}

function withOverrides(raw: unknown, environment: Environment): unknown {
  if (typeof raw !== 'object' || raw === null) return raw
  const { HOLDFAST_DATABASE_URL: database, HOLDFAST_DATA: data, HOLDFAST_LISTEN: listen } = environment
  const set = Object.entries({ database, data, listen }).filter(([, value]) => value !== undefined && value !== '')
  return { ...raw, ...Object.fromEntries(set) }
}

type Path = readonly PropertyKey[]

function fromEnvironment(
  value: unknown,
  environment: Environment,
  path: Path,
  missing: (path: Path, name: string) => void,
): unknown {
  // An alias may lead to itself.
  if (path.length > 12) return undefined
  if (Array.isArray(value))
    return value.map((one, index) => fromEnvironment(one, environment, [...path, index], missing))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [only] = entries
  if (entries.length === 1 && only?.[0] === 'env' && typeof only[1] === 'string') {
    const found = environment[only[1]]
    if (found === undefined) missing(path, only[1])
    return found ?? ''
  }
  return Object.fromEntries(
    entries.map(([key, one]) => [key, fromEnvironment(one, environment, [...path, key], missing)]),
  )
}

function twice(read: z.infer<typeof shape>): Path[] {
  const repeated = (list: string, key: string, names: string[]): Path[] =>
    names.flatMap((name, index) => (names.indexOf(name) < index ? [[list, index, key]] : []))
  return [
    ...repeated(
      'sources',
      'id',
      read.sources.map((one) => one.id),
    ),
    ...repeated(
      'probes',
      'id',
      read.probes.map((one) => one.id),
    ),
    ...repeated(
      'probes',
      'token',
      read.probes.map((one, nth) => (one.kind === 'heartbeat' ? one.token : `none ${nth}`)),
    ),
    ...repeated(
      'standbys',
      'id',
      read.standbys.map((one) => one.id),
    ),
    ...repeated(
      'carriers',
      'name',
      read.carriers.map((one) => one.name),
    ),
  ]
}

/** Where in the text a path stands, or the nearest thing around it that does. */
function offsetOf(contents: Node | null, path: Path): number {
  let node: unknown = contents
  let offset = contents?.range?.[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (one) => isPair(one) && String(isNode(one.key) ? one.key.toJSON() : one.key) === String(step),
      )
      if (pair === undefined) return offset
      offset = (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? offset
      node = pair.value
    } else if (isNode(node) && 'items' in node && Array.isArray(node.items)) {
      node = node.items[Number(step)]
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset
    } else return offset
  }
  return offset
}
