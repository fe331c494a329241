import type { AuditLine } from '../../access/access.ts'
import { readBreakGlassCode } from '../../access/break-glass-code.ts'
import { spanInWords } from '../../base/ago.ts'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import { isHere } from '../unlock/attempts.ts'
import type { Opened } from '../unlock/wraps.ts'
import type { Desk } from './desk.ts'

/** `token` is the session cookie's value. A refusal is for the person at the screen and tells a guesser nothing. */
export type SignIn = { in: true; token: string } | { in: false; because: string }

const WRONG =
  'Sign-in name and password do not fit. Both are those of Holdfast’s hub; a password changed today may not have reached this site yet, so try the one before.'

const NOBODY_YET =
  'No people are here yet: the first pack is on its way and brings them. Nothing is wrong with the password; try again in a minute.'

/**
 * A person's own password opens the site for the program and signs the person in, with everything else dead. Failed attempts are counted
 * before they are checked, and written down even while the site is locked. `from`: the network address of the browser.
 */
export async function signIn(desk: Desk, login: string, password: string, from: string): Promise<SignIn> {
  if (login.trim() === '' || password === '') return { in: false, because: 'Type your login and your password.' }
  if (desk.keys.count().people === 0) return { in: false, because: NOBODY_YET }
  const key = `login ${sha256Hex(`${desk.facts.siteId}\n${login.trim().toLowerCase()}`).slice(0, 32)}`
  const waitMs = await desk.attempts.begin(key, from)
  if (waitMs > 0) return { in: false, because: tooMany(waitMs, from) }
  const opened = await desk.keys.tryPassword(login, password)
  if (opened === undefined) return refuse(desk, login)
  const wasLocked = desk.keys.state() === 'locked'
  await unlock(desk, opened)
  const person = desk.packs.opened().people?.people.find(({ personId }) => personId === opened.of)
  if (person === undefined) {
    // A pack that came while the site was locked says that this person works here no more.
    if (wasLocked) await lockAgain(desk)
    return refuse(desk, login)
  }
  await desk.attempts.succeeded(key, from)
  await desk.note({
    who: { personId: person.personId, login: person.login },
    what: 'site-sign-in',
    about: hubThen(desk),
    outcome: 'done',
  })
  await desk.noteSignIn()
  return { in: true, token: desk.sessions.begin({ kind: 'person', personId: person.personId }) }
}

/** Whether this was done without the centre: only that shows that it can be. */
function hubThen({ pull }: Desk): AuditLine['about'] {
  const hubSilentMs = pull.hubSilentMs()
  return hubSilentMs === undefined ? {} : { hub: 'silent', hubSilentMs: Math.round(hubSilentMs) }
}

async function refuse(desk: Desk, login: string): Promise<SignIn> {
  await desk.note({
    who: { personId: 'unknown', login: login.trim().slice(0, 60) },
    what: 'site-sign-in',
    about: {},
    outcome: 'refused',
  })
  return { in: false, because: WRONG }
}

/** Opens what is here; a pack that does not open says why, and the site locks again rather than stand half open. */
async function unlock(desk: Desk, opened: Opened): Promise<void> {
  if (desk.keys.identity() !== undefined && desk.packs.opened().people !== undefined) return
  desk.keys.unlock(opened)
  try {
    await desk.packs.open(opened.identity)
  } catch (thrown) {
    if (desk.packs.opened().people === undefined) await lockAgain(desk)
    if (!(thrown instanceof Failure)) throw thrown
    desk.log.warn({ because: thrown.message }, 'a pack does not open')
    if (desk.packs.opened().people === undefined) throw thrown
  }
  desk.pull.wake()
}

async function lockAgain(desk: Desk): Promise<void> {
  await desk.packs.close()
  desk.keys.lock()
}

/** A sealed envelope: a name, a reason and a code that works once. Its use is on the disk before anything opens. */
export async function openEnvelope(
  desk: Desk,
  typed: { code: string; name: string; reason: string },
  from: string,
): Promise<SignIn> {
  const name = typed.name.trim()
  const reason = typed.reason.trim()
  if (name.length < 3) return { in: false, because: 'Write your own name; it goes into the record.' }
  if (reason.length < 10)
    return { in: false, because: 'Write in a few words why you open the envelope; it will be read afterwards.' }
  if (readBreakGlassCode(typed.code) === undefined)
    return {
      in: false,
      because: 'The code is mistyped: compare it with the paper, letter by letter. Nothing was counted.',
    }
  const waitMs = await desk.attempts.begin('envelopes', from)
  if (waitMs > 0) return { in: false, because: tooMany(waitMs, from) }
  const opened = await desk.keys.tryEnvelope(typed.code)
  const who = { personId: opened === undefined ? 'unknown' : `envelope-${opened.of}`, login: name.slice(0, 60) }
  if (opened === undefined) {
    await desk.note({ who, what: 'break-glass', about: {}, outcome: 'refused', reason })
    return {
      in: false,
      because: 'This code opens nothing here: it was used, belongs to another site, or was taken back by the hub.',
    }
  }
  await desk.note({ who, what: 'break-glass', about: { codeId: opened.of }, outcome: 'done', reason })
  await desk.keys.useEnvelope(opened.of)
  await desk.attempts.succeeded('envelopes', from)
  await unlock(desk, opened)
  await desk.noteSignIn()
  return { in: true, token: desk.sessions.begin({ kind: 'envelope', codeId: opened.of, name, reason }) }
}

function tooMany(waitMs: number, from: string): string {
  const elsewhere = isHere(from) ? '' : ', and you can at the lockbox itself'
  return `Too many attempts that did not fit. Wait ${spanInWords(Math.max(1000, waitMs))}, then try again; others can sign in meanwhile${elsewhere}. Paper that is printed works as ever.`
}
