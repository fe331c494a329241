import { answered, looking, notAnswered, notObservable, wordOf } from '../looking.ts'
import type { Answer, Measured, Probe, ProbeName } from '../probe.ts'
import { type Ran, runProgram } from '../run-program.ts'
import type { IcmpConfig } from './config.ts'
import { pingedIn, whyNotPinged } from './ping-output.ts'

/** Whether a host answers pings, asked through the system's own `ping`, which has the right that we have not. */
export function icmpProbe({ id, observes }: ProbeName, config: IcmpConfig, program = 'ping'): Probe {
  const what = `The host ${config.host}`
  return {
    id,
    kind: 'icmp',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, program, over)),
  }
}

async function lookOnce(what: string, config: IcmpConfig, program: string, over: AbortSignal): Promise<Answer> {
  if (process.platform !== 'linux')
    return notObservable('Pings are sent by the ping of Linux only. A tcp probe asks the same host here.')
  const ran = await runProgram(program, argumentsOf(config), over).catch((thrown: unknown) => {
    if (wordOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  if (ran === undefined) return notObservable('There is no ping on this machine.')
  return said(what, ran, config)
}

/** ping itself gives up before our deadline does, so that what came until then is told. */
function argumentsOf({ host, count, from, deadlineMs }: IcmpConfig): string[] {
  const seconds = String(Math.max(1, Math.floor(deadlineMs / 1000) - 1))
  const source = from === undefined ? [] : ['-I', from]
  return ['-n', '-c', String(count), '-i', '0.2', '-w', seconds, ...source, host]
}

function said(what: string, ran: Ran, config: IcmpConfig): Answer {
  const pinged = pingedIn(ran.output)
  const why = pinged === undefined || pinged.sent === 0 ? whyNotPinged(ran.complaint + ran.output) : undefined
  if (why !== undefined) return notObservable(why)
  if (pinged === undefined || pinged.sent === 0)
    return notObservable(`The ping of this machine ended with ${ran.code ?? 'a signal'} and did not say what it saw.`)
  const loss = Math.round(100 * (1 - Math.min(1, pinged.received / pinged.sent)))
  const measured: Measured[] = [
    { what: 'loss', value: loss, unit: '%' },
    ...(pinged.medianMs === undefined ? [] : [{ what: 'round trip', value: pinged.medianMs, unit: 'ms' } as const]),
  ]
  if (pinged.received === 0) return notAnswered(`${what} answered none of ${pinged.sent} pings.`, measured)
  return answered(
    `${what} answered ${pinged.received} of ${pinged.sent} pings.`,
    measured,
    loss >= config.watchLossPercent ? [{ weight: 'watch', because: `${loss} % of the pings were lost.` }] : [],
  )
}
