import { Failure, reasonOf } from '../../base/failure.ts'
import type { Log } from '../../base/log.ts'
import { type Clock, type Instant, MINUTE, SECOND } from '../../base/time.ts'
import type { Carrier } from '../../pack/carrier.ts'
import type { Heartbeat, JournalHandOver, JournalReceipt } from '../../pack/link.ts'
import { Refused } from '../link/hub-call.ts'
import type { HubLine } from '../link/hub-line.ts'
import { hubCarrier } from './carriers.ts'
import type { Packs } from './packs.ts'

/** How the last round went, for the health page. */
export type PullStatus = {
  /** When the hub was last heard; undefined when never since this program started. */
  lastRoundAt: Instant | undefined
  outcome: 'none-yet' | 'heard' | 'not-heard' | 'revoked'
  because: string
  /** The hub was heard and offers older packs than are here: it came back from a backup and goes on from there. */
  hubBehind: boolean
  /** Where the newest pack came from. */
  from: string | undefined
  otherCarriers: { where: string; because: string }[]
}

/** Never less than so long between two rounds, whatever the hub answers. */
const SHORTEST_MS = SECOND
const FIRST_RETRY_MS = 3 * SECOND
/** A hub lets a manifest be waited for; it answers at once when there is a newer one. */
const LONGEST_WAIT_MS = 50 * SECOND

const OLDER_THERE = 'It was asked. Something on it is older than what is here, and stayed there.'

export type PullOptions = {
  line: HubLine
  packs: Packs
  /** Asked anew each time: a stick may have been plugged in. */
  others: () => Promise<readonly Carrier[]>
  clock: Clock
  log: Log
  pullEveryMs: () => number
  heartbeat: () => Promise<Heartbeat>
  journal: {
    nextHandOver(): JournalHandOver | undefined
    settle(offered: JournalHandOver, receipt: JournalReceipt): Promise<void>
  }
  revoked: () => Promise<void>
  /** Something may have changed that pages show. */
  roundOver: () => void
  /** A number in [0, 1), for jitter. */
  random: () => number
}

export type Pull = {
  status(): PullStatus
  /** For how long no word came from the hub, not even a refusal; undefined until that is longer than the time between two rounds. */
  hubSilentMs(): number | undefined
  /** Do not wait for the next round. */
  wake(): void
  /** Resolves after the next round that begins from now on. */
  nextRound(): Promise<void>
  stop(): Promise<void>
}

/**
 * Asks for packs, every minute or as soon as the hub has something, for as long as the program runs. When the hub does not answer, other
 * carriers are asked, and the hub again and again: soon at first, then every minute.
 */
