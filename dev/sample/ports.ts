import { createServer } from 'node:net'

/** Where everything of the sample listens: `base` for the hub, `base + 1` for the page that breaks things, and so on. */
export type Ports = {
  base: number
  hub: number
  breaker: number
  ups: number
  pager: number
  sites: number[]
  cables: number[]
}

export const FIRST_BASE = 4600
const STEP = 100
const TRIES = 10

export function portsFrom(base: number, sites: number): Ports {
  const row = (from: number): number[] => Array.from({ length: sites }, (_, nth) => base + from + nth)
  return { base, hub: base, breaker: base + 1, ups: base + 2, pager: base + 3, sites: row(11), cables: row(31) }
}

/** The first hundred from `first` on in which everything is free, and which ports were in the way before it. */
export async function freePorts(first: number, sites: number): Promise<{ ports: Ports; taken: number[] }> {
  const taken: number[] = []
  for (let nth = 0; nth < TRIES; nth++) {
    const ports = portsFrom(first + nth * STEP, sites)
    const busy: number[] = []
    for (const port of [ports.hub, ports.breaker, ports.ups, ports.pager, ...ports.sites, ...ports.cables])
      if (!(await isFree(port))) busy.push(port)
    if (busy.length === 0) return { ports, taken }
    taken.push(...busy)
  }
  throw new Error(
    `Ports ${taken.join(', ')} are in use. End what uses them, or name another first port: npm start -- --port 7600`,
  )
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
