import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * A machine with two Internet lines, in network namespaces of its own: each line has its own router, behind both stands one far place, which also says
 * which address it sees. What is done to cables and routes is done for real.
 */
export type TwoLines = AsyncDisposable & {
  /** What a program is started through, to be on that machine. */
  through: string[]
  /** Of the machine, on each line. */
  from: { cable: string; fibre: string }
  target: { host: string; port: number }
  address: string
  /** Everything leaves by the first line, whatever address it comes from: the second is there and is not used. */
  allByCable(): void
  /** Each line is used by what comes from its own address. */
  bySource(): void
  /** Cut beyond the line's own router, so that the plug in our wall still glows. */
  cutFibre(): void
  mendFibre(): void
}

const FAR = `require('http').createServer((q, r) => r.end(q.socket.remoteAddress)).listen(80, '10.98.9.9', () => console.log('up'))`
const MASQUERADE = ['POSTROUTING', '-o', 'out0', '-j', 'MASQUERADE']

export async function twoLines(): Promise<TwoLines> {
  const tag = `hl${process.pid % 100_000}`
  const [hub, cable, fibre, far] = [`${tag}h`, `${tag}c`, `${tag}f`, `${tag}w`]
  const all = [hub, cable, fibre, far]
  const ip = (...given: string[]) => execFileSync('ip', given, { stdio: 'pipe' })
  const inside = (name: string, ...given: string[]) => ip('netns', 'exec', name, ...given)
  const lay = (a: string, aDev: string, aIp: string, b: string, bDev: string, bIp: string): void => {
    ip('link', 'add', aDev, 'netns', a, 'type', 'veth', 'peer', 'name', bDev, 'netns', b)
    for (const [name, dev, address] of [
      [a, aDev, aIp],
      [b, bDev, bIp],
    ] as const) {
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', dev)
      ip('-n', name, 'link', 'set', dev, 'up')
    }
  }
  const remove = (): void => {
    for (const name of all) execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' })
  }
  for (const name of all) {
    ip('netns', 'add', name)
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  lay(hub, 'eth0', '10.98.1.2', cable, 'in0', '10.98.1.1')
  lay(hub, 'eth1', '10.98.2.2', fibre, 'in0', '10.98.2.1')
  lay(cable, 'out0', '10.98.3.1', far, 'la0', '10.98.3.9')
  lay(fibre, 'out0', '10.98.4.1', far, 'lb0', '10.98.4.9')
  ip('-n', far, 'addr', 'add', '10.98.9.9/32', 'dev', 'lo')
  ip('-n', cable, 'route', 'add', '10.98.9.9', 'via', '10.98.3.9')
  ip('-n', fibre, 'route', 'add', '10.98.9.9', 'via', '10.98.4.9')
  ip('-n', far, 'route', 'add', '10.98.1.0/24', 'via', '10.98.3.1')
  ip('-n', far, 'route', 'add', '10.98.2.0/24', 'via', '10.98.4.1')
  for (const name of [cable, fibre]) inside(name, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward')
  for (const name of all) inside(name, 'sh', '-c', 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $f; done')
  ip('-n', hub, 'route', 'add', 'default', 'via', '10.98.1.1', 'dev', 'eth0')
  ip('-n', hub, 'route', 'add', 'default', 'via', '10.98.2.1', 'dev', 'eth1', 'table', '102')
  // Each router shows the outside its own address, as routers of a practice do.
  for (const name of [cable, fibre]) inside(name, 'iptables', '-t', 'nat', '-A', ...MASQUERADE)
  ip('-n', cable, 'route', 'add', '10.98.2.0/24', 'via', '10.98.1.2')
  const place: ChildProcess = spawn('ip', ['netns', 'exec', far, process.execPath, '-e', FAR], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (place.stdout !== null) await once(place.stdout, 'data')
  return {
    through: ['ip', 'netns', 'exec', hub],
    from: { cable: '10.98.1.2', fibre: '10.98.2.2' },
    target: { host: '10.98.9.9', port: 80 },
    address: 'http://10.98.9.9/',
    allByCable: () => void ip('-n', hub, 'rule', 'del', 'from', '10.98.2.2', 'table', '102'),
    bySource: () => void ip('-n', hub, 'rule', 'add', 'from', '10.98.2.2', 'table', '102'),
    cutFibre: () => void ip('-n', fibre, 'link', 'set', 'out0', 'down'),
    mendFibre: () => {
      ip('-n', fibre, 'link', 'set', 'out0', 'up')
      ip('-n', fibre, 'route', 'replace', '10.98.9.9', 'via', '10.98.4.9')
    },
    async [Symbol.asyncDispose]() {
      if (place.exitCode === null && place.signalCode === null) {
        const gone = once(place, 'exit')
        place.kill('SIGKILL')
        await gone
      }
      remove()
    },
  }
}
