import type { Clock } from '../../base/time.ts'
import { talkWith } from '../line-talk.ts'
import { answered, looking, notAnswered, wordOf } from '../looking.ts'
import { nameKnown } from '../name-known.ts'
import { placeOf } from '../place.ts'
import type { Answer, Probe, ProbeName } from '../probe.ts'
import { upsOf } from '../ups.ts'
import type { NutConfig } from './config.ts'

/** What a UPS says of itself through NUT's server, over its line protocol (RFC 9271). */
export function nutProbe({ id, observes }: ProbeName, config: NutConfig, clock: Clock): Probe {
  const what = `The UPS ${config.ups} at ${placeOf(config.host, config.port)}`
  return {
    id,
    kind: 'nut',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, clock, over)),
  }
}

/** RFC 9271: what the server says when it cannot say how the UPS is. A UPS that it has lost sight of did not answer. */
const LOST: { [word: string]: string } = {
  'DATA-STALE': 'its server has lost contact with it (DATA-STALE): what was last known of it counts for nothing',
  'DRIVER-NOT-CONNECTED': 'its server runs, but the driver that talks to it does not (DRIVER-NOT-CONNECTED)',
}
const REFUSED: { [word: string]: string } = {
  'UNKNOWN-UPS': 'The server knows no UPS of this name. `upsc -l` lists them.',
  'ACCESS-DENIED': 'The server does not let this machine ask. Look at LISTEN in upsd.conf and at its firewall.',
  'TLS-REQUIRED': 'The server wants TLS, which this connector does not speak.',
}

async function lookOnce(what: string, config: NutConfig, clock: Clock, over: AbortSignal): Promise<Answer> {
  await nameKnown(config.host, config.deadlineMs, over)
  using talk = await talkWith({ host: config.host, port: config.port }, over)
  talk.say(`LIST VAR ${config.ups}\n`)
  const first = await talk.until('\n').catch((thrown: unknown) => {
    if (wordOf(thrown) === 'TOO_MUCH') return ''
    throw thrown
  })
  const refusal = /^ERR ([A-Z-]+)/.exec(first)?.[1]
  if (refusal !== undefined) return refused(what, refusal)
  if (first.trim() !== `BEGIN LIST VAR ${config.ups}`)
    return notAnswered(`${what} answers, but not in NUT's protocol. Is the port right?`)
  const listed = await talk.until(`END LIST VAR ${config.ups}\n`)
  talk.say('LOGOUT\n')
  return upsOf(what, variablesIn(listed, config.ups), config, clock.now())
}

function refused(what: string, word: string): Answer {
  const lost = LOST[word]
  if (lost !== undefined) return notAnswered(`${what} cannot be seen: ${lost}.`)
  return answered(
    `${what} was asked for, and its server refuses.`,
    [],
    [{ weight: 'act', because: REFUSED[word] ?? `The server answers ${word}.` }],
  )
}

/** `VAR <ups> <name> "<value>"`, with `\` before a quote or a backslash in the value. */
export function variablesIn(listed: string, ups: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of listed.split('\n')) {
    const [, of, name, value] = /^VAR (\S+) (\S+) "(.*)"\r?$/.exec(line) ?? []
    if (of === ups && name !== undefined && value !== undefined) found.set(name, value.replace(/\\(.)/g, '$1'))
  }
  return found
}
