import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FarSide } from './far-side.ts'
import { outcome, send } from './reply.ts'
import { stampOf } from './shelf.ts'

export type ExportState = {
  /** How often the status is still 202 before it is done. */
  polls: number
  kickedOff: number
  expired: Set<string>
  dropped: number
  transactionTime?: string
  requiresAccessToken?: boolean
  /** Called with a file's text before it is sent: to break it off. */
  spoil?: (type: string, text: string) => string
  counts?: boolean
  /** What the last kick-off asked for. */
  since?: number | undefined
}

/** Bulk Data Access: kick-off, status, files. */
export function exported(side: FarSide, path: string, request: IncomingMessage, response: ServerResponse): void {
  const state = side.exportState
  if (path.startsWith('$export')) {
    if (!side.exports) return send(response, 404, outcome('not-supported', 'no export'))
    state.kickedOff++
    const since = new URL(request.url ?? '', side.origin).searchParams.get('_since')
    state.since = since === null ? undefined : Date.parse(since)
    response.writeHead(202, { 'content-location': `${side.base}export-status/1` }).end()
  } else if (path.startsWith('export-status')) {
    if (request.method === 'DELETE') {
      state.dropped++
      response.writeHead(202).end()
    } else if (state.polls-- > 0) response.writeHead(202, { 'retry-after': '7', 'x-progress': 'half' }).end()
    else send(response, 200, manifest(side))
  } else {
    const type = path.replace('export-file/', '')
    if (state.expired.has(type)) {
      state.expired.delete(type)
      send(response, 404, outcome('not-found', 'expired'))
      return
    }
    const text = fileOf(side, type)
    response.writeHead(200, { 'content-type': 'application/fhir+ndjson' })
    response.end(state.spoil?.(type, text) ?? text)
  }
}

function manifest(side: FarSide): object {
  const { transactionTime, requiresAccessToken, counts } = side.exportState
  const types = [...new Set([...side.shelf.records.values()].map(({ resourceType }) => resourceType))]
  return {
    transactionTime: transactionTime ?? new Date(side.shelf.now).toISOString(),
    request: `${side.base}$export`,
    requiresAccessToken: requiresAccessToken ?? true,
    output: types.map((type) => ({
      type,
      url: `${side.base}export-file/${type}`,
      ...(counts === false ? {} : { count: fileOf(side, type).split('\n').length - 1 }),
    })),
    error: [],
    deleted: deletedSince(side).length === 0 ? [] : [{ type: 'Bundle', url: `${side.base}export-file/deleted` }],
  }
}

function deletedSince(side: FarSide): string[] {
  const { since } = side.exportState
  return since === undefined
    ? []
    : side.shelf.history.filter(({ at, record }) => record === undefined && at >= since).map(({ key }) => key)
}

function fileOf(side: FarSide, type: string): string {
  const { since } = side.exportState
  if (type === 'deleted') {
    const entry = deletedSince(side).map((url) => ({ request: { method: 'DELETE', url } }))
    return `${JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })}\n`
  }
  return [...side.shelf.records.values()]
    .filter((record) => record.resourceType === type && stampOf(record) >= (since ?? 0))
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('')
}
