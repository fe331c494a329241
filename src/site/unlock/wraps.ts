import { randomBytes } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { z } from 'zod'
import type { BreakGlassVerifier, OfflineVerifier } from '../../access/access.ts'
import { stretch } from '../../access/argon.ts'

/**
 * The site's age identity, wrapped to everyone who may open this site: to the public half of what a person's password stretches to, and to
 * that of each sealed envelope. Without one of those the folder of a stolen site opens nothing, and does not even list who works there.
 */
const argon = z.object({ memoryKiB: z.number(), passes: z.number(), parallelism: z.number() })
const wrapShape = z.object({
  /** A person's is the hash of the login (see `personKey`); an envelope's is its id. */
  key: z.string(),
  kind: z.enum(['person', 'envelope']),
  salt: z.string(),
  argon,
  unlockKey: z.string(),
  /** An age file (base64) with the identity and whose wrap it is. */
  wrapped: z.string(),
})
export const unlockShape = z.object({
  format: z.literal('holdfast-unlock/1'),
  salt: z.string(),
  wraps: z.array(wrapShape),
  /** Envelopes that were opened here: they stay used, whatever the hub has not heard yet. */
  usedEnvelopes: z.array(z.string()),
})

export type UnlockFile = z.infer<typeof unlockShape>
export type Wrap = z.infer<typeof wrapShape>

const openedShape = z.object({ identity: z.string(), of: z.string() })
/** `of`: the person's id, or the envelope's. */
export type Opened = z.infer<typeof openedShape>

export function newUnlockFile(): UnlockFile {
  return { format: 'holdfast-unlock/1', salt: randomBytes(16).toString('base64'), wraps: [], usedEnvelopes: [] }
}

/** Enough to make a list of guessed logins slow, little enough for eighty people at each change. */
const LOGIN_COST = { memoryKiB: 8192, passes: 1, parallelism: 1 }

export async function personKey(login: string, salt: string): Promise<string> {
  const key = await stretch(login.trim().toLowerCase(), Buffer.from(salt, 'base64'), LOGIN_COST)
  return key.toString('hex')
}

/**
 * The file for these people and envelopes. Wraps of an unchanged unlock key stay as they are; whoever is not named any more loses theirs.
 * `before` itself when nothing changes.
 */
export async function wrapsFor(
  before: UnlockFile,
  identity: string,
  people: readonly OfflineVerifier[],
  envelopes: readonly BreakGlassVerifier[],
): Promise<UnlockFile> {
  const known = new Map(before.wraps.map((wrap) => [`${wrap.kind} ${wrap.key} ${wrap.unlockKey}`, wrap]))
  const wraps: Wrap[] = []
  const keep = async (
    kind: Wrap['kind'],
    key: string,
    of: string,
    verifier: Pick<Wrap, 'salt' | 'argon' | 'unlockKey'>,
  ) => {
    const { salt, argon, unlockKey } = verifier
    const held = known.get(`${kind} ${key} ${unlockKey}`)
    wraps.push(held ?? { key, kind, salt, argon, unlockKey, wrapped: await wrap({ identity, of }, unlockKey) })
  }
  for (const person of people) await keep('person', await personKey(person.login, before.salt), person.personId, person)
  const unused = envelopes.filter((envelope) => !before.usedEnvelopes.includes(envelope.codeId))
  for (const envelope of unused) await keep('envelope', envelope.codeId, envelope.codeId, envelope)
  const same = wraps.length === before.wraps.length && wraps.every((one) => before.wraps.includes(one))
  return same ? before : { ...before, wraps }
}

export function withoutEnvelope(file: UnlockFile, codeId: string): UnlockFile {
  return {
    ...file,
    wraps: file.wraps.filter((wrap) => wrap.kind !== 'envelope' || wrap.key !== codeId),
    usedEnvelopes: [...new Set([...file.usedEnvelopes, codeId])],
  }
}

async function wrap(what: Opened, unlockKey: string): Promise<string> {
  const age = new Encrypter()
  age.addRecipient(unlockKey)
  return Buffer.from(await age.encrypt(JSON.stringify(what))).toString('base64')
}

/** undefined when this is not the identity that the wrap was made for. */
export async function openWrap(wrap: Wrap, identity: string): Promise<Opened | undefined> {
  const age = new Decrypter()
  age.addIdentity(identity)
  try {
    return openedShape.parse(JSON.parse(await age.decrypt(Buffer.from(wrap.wrapped, 'base64'), 'text')))
  } catch {
    return undefined
  }
}
