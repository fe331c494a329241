import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Database } from '../../base/database.ts'
import type { Clock } from '../../base/time.ts'
import { newSigningKey, type SigningKey } from '../../pack/signing.ts'
import { type Authority, makeAuthority } from './authority.ts'
import type { RootKey } from './sealed.ts'
import { keepFirstSecret, readSecret } from './store.ts'

/** The keys by which this practice's hub is known, the same for every hub process on its database. */
export type HubKeys = {
  /** Signs manifests. */
  signing: SigningKey
  /** An age identity: opens the journals that sites hand back, and keyrings. */
  identity: string
  recipient: string
  /** Signs certificates of the hub's and the sites' own pages. */
  authority: Authority
}

/** Makes what is not there yet; of several hubs that start at once, the first one's keys stand. */
export async function hubKeys(db: Database, root: RootKey, practiceName: string, clock: Clock): Promise<HubKeys> {
  const signing = await kept<SigningKey>(db, root, clock, 'signing-key', async () => newSigningKey())
  const { identity } = await kept(db, root, clock, 'identity', async () => ({
    identity: await generateX25519Identity(),
  }))
  const authority = await kept(db, root, clock, 'authority', () => makeAuthority(practiceName, clock.now()))
  return { signing, identity, recipient: await identityToRecipient(identity), authority }
}

async function kept<Secret extends object>(
  db: Database,
  root: RootKey,
  clock: Clock,
  name: string,
  make: () => Promise<Secret>,
): Promise<Secret> {
  const sealed =
    (await readSecret(db, name)) ??
    (await keepFirstSecret(db, name, root.seal(name, Buffer.from(JSON.stringify(await make()))), clock.now()))
  const secret: Secret = JSON.parse(root.open(name, sealed).toString('utf8'))
  return secret
}
