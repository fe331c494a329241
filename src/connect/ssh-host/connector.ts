import type { Clock } from '../../base/time.ts'
import { act } from '../finding.ts'
import { answered, looking, notAnswered, notObservable, wordOf } from '../looking.ts'
import { placeOf } from '../place.ts'
import type { Answer, Probe, ProbeName } from '../probe.ts'
import { type Ran, runProgram } from '../run-program.ts'
import type { SshHostConfig } from './config.ts'
import { hostFactsIn } from './host-facts.ts'
import { type Between, judgeHost } from './judge-host.ts'
import { lookCommand } from './look-script.ts'

/** How a host is, by one fixed read-only command over the system's ssh. */
export function sshHostProbe({ id, observes }: ProbeName, config: SshHostConfig, clock: Clock, program = 'ssh'): Probe {
  const what = `The host ${placeOf(config.host, config.port)}`
  return {
    id,
    kind: 'ssh-host',
    observes,
    look: (signal) =>
      looking({ what, deadlineMs: config.deadlineMs, signal }, (over) => lookOnce(what, config, clock, program, over)),
  }
}

async function lookOnce(
  what: string,
  config: SshHostConfig,
  clock: Clock,
  program: string,
  over: AbortSignal,
): Promise<Answer> {
  let before: number | undefined
  let between: Between | undefined
  const ran = await runProgram(program, argumentsOf(config), over, (line, answer) => {
    if (line === 'holdfast-look 1') {
      before = clock.now()
      answer('go\n')
    } else if (line.startsWith('clock ') && before !== undefined) between = { before, after: clock.now() }
  }).catch((thrown: unknown) => {
    if (wordOf(thrown) === 'ENOENT') return undefined
    throw thrown
  })
  if (ran === undefined) return notObservable('There is no ssh on this machine to ask with.')
  const facts = hostFactsIn(ran.output)
  if (facts === undefined) return refusalOf(what, ran)
  const { findings, measured } = judgeHost(facts, between, config)
  return answered(`${what} let us in and told how it is.`, measured, findings)
}

/** Nothing of a user's own ssh configuration counts, nothing is forwarded, no other key is tried, and an unknown host is not trusted. */
function argumentsOf({ host, port, user, key, knownHosts, services, deadlineMs }: SshHostConfig): string[] {
  const options = {
    BatchMode: 'yes',
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    ConnectTimeout: String(Math.max(1, Math.ceil(deadlineMs / 1000))),
    ClearAllForwardings: 'yes',
    LogLevel: 'ERROR',
  }
  const given = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
  return [
    '-F',
    'none',
    '-T',
    '-x',
    '-a',
    '-i',
    key,
    '-p',
    String(port),
    '-l',
    user,
    ...given,
    host,
    lookCommand(services),
  ]
}

/** What OpenSSH complains of, and whom it concerns: the host, our way in, or only this machine. */
function refusalOf(what: string, { complaint, code, output }: Ran): Answer {
  const refused = (because: string): Answer =>
    answered(`${what} answers, and we cannot look inside.`, [], [act(because)])
  if (/host key verification failed|identification has changed|host key is known/i.test(complaint))
    return refused('It shows another host key than the one that is known, or none is known: it was told nothing.')
  if (/permission denied|too many authentication failures/i.test(complaint))
    return refused('It refuses our key. Look at authorized_keys of that account.')
  if (
    /identity file .* not accessible|bad permissions|error in libcrypto|invalid format/i.test(complaint) &&
    code === 255
  )
    return notObservable('The hub’s own key for this host cannot be used. Look at the file and its rights.')
  if (/could not resolve hostname/i.test(complaint))
    return notObservable('The name is not known here (DNS), so the host was not asked.')
  if (/network is unreachable/i.test(complaint))
    return notObservable('From here no route leads to the host: it was not asked.')
  if (/connection refused/i.test(complaint)) return notAnswered(`${what} refused the connection: no ssh listens there.`)
  if (/no route to host|timed out|connection (closed|reset)|banner|kex_exchange|invalid|bad packet/i.test(complaint))
    return notAnswered(`${what} did not answer as an ssh server does.`)
  if (code === 255) return notAnswered(`${what} could not be asked over ssh.`)
  return refused(
    output.includes('holdfast-look 1')
      ? 'The look broke off before its end.'
      : `It let us in, and did not run the look (exit ${code ?? 'by a signal'}). Is another command forced for this key?`,
  )
}
