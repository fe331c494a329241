import snmp from 'net-snmp'
import { Failure } from '../../base/failure.ts'
import type { SnmpAccess } from './config.ts'
import { type Datagrams, datagramsWith } from './datagrams.ts'
import { failureIn, reportOf, silence } from './refusal.ts'
import { type Said, saidOf } from './said.ts'

/** Questions to one device, none of which changes anything: GET and GETBULK. */
export type SnmpTalk = Disposable & {
  /** What it says of each object; the map has them all. */
  get(oids: readonly string[]): Promise<ReadonlyMap<string, Said>>
  /** Whole columns of tables, each by the index of its rows (`3`, `1.7`); a column that it does not have is empty. */
  columns(oids: readonly string[]): Promise<ReadonlyMap<string, Column>>
}

export type Column = ReadonlyMap<string, Said>

/** `untilMs`: by `performance.now()`, when silence is called silence. */
export type SnmpPlace = { what: string; host: string; port: number; access: SnmpAccess; untilMs: number }

/** The most rows of a column that are read: a stack of switches has some hundreds, a device gone mad has no end. */
const MOST_ROWS = 4096
/** So many bindings fit into one datagram of Ethernet, with names of ordinary length. */
const IN_ONE_GET = 15
const IN_ONE_BULK = 30

type Ask = (
  session: snmp.Session,
  answer: (error: Error | null, said?: (snmp.Varbind | snmp.Varbind[])[]) => void,
) => void

/** Opens a socket; nothing goes out before the first question. Throws the system's word, or a Failure. */
export async function snmpTalk(place: SnmpPlace, over: AbortSignal): Promise<SnmpTalk> {
  const datagrams = await datagramsWith(place, over)
  const session = sessionWith(place, datagrams)
  let answers = 0
  // What the library cannot read it tells here, instead of throwing.
  session.on('error', (thrown) => {
    throw thrown
  })
  const silent = Promise.withResolvers<never>()
  silent.promise.catch(() => {})
  const timer = setTimeout(
    () => {
      const { snmp: met, noise } = datagrams.heard
      const came = answers > 0 ? 'some-answers' : met ? 'met' : noise ? 'noise' : 'nowhere'
      silent.reject(silence(place.what, place.access.version, came))
    },
    Math.max(0, place.untilMs - performance.now()),
  )
  const asked = async (ask: Ask): Promise<(snmp.Varbind | snmp.Varbind[])[]> => {
    const answer = Promise.withResolvers<(snmp.Varbind | snmp.Varbind[])[]>()
    answer.promise.catch(() => {})
    ask(session, (error, said) =>
      error === null ? answer.resolve(said ?? []) : answer.reject(failureIn(error, place.what)),
    )
    const said = await Promise.race([answer.promise, silent.promise, datagrams.broken])
    answers += 1
    return said
  }
  return {
    get: (oids) => getAll(asked, oids),
    columns: (oids) => allColumns(place.what, asked, oids),
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      session.close()
      datagrams[Symbol.dispose]()
    },
  }
}

type Asked = (ask: Ask) => Promise<(snmp.Varbind | snmp.Varbind[])[]>

async function getAll(asked: Asked, oids: readonly string[]): Promise<ReadonlyMap<string, Said>> {
  const found = new Map<string, Said>()
  for (let from = 0; from < oids.length; from += IN_ONE_GET) {
    const some = oids.slice(from, from + IN_ONE_GET)
    const said = (await asked((session, answer) => session.get(some, answer))).flat()
    for (const oid of some) {
      const one = said.find((each) => each.oid === oid)
      found.set(oid, one === undefined ? { absent: 'noSuchObject' } : saidOf(one))
    }
  }
  return found
}

async function allColumns(what: string, asked: Asked, oids: readonly string[]): Promise<ReadonlyMap<string, Column>> {
  const columns = oids.map((oid) => ({ oid, at: oid, ended: false, rows: new Map<string, Said>() }))
  for (;;) {
    const open = columns.filter(({ ended }) => !ended)
    if (open.length === 0) return new Map(columns.map(({ oid, rows }) => [oid, rows]))
    const repeat = Math.max(1, Math.floor(IN_ONE_BULK / open.length))
    const places = open.map(({ at }) => at)
    const said = await asked((session, answer) => session.getBulk(places, 0, repeat, answer))
    for (const [nth, column] of open.entries()) takeIn(column, [said[nth] ?? []].flat())
    // Otherwise a device that says nothing new would be asked for ever.
    if (open.every(({ at, ended }, nth) => !ended && at === places[nth]))
      throw new Failure('transient', `${what} answers, and says nothing of what it was asked.`)
  }
}

type Reading = { oid: string; at: string; ended: boolean; rows: Map<string, Said> }

function takeIn(column: Reading, bindings: readonly snmp.Varbind[]): void {
  for (const binding of bindings) {
    const said = saidOf(binding)
    const inside = binding.oid.startsWith(`${column.oid}.`)
    if (!inside || 'absent' in said || column.rows.size >= MOST_ROWS) {
      column.ended = true
      return
    }
    column.at = binding.oid
    column.rows.set(binding.oid.slice(column.oid.length + 1), said)
  }
}

const AUTH = {
  sha: snmp.AuthProtocols.sha,
  sha224: snmp.AuthProtocols.sha224,
  sha256: snmp.AuthProtocols.sha256,
  sha384: snmp.AuthProtocols.sha384,
  sha512: snmp.AuthProtocols.sha512,
}
const PRIV = {
  aes: snmp.PrivProtocols.aes,
  aes256: snmp.PrivProtocols.aes256b,
  'aes256-cisco': snmp.PrivProtocols.aes256r,
}

function sessionWith({ host, port, access, untilMs }: SnmpPlace, { module }: Datagrams): snmp.Session {
  // UDP loses datagrams: the same question again some times, until the deadline ends it.
  const timeout = Math.min(1500, Math.max(50, (untilMs - performance.now()) / 4))
  const options = { port, timeout, retries: 1000, backwardsGetNexts: false, dgramModule: module }
  if (access.version === '2c')
    return snmp.createSession(host, access.community, { ...options, version: snmp.Version2c })
  const user = {
    name: access.user,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: AUTH[access.auth],
    authKey: access.authPassword,
    privProtocol: PRIV[access.priv],
    privKey: access.privPassword,
  }
  const session = snmp.createV3Session(host, user, { ...options, version: snmp.Version3, context: access.context })
  return hardened(session)
}

/**
 * The library takes an answer that is neither signed nor encrypted for an answer to a question that was (RFC 3412, 7.2.10 forbids it), which
 * would let anybody on the way say that a UPS runs on its battery. And a report is told by its number, not by the library's words.
 */
function hardened(session: snmp.Session): snmp.Session {
  const take = session.onSimpleGetResponse.bind(session)
  session.onSimpleGetResponse = (request, message) => {
    if (message.hasAuthentication() && message.hasPrivacy()) take(request, message)
    else request.responseCb(new snmp.ResponseInvalidError('unprotected', snmp.ResponseInvalidCode.EAuthFailure))
  }
  session.userSecurityModelError = (request, oid) => request.responseCb(reportOf(oid))
  return session
}
