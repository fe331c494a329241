import { generateX25519Identity, identityToRecipient } from 'age-encryption'

/** An age X25519 key pair: `identity` (`AGE-SECRET-KEY-1...`) is secret, `recipient` (`age1...`) may be shown to anybody. */
export type AgeKey = { identity: string; recipient: string }

/** X25519 and not the newer hybrid kind: the recovery key must open with the `age` program that a distribution ships. */
export async function newAgeKey(): Promise<AgeKey> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/**
 * The text to print and lock away: an identity file as the `age` program reads it. It is shown once and kept nowhere. `hubKey` (the hub's public signing key) lets
 * whoever opens a pack with it also check who made the pack.
 */
export function recoveryKeyFile(key: AgeKey, practiceName: string, madeOn: string, hubKey?: string): string {
  return [
    `# Recovery key of ${practiceName.replaceAll(/[\r\n]/g, ' ')}, made ${madeOn}`,
    '# Opens every pack of this practice. Keep it on paper, in two locked places, never on a computer.',
    `# public key: ${key.recipient}`,
    ...(hubKey === undefined ? [] : [`# hub key: ${hubKey}`]),
    key.identity,
    '',
  ].join('\n')
}

/** The hub's public signing key in such a file, if it stands there. */
export function hubKeyIn(text: string): string | undefined {
  return /^# hub key: ([A-Za-z0-9+/]{43}=)$/m.exec(text)?.[1]
}

/** The identity in such a file, or in one that `age-keygen` made. undefined when there is none. */
export function identityIn(text: string): string | undefined {
  return /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text)?.[0]
}
