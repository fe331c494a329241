import { Resolver } from 'node:dns/promises'
import { answered, looking, notAnswered, notObservable, wordOf } from '../looking.ts'
import { placeOf } from '../place.ts'
import type { Answer, Measured, Probe, ProbeName } from '../probe.ts'
import type { DnsConfig } from './config.ts'

/** Whether a name server answers, and whether it says of a name what it should. */
export function dnsProbe({ id, observes }: ProbeName, config: DnsConfig): Probe {
  const what = config.server === undefined ? 'The name server of this machine' : `The name server ${config.server}`
  return {
    id,
    kind: 'dns',
    observes,
    look: (signal) => looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, over)),
  }
}

/** What c-ares says for an answer of the server that is no list. */
const REFUSALS: { [code: string]: (name: string) => string } = {
  ENOTFOUND: (name) => `It says that there is no name ${name}.`,
  ENODATA: (name) => `It knows ${name}, but has nothing of this type.`,
  ESERVFAIL: (name) => `It failed to find out about ${name} (SERVFAIL).`,
  EREFUSED: (name) => `It refuses to answer for ${name} (REFUSED).`,
  ENOTIMP: (name) => `It cannot answer for ${name} (NOTIMP).`,
  EFORMERR: (name) => `It did not understand the question for ${name} (FORMERR).`,
}

async function lookOnce(what: string, config: DnsConfig, over: AbortSignal): Promise<Answer> {
  // One try that may take most of the deadline: c-ares' own default would ask four times.
  const resolver = new Resolver({ timeout: Math.ceil(config.deadlineMs * 0.8), tries: 1 })
  if (config.server !== undefined) resolver.setServers([placeOf(config.server, config.port)])
  over.addEventListener('abort', () => resolver.cancel(), { once: true })
  try {
    const found = await ASK[config.type](resolver, config.ask)
    const missing = config.expect.filter((one) => !found.includes(one))
    const measured: Measured[] = [
      { what: 'records', value: found.length, unit: 'count' },
      { what: config.type, value: found.slice(0, 8).join(', ').slice(0, 300), unit: 'text' },
    ]
    return answered(
      `${what} answers for ${config.ask}.`,
      measured,
      missing.length === 0
        ? []
        : [{ weight: 'act', because: `Its answer for ${config.ask} lacks ${missing.join(', ')}.` }],
    )
  } catch (thrown) {
    const code = wordOf(thrown)
    const refused = code === undefined ? undefined : REFUSALS[code]
    if (refused !== undefined)
      return answered(`${what} answers, and refuses.`, [], [{ weight: 'act', because: refused(config.ask) }])
    if (code === 'ETIMEOUT') return notAnswered(`${what} did not answer in time.`)
    if (code === 'EBADRESP') return notAnswered(`${what} answers with something that is not DNS.`)
    if (code === 'ECANCELLED') return notObservable('The look was called off before an answer came.')
    throw thrown
  }
}

const ASK: { [Type in DnsConfig['type']]: (resolver: Resolver, name: string) => Promise<string[]> } = {
  A: (resolver, name) => resolver.resolve4(name),
  AAAA: (resolver, name) => resolver.resolve6(name),
  CNAME: (resolver, name) => resolver.resolveCname(name),
  NS: (resolver, name) => resolver.resolveNs(name),
  MX: async (resolver, name) => (await resolver.resolveMx(name)).map((one) => one.exchange),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map((one) => one.join('')),
}
