import { open, rm, stat } from 'node:fs/promises'
import type { BreakGlassVerifier, OfflineVerifier } from '../../access/access.ts'
import { ARGON_COST } from '../../access/argon.ts'
import { breakGlassIdentity, unlockIdentity } from '../../access/offline.ts'
import { Failure } from '../../base/failure.ts'
import { readJson, readText, type SiteFolder, writeJson } from '../local/folder.ts'
import {
  newUnlockFile,
  type Opened,
  openWrap,
  personKey,
  type UnlockFile,
  unlockShape,
  withoutEnvelope,
  wrapsFor,
} from './wraps.ts'

/** Passwords that are tried at a time, those in line included. */
const MOST_AT_ONCE = 12

/** Who the site's key is with. `nobody-yet`: enrolled, but no person can unlock it; the key stands in the folder until one can. */
export type KeyState = 'nobody-yet' | 'locked' | 'unlocked'

/**
 * Holds the site's own age identity: in memory while the site is unlocked, on disk only wrapped to people and sealed envelopes. It checks a
 * password by unwrapping; it knows nothing of roles, attempts or sessions.
 */
export type Keyholder = {
  state(): KeyState
  identity(): string | undefined
  /** How many people and envelopes can unlock this site. */
  count(): { people: number; envelopes: number }
  /** The identity, and whose wrap it was; undefined when login and password do not fit. Always takes about as long. */
  tryPassword(login: string, password: string): Promise<Opened | undefined>
  tryEnvelope(code: string): Promise<Opened | undefined>
  /** Takes an opened identity as the site's. */
  unlock(opened: Opened): void
  lock(): void
  /** Wraps for exactly these from now on; needs the site to be open. The first person makes the open key on disk go away. */
  keepWraps(people: readonly OfflineVerifier[], envelopes: readonly BreakGlassVerifier[]): Promise<void>
  /** An envelope works once: after this it opens nothing, durably. */
  useEnvelope(codeId: string): Promise<void>
  /** The site was revoked: nobody can open what is on this disk any more. */
  forgetAll(): Promise<void>
}

export async function openKeyholder(folder: SiteFolder): Promise<Keyholder> {
  let file: UnlockFile = (await readJson(folder.unlock, unlockShape)) ?? newUnlockFile()
  const first = (await readText(folder.firstIdentity))?.trim()
  let identity = first === undefined || first === '' ? undefined : first
  /** One change of the file at a time. */
  let deriving = 0
  /** Each takes a second of work: a crowd of invented names must not keep a person waiting for minutes. */
  const inLine = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    if (deriving >= MOST_AT_ONCE)
      throw new Failure(
        'transient',
        'Too many are signing in at this moment. Nothing is wrong with the password: try again in a few seconds. Who is signed in goes on, and printed paper works as ever.',
        { retryAfterMs: 5000 },
      )
    deriving++
    try {
      return await act()
    } finally {
      deriving--
    }
  }
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const mine = turn.then(change)
    turn = mine.catch(() => {})
    return mine
  }
  const write = async (next: UnlockFile): Promise<void> => {
    if (next === file) return
    await writeJson(folder.unlock, next)
    file = next
  }
  const hasPerson = (): boolean => file.wraps.some((wrap) => wrap.kind === 'person')

  return {
    state: () => (identity === undefined ? 'locked' : hasPerson() ? 'unlocked' : 'nobody-yet'),
    identity: () => identity,
    count: () => ({
      people: file.wraps.filter((wrap) => wrap.kind === 'person').length,
      envelopes: file.wraps.filter((wrap) => wrap.kind === 'envelope').length,
    }),
    async tryPassword(login, password) {
      const key = await personKey(login, file.salt)
      const wrap = file.wraps.find((one) => one.kind === 'person' && one.key === key)
      // An unknown login costs the same as a wrong password, so that waiting tells nobody who works here.
      const derived = await inLine(() => unlockIdentity(password, wrap?.salt ?? file.salt, wrap?.argon ?? ARGON_COST))
      return wrap === undefined ? undefined : openWrap(wrap, derived)
    },
    async tryEnvelope(code) {
      const envelopes = file.wraps.filter((wrap) => wrap.kind === 'envelope')
      const found = await breakGlassIdentity(
        code,
        envelopes.map(({ key, salt, argon, unlockKey }) => ({ codeId: key, salt, argon, unlockKey, madeAt: 0 })),
      )
      const wrap = envelopes.find(({ key }) => key === found?.codeId)
      return found === undefined || wrap === undefined ? undefined : openWrap(wrap, found.identity)
    },
    unlock(opened) {
      identity = opened.identity
    },
    lock() {
      if (hasPerson()) identity = undefined
    },
    keepWraps: (people, envelopes) =>
      inTurn(async () => {
        if (identity === undefined) return
        // People that vanish all at once are a mistake somewhere: nobody could ever unlock this site again.
        if (people.length === 0) return
        await write(await wrapsFor(file, identity, people, envelopes))
        await destroy(folder.firstIdentity)
      }),
    useEnvelope: (codeId) => inTurn(() => write(withoutEnvelope(file, codeId))),
    forgetAll: () =>
      inTurn(async () => {
        identity = undefined
        file = { ...file, wraps: [] }
        // Gone before anything is written: on a full disk nothing can be.
        await destroy(folder.unlock)
        await destroy(folder.firstIdentity)
        await writeJson(folder.unlock, file)
      }),
  }
}

/** Overwrites, then removes. A disk that moves blocks about may still keep a copy, which is why whole-disk encryption is advised besides. */
async function destroy(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return
  const handle = await open(path, 'r+')
  try {
    await handle.write(Buffer.alloc(found.size), 0, found.size, 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rm(path)
}
