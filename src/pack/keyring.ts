import { randomBytes } from 'node:crypto'
import { Decrypter, Encrypter } from 'age-encryption'
import { z } from 'zod'
import { Failure } from '../base/failure.ts'

/**
 * The data keys that open a pack, and to whom they are given. It travels as an age file (age-encryption.org/v1) to the X25519 recipients of every site
 * that may read, of the hub, and of the recovery key: `age -d -i recovery.key` prints this as JSON.
 */
export type Keyring = {
  format: 'holdfast-keyring/1'
  practiceId: string
  packId: string
  /** Sorted; those who can open this keyring. */
  recipients: string[]
  /** Seals what is published next. Older keys stay for as long as a file of the pack needs them. */
  currentKeyId: string
  keys: { id: string; key: string }[]
}

const shape = z.object({
  format: z.literal('holdfast-keyring/1'),
  practiceId: z.string(),
  packId: z.string(),
  recipients: z.array(z.string()).max(100_000),
  currentKeyId: z.string(),
  keys: z.array(z.object({ id: z.string(), key: z.base64() })).max(10_000),
})

export type DataKeys = ReadonlyMap<string, Uint8Array>

export function newKeyring(practiceId: string, packId: string, recipients: readonly string[]): Keyring {
  return withNewKey({
    format: 'holdfast-keyring/1',
    practiceId,
    packId,
    recipients: sorted(recipients),
    currentKeyId: '',
    keys: [],
  })
}

/**
 * The keyring for `recipients`. Whoever is left out makes a new data key due: what is published from then on is sealed by it. Keys that no file
 * in `keyIdsInUse` needs are dropped. `previous` itself when nothing changes.
 */
export function keyringFor(
  previous: Keyring,
  recipients: readonly string[],
  keyIdsInUse: ReadonlySet<string>,
  rotate = false,
): Keyring {
  const wanted = sorted(recipients)
  const revoked = previous.recipients.some((recipient) => !wanted.includes(recipient))
  const next = revoked || rotate ? withNewKey({ ...previous, recipients: wanted }) : { ...previous, recipients: wanted }
  const keys = next.keys.filter((key) => key.id === next.currentKeyId || keyIdsInUse.has(key.id))
  const same = keys.length === previous.keys.length && next.currentKeyId === previous.currentKeyId
  return same && wanted.join() === previous.recipients.join() ? previous : { ...next, keys }
}

/** Takes a key into use that was made elsewhere and given to nobody yet. */
export function withKey(keyring: Keyring, key: Keyring['keys'][number], recipients: readonly string[]): Keyring {
  return { ...keyring, recipients: sorted(recipients), currentKeyId: key.id, keys: [...keyring.keys, key] }
}

function withNewKey(keyring: Keyring): Keyring {
  const id = randomBytes(8).toString('hex')
  return { ...keyring, currentKeyId: id, keys: [...keyring.keys, { id, key: randomBytes(32).toString('base64') }] }
}

function sorted(recipients: readonly string[]): string[] {
  return [...new Set(recipients)].toSorted()
}

export async function sealKeyring(keyring: Keyring): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of keyring.recipients) encrypter.addRecipient(recipient)
  return encrypter.encrypt(JSON.stringify(keyring))
}

/** `identity`: `AGE-SECRET-KEY-1...`. Throws `permanent` when this identity is not among the recipients, or the file is damaged. */
export async function openKeyring(sealed: Uint8Array, identity: string, packId: string): Promise<Keyring> {
  let text: string
  try {
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    text = await decrypter.decrypt(sealed, 'text')
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `The keyring of the pack "${packId}" does not open with this key: it was made for others, or it is damaged.`,
      {
        cause: thrown,
      },
    )
  }
  const keyring = parseKeyring(text)
  if (keyring === undefined || keyring.packId !== packId)
    throw new Failure('permanent', `The keyring that came with the pack "${packId}" is not that pack's.`)
  return keyring
}

function parseKeyring(text: string): Keyring | undefined {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

export function dataKeysOf(keyring: Keyring): DataKeys {
  return new Map(keyring.keys.map(({ id, key }) => [id, Buffer.from(key, 'base64')]))
}

export function dataKey(keys: DataKeys, keyId: string): Uint8Array {
  const key = keys.get(keyId)
  if (key === undefined)
    throw new Failure(
      'permanent',
      'This pack holds a file whose key is not in its keyring; this machine may not read it.',
    )
  return key
}
