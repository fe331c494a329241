import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { authorizationFor } from '../../access/site-link.ts'
import { Failure } from '../../base/failure.ts'
import { type Clock, MINUTE } from '../../base/time.ts'
import type { Heartbeat, HeartbeatAnswer, JournalHandOver, JournalReceipt, ManifestsAnswer } from '../../pack/link.ts'
import { callForJson, callHub, type HubAddress, type HubAnswer, type HubCall, Refused } from './hub-call.ts'

/** What an enrolled site asks of the hub; pack/link.ts has the words. Each call is signed and throws only `Failure`. */
export type HubLine = {
  /** With `newerThan`, the hub waits up to `waitMs` for something newer before it answers. */
  manifests(newerThan?: { panel: number; site: number; waitMs: number }, signal?: AbortSignal): Promise<ManifestsAnswer>
  /** The bytes of a sealed file from an offset on. */
  file(name: string, from: number, signal?: AbortSignal): Promise<HubAnswer>
  heartbeat(heartbeat: Heartbeat, signal?: AbortSignal): Promise<HeartbeatAnswer>
  handOver(lines: JournalHandOver, signal?: AbortSignal): Promise<JournalReceipt>
}

const signed = z.object({ manifest: z.string(), signature: z.string(), keyId: z.string() }).nullable()
const manifestsShape = z.object({ panel: signed, site: signed, hubNow: z.number() })
const heartbeatShape = z.object({ hubNow: z.number(), revoked: z.boolean() })
const receiptShape = z.object({ file: z.string(), through: z.number().int().min(0) })

export function hubLine(options: {
  address: HubAddress
  siteId: string
  signingKey: KeyObject
  clock: Clock
  /** The hub said its time. */
  heard: (hubNow: number) => void
}): HubLine {
  const { address, siteId, signingKey, clock, heard } = options
  const signedCall = (call: HubCall): HubCall => ({
    ...call,
    headers: {
      ...call.headers,
      authorization: authorizationFor(siteId, signingKey, { ...call, body: call.body ?? '' }, clock.now()),
    },
  })
  /** A refusal that tells the hub's time is heard and tried once more: a wrong clock here must not cut the line. */
  const twice = async <Value>(attempt: () => Promise<Value>): Promise<Value> => {
    try {
      return await attempt()
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.status !== 401 || thrown.hubNow === undefined) throw thrown
      if (Math.abs(thrown.hubNow - clock.now()) < MINUTE) throw thrown
      heard(thrown.hubNow)
      return attempt()
    }
  }
  const json = <Value>(call: HubCall, shape: z.ZodType<Value>): Promise<Value> =>
    twice(() => callForJson(address, signedCall(call), shape))

  return {
    async manifests(newerThan, signal) {
      const query =
        newerThan === undefined
          ? ''
          : `?wait=${Math.floor(newerThan.waitMs / 1000)}&panel=${newerThan.panel}&site=${newerThan.site}`
      const silenceMs = MINUTE / 2 + (newerThan?.waitMs ?? 0)
      const call: HubCall = { method: 'GET', path: `/site/v1/manifests${query}`, silenceMs }
      const answer = await json(untilAborted(call, signal), manifestsShape)
      heard(answer.hubNow)
      return answer
    },
    file: (name, from, signal) =>
      twice(() =>
        callHub(
          address,
          signedCall({
            method: 'GET',
            path: `/site/v1/files/${name}`,
            ...(from > 0 ? { headers: { range: `bytes=${from}-` } } : {}),
            ...(signal === undefined ? {} : { signal }),
          }),
        ),
      ),
    async heartbeat(heartbeat, signal) {
      const call: HubCall = { method: 'POST', path: '/site/v1/heartbeat', body: JSON.stringify(heartbeat) }
      const answer = await json(untilAborted(call, signal), heartbeatShape)
      heard(answer.hubNow)
      return answer
    },
    async handOver(lines, signal) {
      const call: HubCall = { method: 'POST', path: '/site/v1/journal', body: JSON.stringify(lines) }
      const receipt = await json(untilAborted(call, signal), receiptShape)
      if (receipt.file !== lines.file)
        throw new Failure('permanent', 'The hub confirmed another journal than it was given. Everything is kept here.')
      return receipt
    },
  }
}

function untilAborted(call: HubCall, signal: AbortSignal | undefined): HubCall {
  return signal === undefined ? call : { ...call, signal }
}