export function startPull(options: PullOptions): Pull {
  const { packs, log, clock, random } = options
  const stopping = new AbortController()
  let status: PullStatus = {
    lastRoundAt: undefined,
    outcome: 'none-yet',
    because: '',
    hubBehind: false,
    from: undefined,
    otherCarriers: [],
  }
  let failures = 0
  let answeredAt = clock.now()
  let answers = true
  /** Somebody wants an answer now: do not wait at the hub for something newer. */
  let hurry = true
  let waitingAtHub: AbortController | undefined
  let waker: (() => void) | undefined
  let roundOver: (() => void)[] = []

  const sleep = (spanMs: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(done, spanMs)
      function done(): void {
        clearTimeout(timer)
        stopping.signal.removeEventListener('abort', done)
        waker = undefined
        resolve()
      }
      stopping.signal.addEventListener('abort', done)
      waker = done
    })

  const beat = async (): Promise<void> => {
    await options.line.heartbeat(await options.heartbeat(), stopping.signal)
  }
  /** A large pack over a thin line takes long; the hub still wants to hear that we live. */
  const whileBeating = async <Value>(act: () => Promise<Value>): Promise<Value> => {
    // A heartbeat that is missed here is not worth ending the download for; the next round says why.
    const timer = setInterval(() => void beat().catch(() => {}), MINUTE)
    try {
      return await act()
    } finally {
      clearInterval(timer)
    }
  }

  /** undefined when somebody woke us while we waited. */
  const manifests = async (since: { panel: number; site: number; waitMs: number }) => {
    const mine = new AbortController()
    const stop = (): void => mine.abort()
    stopping.signal.addEventListener('abort', stop)
    if (stopping.signal.aborted) stop()
    if (since.waitMs > 0) waitingAtHub = mine
    try {
      return await options.line.manifests(since, mine.signal)
    } catch (thrown) {
      if (mine.signal.aborted && !stopping.signal.aborted) return undefined
      throw thrown
    } finally {
      waitingAtHub = undefined
      stopping.signal.removeEventListener('abort', stop)
    }
  }

  const hubRound = async (): Promise<void> => {
    if (await packs.reread()) status = { ...status, from: 'an import on this machine' }
    await beat()
    const { panel, site } = packs.manifests()
    const waitMs = hurry || failures > 0 || roundOver.length > 0 ? 0 : Math.min(LONGEST_WAIT_MS, options.pullEveryMs())
    hurry = false
    // Before this site's own pack no panel is wanted either.
    const heldPanel = site === undefined ? Number.MAX_SAFE_INTEGER : (panel?.sequence ?? -1)
    const since = { panel: heldPanel, site: site?.sequence ?? -1, waitMs }
    const answer = await manifests(since)
    if (answer === undefined) return
    const carrier = hubCarrier(options.line, answer)
    const brought = await whileBeating(() => packs.receive(carrier, stopping.signal))
    if (brought.older && !status.hubBehind)
      log.warn({}, 'the hub offers older packs than are here; it probably came back from a backup')
    status = { ...status, hubBehind: brought.older }
    if (brought.newer) {
      status = { ...status, from: carrier.where }
      await beat()
    }
    await handOverAll(options, stopping.signal)
  }

  const otherRound = async (): Promise<void> => {
    const tried: PullStatus['otherCarriers'] = []
    if (await packs.reread()) status = { ...status, from: 'an import on this machine' }
    for (const carrier of await options.others()) {
      try {
        const { newer, older } = await packs.receive(carrier, stopping.signal)
        if (newer) status = { ...status, from: carrier.where }
        tried.push({ where: carrier.where, because: older ? OLDER_THERE : 'It was asked and brought what it has.' })
      } catch (thrown) {
        tried.push({ where: carrier.where, because: reasonOf(thrown) })
      }
    }
    status = { ...status, otherCarriers: tried }
  }

  const round = async (): Promise<number> => {
    const startedAt = performance.now()
    try {
      await hubRound()
      failures = 0
      answers = true
      answeredAt = clock.now()
      status = { ...status, lastRoundAt: clock.now(), outcome: 'heard', because: '' }
      if (hurry) return 0
      return Math.max(0, SHORTEST_MS - (performance.now() - startedAt)) + random() * SHORTEST_MS
    } catch (thrown) {
      if (stopping.signal.aborted) return 0
      return afterFailure(thrown)
    }
  }

  const afterFailure = async (thrown: unknown): Promise<number> => {
    failures++
    answers = thrown instanceof Refused
    if (answers) answeredAt = clock.now()
    const revoked = thrown instanceof Refused && thrown.status === 403 && thrown.hubNow !== undefined
    if (failures === 1 || revoked)
      log.warn({ because: reasonOf(thrown) }, 'the hub was not heard; the site goes on with what it has')
    status = { ...status, outcome: revoked ? 'revoked' : 'not-heard', because: reasonOf(thrown) }
    try {
      await (revoked ? options.revoked() : otherRound())
    } catch (besides) {
      // Most often a full disk. Asking goes on, or nothing would be tried again once it is free.
      log.error({ because: reasonOf(besides) }, 'this machine cannot do its part; it is tried again')
    }
    const everyMs = options.pullEveryMs()
    const asked = thrown instanceof Failure ? (thrown.retryAfterMs ?? 0) : 0
    const backOffMs = Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10))
    const permanent = thrown instanceof Failure && thrown.kind === 'permanent'
    return Math.max(asked, permanent ? Math.max(everyMs, MINUTE) : backOffMs) * (0.75 + random() / 2)
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const waiting = roundOver
      roundOver = []
      const pauseMs = await round()
      for (const done of waiting) done()
      options.roundOver()
      if (!stopping.signal.aborted) await sleep(pauseMs)
    }
    for (const done of roundOver) done()
  })()

  const wake = (): void => {
    hurry = true
    waitingAtHub?.abort()
    waker?.()
  }
  return {
    status: () => status,
    hubSilentMs() {
      const silentMs = clock.now() - answeredAt
      return answers || silentMs <= options.pullEveryMs() ? undefined : silentMs
    },
    wake,
    nextRound() {
      const over = new Promise<void>((resolve) => roundOver.push(resolve))
      wake()
      return over
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

async function handOverAll({ line, journal }: PullOptions, signal: AbortSignal): Promise<void> {
  for (;;) {
    const offered = journal.nextHandOver()
    if (offered === undefined) return
    const receipt = await line.handOver(offered, signal)
    await journal.settle(offered, receipt)
    // A hub that confirms nothing would be asked for ever.
    if (receipt.through < offered.from) return
  }
}
