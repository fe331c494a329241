/** What a host said of itself. Undefined: it did not say. */
export type HostFacts = {
  /** By the host's own clock, ms since 1970. */
  clock: number | undefined
  load: number | undefined
  cores: number | undefined
  uptimeS: number | undefined
  memory: Map<string, number>
  /** By where it is mounted; `usedPercent` of what users may fill. */
  disks: Map<string, { usedPercent: number; freeBytes: number }>
  inodesUsedPercent: Map<string, number>
  rebootPending: boolean | undefined
  services: Map<string, string>
}

/** Reads what the fixed command printed; undefined when it is not that, or not all of it. A line that means nothing is left out. */
export function hostFactsIn(output: string): HostFacts | undefined {
  const lines = output.split('\n').map((line) => line.trimEnd())
  const from = lines.indexOf('holdfast-look 1')
  const to = lines.indexOf('holdfast-look end')
  if (from < 0 || to < from) return undefined
  const facts: HostFacts = {
    clock: undefined,
    load: undefined,
    cores: undefined,
    uptimeS: undefined,
    memory: new Map(),
    disks: new Map(),
    inodesUsedPercent: new Map(),
    rebootPending: undefined,
    services: new Map(),
  }
  for (const line of lines.slice(from + 1, to)) {
    const [word = '', ...rest] = line.split(/\s+/)
    READ[word]?.(facts, rest)
  }
  return facts
}

const READ: { [word: string]: (facts: HostFacts, rest: string[]) => void } = {
  clock: (facts, [seconds = '']) => {
    // A date without nanoseconds prints `%N` as it stands.
    const at = number(seconds.replace(/\.[^\d].*$/, ''))
    facts.clock = at === undefined ? undefined : at * 1000
  },
  load: (facts, [, five]) => void (facts.load = number(five)),
  cores: (facts, [count]) => void (facts.cores = number(count)),
  uptime: (facts, [seconds]) => void (facts.uptimeS = number(seconds)),
  memory: (facts, [name = '', size]) => {
    const kib = number(size)
    if (kib !== undefined) facts.memory.set(name, kib * 1024)
  },
  disk: (facts, rest) => {
    const seen = dfLine(rest)
    if (seen !== undefined) facts.disks.set(seen.mount, { usedPercent: seen.percent, freeBytes: seen.free * 1024 })
  },
  inodes: (facts, rest) => {
    const seen = dfLine(rest)
    if (seen !== undefined) facts.inodesUsedPercent.set(seen.mount, seen.percent)
  },
  reboot: (facts, [state]) => void (facts.rebootPending = state === 'pending'),
  service: (facts, [name = '', state = '']) => void facts.services.set(name, state),
}

/** POSIX `df -P`: device, size, used, free, percent, mount point; the last may hold spaces. */
function dfLine(rest: string[]): { mount: string; free: number; percent: number } | undefined {
  const at = rest.findIndex((word) => /^\d{1,3}%$/.test(word))
  const free = number(rest[at - 1])
  const percent = number(rest[at]?.slice(0, -1))
  const mount = rest.slice(at + 1).join(' ')
  return at < 3 || free === undefined || percent === undefined || mount === '' ? undefined : { mount, free, percent }
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : undefined
}
