import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type ExportState, exported } from './bulk.ts'
import type { FhirRecord } from './records.ts'
import { outcome, send } from './reply.ts'
import { type Kept, Shelf, stampOf, trimmed } from './shelf.ts'

/** How a server leads from page to page. */
export type Paging = 'cursor' | 'offset' | 'no-links'

/** Something to do instead of answering: true when it did. */
export type Fault = (url: URL, request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>

/** A small FHIR R4 server in memory, with the habits and the breakages of real ones. */
export class FarSide {
  readonly shelf: Shelf
  readonly server: Server
  readonly asked: URL[] = []
  paging: Paging = 'cursor'
  tellsTotal = false
  mostOffset = 10_000
  mostCount = 1000
  exports = false
  history = false
  fault: Fault | undefined
  /** Tokens that are accepted; undefined lets everybody in. */
  tokens: Set<string> | undefined
  readonly exportState: ExportState = { polls: 0, kickedOff: 0, expired: new Set(), dropped: 0 }
  private readonly cursors = new Map<string, { params: URLSearchParams; after: string }>()

  constructor(records: FhirRecord[], now: number) {
    this.shelf = new Shelf(now - records.length - 1000)
    for (const record of records) this.shelf.put(record)
    this.server = createServer((request, response) => void this.receive(request, response))
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  get port(): number {
    const address = this.server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get base(): string {
    return `${this.origin}/fhir/`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    if (!this.server.listening) return
    this.server.close()
    await once(this.server, 'close')
  }

  /** The questions for a type, by their parameters. */
  asksFor(type: string): URLSearchParams[] {
    return this.asked.filter((url) => url.pathname === `/fhir/${type}`).map((url) => url.searchParams)
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin)
    this.asked.push(new URL(url))
    // The server's own clock: what it says must not depend on the day on which the test runs.
    response.sendDate = false
    response.setHeader('date', new Date(this.shelf.now).toUTCString())
    if ((await this.fault?.(url, request, response)) === true) return
    const token = request.headers.authorization?.replace('Bearer ', '')
    if (this.tokens !== undefined && !this.tokens.has(token ?? '')) {
      send(response, 401, outcome('login', 'sign in'))
      return
    }
    const path = url.pathname.replace(/^\/fhir\//, '')
    if (path.startsWith('$export') || path.startsWith('export')) exported(this, path, request, response)
    else if (path === 'metadata') send(response, 200, this.statement())
    else if (path.endsWith('/_history')) send(response, 200, this.historyOf(path, url.searchParams))
    else if (path.includes('/')) this.sendOne(path, response)
    else if (path === '') this.sendPage(url.searchParams.get('page') ?? '', response)
    else this.sendSearch(path, url.searchParams, response)
  }

  private sendOne(path: string, response: ServerResponse): void {
    const record = this.shelf.records.get(path)
    if (record === undefined) send(response, 404, outcome('not-found', 'no such record'))
    else send(response, 200, record)
  }

  private sendSearch(type: string, params: URLSearchParams, response: ServerResponse): void {
    const offset = Number(params.get('_offset') ?? 0)
    if (offset > this.mostOffset) return send(response, 400, outcome('invalid', 'Search offset exceeds maximum'))
    const found = this.shelf.search(type, params)
    const count = Math.min(Number(params.get('_count') ?? 20), this.mostCount)
    const page = found.slice(offset, offset + count)
    const more = found.length > offset + count
    const next = more ? this.nextLink(type, params, offset + count, page.at(-1)) : undefined
    send(response, 200, this.bundle(page, params, found.length, next))
  }

  /** A cursor remembers the last row by its stamp and id, so that nothing that moves shifts it. */
  private sendPage(cursor: string, response: ServerResponse): void {
    const held = this.cursors.get(cursor)
    if (held === undefined) return send(response, 410, outcome('not-found', 'this page has expired'))
    const type = held.params.get(':type') ?? ''
    const found = this.shelf.search(type, held.params).filter((record) => rowKey(record) > held.after)
    const count = Math.min(Number(held.params.get('_count') ?? 20), this.mostCount)
    const page = found.slice(0, count)
    const next = found.length > count ? this.nextLink(type, held.params, 0, page.at(-1)) : undefined
    send(response, 200, this.bundle(page, held.params, found.length, next))
  }

  expireCursors(): void {
    this.cursors.clear()
  }

  private nextLink(type: string, params: URLSearchParams, offset: number, last: Kept | undefined): string | undefined {
    if (this.paging === 'no-links' || last === undefined) return undefined
    const next = new URLSearchParams(params)
    if (this.paging === 'offset') {
      next.set('_offset', String(offset))
      return `${this.base}${type}?${next.toString()}`
    }
    next.set(':type', type)
    const id = `c${this.cursors.size}-${this.asked.length}`
    this.cursors.set(id, { params: next, after: rowKey(last) })
    return `${this.base}?page=${id}`
  }

  private bundle(page: Kept[], params: URLSearchParams, total: number, next: string | undefined): object {
    return {
      resourceType: 'Bundle',
      type: 'searchset',
      ...(this.tellsTotal ? { total } : {}),
      link: next === undefined ? [] : [{ relation: 'next', url: next }],
      entry: page.map((record) => ({ resource: trimmed(record, params.get('_elements')), search: { mode: 'match' } })),
    }
  }

  private historyOf(path: string, params: URLSearchParams): object {
    const [type, id] = path.split('/')
    const since = Date.parse(params.get('_since') ?? '1970-01-01')
    const wanted = id === '_history' ? `${type}/` : `${type}/${id}`
    const versions = this.shelf.history.filter(({ key, at }) => key.startsWith(wanted) && at >= since).toReversed()
    const entry = versions.map(({ key, record }) => ({
      ...(record === undefined ? {} : { resource: record }),
      request: { method: record === undefined ? 'DELETE' : 'PUT', url: key },
    }))
    return { resourceType: 'Bundle', type: 'history', entry }
  }

  private statement(): object {
    const types = [...new Set([...this.shelf.records.values()].map(({ resourceType }) => resourceType)), ...EMPTY_TYPES]
    const interaction = this.history ? [{ code: 'history-type' }] : []
    return {
      resourceType: 'CapabilityStatement',
      fhirVersion: '4.0.1',
      rest: [
        {
          mode: 'server',
          resource: [...new Set(types)].map((type) => ({ type, interaction })),
          ...(this.exports ? { operation: [{ name: 'export', definition: 'bulkdata/export' }] } : {}),
        },
      ],
    }
  }
}

const EMPTY_TYPES = ['Immunization', 'Flag', 'DocumentReference', 'AllergyIntolerance', 'Patient', 'Appointment']

function rowKey(record: Kept): string {
  return `${stampOf(record)}/${record.id}`
}
