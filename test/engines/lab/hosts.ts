import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** Where every other cable is pulled too, nobody ever answers. */
const MOST_PINGS = 20

/** Hosts of a lab: network namespaces on one bridge, each with an address and a cable that can be pulled. Nothing leaves the machine. */
export type Hosts = AsyncDisposable & {
  address(host: string): string
  /** What to put before a command so that it runs on that host. */
  on(host: string): string[]
  pull(host: string): Promise<void>
  plug(host: string): Promise<void>
}

export async function openHosts(names: readonly string[]): Promise<Hosts> {
  const lab = `hf${randomBytes(3).toString('hex')}`
  const space = (name: string) => `${lab}-${name}`
  const made: string[] = []
  const close = async () => {
    for (const name of made.splice(0)) await run('ip', ['netns', 'del', name]).catch(() => {})
  }
  const address = (host: string) => `10.99.0.${names.indexOf(host) + 1}`
  try {
    await run('ip', ['netns', 'add', space('switch')])
    made.push(space('switch'))
    await run('ip', ['-n', space('switch'), 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0'])
    await run('ip', ['-n', space('switch'), 'link', 'set', 'br0', 'up'])
    for (const host of names) {
      const own = space(host)
      await run('ip', ['netns', 'add', own])
      made.push(own)
      await run('ip', ['-n', own, 'link', 'set', 'lo', 'up'])
      const cable = ['link', 'add', `to-${host}`, 'netns', space('switch'), 'type', 'veth']
      await run('ip', [...cable, 'peer', 'name', 'eth0', 'netns', own])
      await run('ip', ['-n', space('switch'), 'link', 'set', `to-${host}`, 'master', 'br0', 'up'])
      await run('ip', ['-n', own, 'addr', 'add', `${address(host)}/24`, 'dev', 'eth0'])
      await run('ip', ['-n', own, 'link', 'set', 'eth0', 'up'])
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  const cable = async (host: string, state: 'up' | 'down') =>
    void (await run('ip', ['-n', space('switch'), 'link', 'set', `to-${host}`, state]))
  const answers = (host: string, other: string) =>
    run('ip', ['netns', 'exec', space(host), 'ping', '-c', '1', '-W', '1', address(other)]).then(
      () => true,
      () => false,
    )
  return {
    address,
    on: (host) => ['ip', 'netns', 'exec', space(host)],
    pull: (host) => cable(host, 'down'),
    plug: async (host) => {
      await cable(host, 'up')
      // For about a second after it is plugged the kernel may still say that no such host is there.
      const others = names.filter((name) => name !== host)
      for (let asked = 0; asked < MOST_PINGS; asked++)
        for (const other of others) if (await answers(host, other)) return
    },
    [Symbol.asyncDispose]: close,
  }
}
