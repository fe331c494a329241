import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../base/durable.ts'
import { Failure } from '../../base/failure.ts'

/**
 * The hub's root key: 32 bytes that stand in a file beside the data, or in the environment, and never in the database. Everything secret
 * that several hubs must share (the signing key, the authority's key, data keys) stands in the database sealed under it, so a copy of the
 * database alone opens nothing.
 */
export type RootKey = { seal(name: string, secret: Uint8Array): Buffer; open(name: string, sealed: Uint8Array): Buffer }

/** `given`: base64 of 32 bytes (HOLDFAST_HUB_KEY); else `<dataDir>/hub.key`, made at first start. */
export async function rootKeyFor(dataDir: string, given: string | undefined): Promise<RootKey> {
  if (given !== undefined) return rootKeyOf(Buffer.from(given, 'base64'), 'HOLDFAST_HUB_KEY')
  const path = join(dataDir, 'hub.key')
  try {
    return rootKeyOf(Buffer.from(await readFile(path, 'utf8'), 'base64'), path)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown
  }
  const key = randomBytes(32)
  await writeWhole(path, `${key.toString('base64')}\n`)
  return rootKeyOf(key, path)
}

function rootKeyOf(key: Buffer, from: string): RootKey {
  if (key.length !== 32)
    throw new Failure('permanent', `${from} does not hold a key of 32 bytes in base64. Restore it from your backup.`)
  return {
    seal(name, secret) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    },
    open(name, sealed) {
      const bytes = Buffer.from(sealed)
      try {
        const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(name))
        cipher.setAuthTag(bytes.subarray(-16))
        return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()])
      } catch (thrown) {
        throw new Failure(
          'permanent',
          `The database holds a secret (${name}) that the key of ${from} does not open. Start this hub with the key file that belongs to this database.`,
          { cause: thrown },
        )
      }
    },
  }
}
