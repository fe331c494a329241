import { once } from 'node:events'
import { type IncomingMessage, request as plainly } from 'node:http'
import { request as securely } from 'node:https'
import { connect, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { wordOf } from '../looking.ts'
import type { LineConfig, LinesConfig } from './config.ts'

/** What was seen over one line. `from` undefined: this machine has no address on it, so there is no line. */
export type LineSeen = {
  name: string
  from: string | undefined
  tried: number
  through: number
  medianMs: number | undefined
  /** As the far side sees us; undefined when it was not asked or did not say. */
  publicAddress: string | undefined
}

/** Tries connections to the targets in turn, each from the line's own address. A target that refuses has answered: the line carried it. */
export async function lookThrough(line: LineConfig, config: LinesConfig, over: AbortSignal): Promise<LineSeen> {
  const from = 'from' in line ? addressOn(line.from) : addressOf(line.interface)
  const seen: LineSeen = { name: line.name, from, tried: 0, through: 0, medianMs: undefined, publicAddress: undefined }
  if (from === undefined) return seen
  const eachMs = Math.max(50, Math.floor((config.deadlineMs * 0.9) / (config.tries + 1)))
  const times: number[] = []
  const asking =
    config.address === undefined ? undefined : publicAddress(config.address, from, config.deadlineMs * 0.8, over)
  for (let nth = 0; nth < config.tries && !over.aborted; nth++) {
    const target = config.targets[nth % config.targets.length]
    if (target === undefined) break
    const began = performance.now()
    const carried = await isCarried(target, from, AbortSignal.any([over, AbortSignal.timeout(eachMs)]))
    seen.tried++
    if (carried) times.push(performance.now() - began)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]
  return {
    ...seen,
    through: times.length,
    medianMs: median === undefined ? undefined : Math.round(median * 10) / 10,
    publicAddress: await asking,
  }
}

async function isCarried(target: { host: string; port: number }, from: string, over: AbortSignal): Promise<boolean> {
  const socket = connect({ ...target, localAddress: from, signal: over })
  socket.on('error', () => {})
  try {
    await once(socket, 'connect', { signal: over })
    return true
  } catch (thrown) {
    return wordOf(thrown) === 'ECONNREFUSED'
  } finally {
    socket.destroy()
  }
}

async function publicAddress(url: string, from: string, ms: number, over: AbortSignal): Promise<string | undefined> {
  const asked = (url.startsWith('https:') ? securely : plainly)(url, {
    agent: false,
    localAddress: from,
    signal: AbortSignal.any([over, AbortSignal.timeout(ms)]),
    headers: { 'user-agent': 'holdfast' },
  })
  asked.on('error', () => {})
  asked.end()
  try {
    const [reply]: IncomingMessage[] = await once(asked, 'response')
    let said = ''
    for await (const piece of reply ?? []) {
      said += String(piece)
      if (said.length > 200) break
    }
    return isIP(said.trim()) === 0 ? undefined : said.trim()
  } catch {
    return undefined
  } finally {
    asked.destroy()
  }
}

/** The address that this machine has on an interface; undefined when the interface is gone, down or without one. */
function addressOf(name: string): string | undefined {
  const all = networkInterfaces()[name] ?? []
  return (all.find((one) => one.family === 'IPv4') ?? all.find((one) => !one.address.startsWith('fe80')))?.address
}

function addressOn(address: string): string | undefined {
  const here = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  return here.some((one) => one.address === address) ? address : undefined
}
