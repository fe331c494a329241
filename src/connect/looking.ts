import { Failure, reasonOf } from '../base/failure.ts'
import { SECOND } from '../base/time.ts'
import type { Answer, Finding, Measured, Signal } from './probe.ts'

export type Look = {
  /** The far side as a person names it: `The database at 10.0.0.5:5432`. */
  what: string
  deadlineMs: number
  signal: AbortSignal | undefined
}

/**
 * One look, within its deadline whatever the far side does: `act` is told by its signal to hang up, and is no longer waited for. What it throws
 * becomes an answer, so a look never throws.
 */
export async function looking(
  { what, deadlineMs, signal }: Look,
  act: (signal: AbortSignal) => Promise<Answer>,
): Promise<Signal> {
  const began = performance.now()
  const over = new AbortController()
  const stopped = Promise.withResolvers<Answer>()
  const stop = (answer: Answer) => {
    stopped.resolve(answer)
    over.abort()
  }
  const tooSlow = notAnswered(`${what} did not answer within ${secondsOf(deadlineMs)}.`)
  const timer = setTimeout(() => stop(tooSlow), deadlineMs)
  const off = () => stop(notObservable('The look was called off before an answer came.'))
  if (signal?.aborted === true) off()
  signal?.addEventListener('abort', off, { once: true })
  try {
    const acting = over.signal.aborted ? stopped.promise : act(over.signal)
    acting.catch(() => {})
    const answer = await Promise.race([stopped.promise, acting]).catch((thrown: unknown) => answerTo(thrown, what))
    return { ...answer, tookMs: Math.round(performance.now() - began) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', off)
    over.abort()
  }
}

export function answered(because: string, measured: Measured[], findings: Finding[] = []): Answer {
  return { answer: 'answered', because, measured, findings }
}

export function notAnswered(because: string, measured: Measured[] = []): Answer {
  return { answer: 'not-answered', because, measured }
}

export function notObservable(because: string, measured: Measured[] = []): Answer {
  return { answer: 'not-observable', because, measured }
}

/** What the system's word for a broken connection tells of the far side, and what it only tells of this one. */
const WORDS: { [code: string]: (what: string) => Answer } = {
  ECONNREFUSED: (what) => notAnswered(`${what} refused the connection: the machine is there, and nothing listens.`),
  ENOENT: (what) => notAnswered(`${what} is not there: nothing listens on that socket.`),
  ECONNRESET: (what) => notAnswered(`${what} broke the connection off.`),
  EPIPE: (what) => notAnswered(`${what} broke the connection off.`),
  ETIMEDOUT: (what) => notAnswered(`${what} did not answer (the system gave up waiting).`),
  EHOSTUNREACH: (what) => notAnswered(`${what} cannot be reached: the network says that no such host answers.`),
  EHOSTDOWN: (what) => notAnswered(`${what} cannot be reached: its host is down.`),
  ENETUNREACH: (what) => notObservable(`From here no route leads to ${inSentence(what)}: it was not asked.`),
  ENETDOWN: (what) => notObservable(`The network of this machine is down: ${inSentence(what)} was not asked.`),
  ENOTFOUND: (what) => notObservable(`The name is not known here (DNS), so ${inSentence(what)} was not asked.`),
  EAI_AGAIN: (what) =>
    notObservable(`Names cannot be looked up here now (DNS does not answer), so ${inSentence(what)} was not asked.`),
  EACCES: (what) => notObservable(`This machine does not allow to ask ${inSentence(what)} (EACCES).`),
  EPERM: (what) => notObservable(`This machine does not allow to ask ${inSentence(what)} (EPERM).`),
  EADDRNOTAVAIL: (what) => notObservable(`This machine has no such address to ask ${inSentence(what)} from.`),
  EMFILE: (what) => notObservable(`This machine has no file handles left to ask ${inSentence(what)} with.`),
}

function answerTo(thrown: unknown, what: string): Answer {
  const code = wordOf(thrown)
  const known = code === undefined ? undefined : WORDS[code]
  if (known !== undefined) return known(what)
  // What a connector itself understood.
  if (thrown instanceof Failure) return notAnswered(thrown.message)
  const because = code ?? (thrown instanceof Error ? thrown.name : reasonOf(thrown))
  return notAnswered(`${what} did not answer as it should (${because}).`)
}

/** The system's word; of several addresses tried, the first one's. */
export function wordOf(thrown: unknown): string | undefined {
  if (thrown instanceof AggregateError) return wordOf(thrown.errors[0])
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** `5 s`, `0.7 s`. */
export function secondsOf(ms: number): string {
  return `${Math.round(ms / 100) / (SECOND / 100)} s`
}

export function inSentence(what: string): string {
  return what.replace(/^The /, 'the ')
}
