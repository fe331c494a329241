import type { Context } from 'hono'
import { Failure } from '../../base/failure.ts'
import type { RandomAccess } from '../../pack/files.ts'

export type PackFiles = { open(name: string): Promise<RandomAccess> }

const PIECE = 256 * 1024

/** Sends a sealed file, whole or from where a cut line left off. Its name is its content, so it is its own etag and never changes. */
export async function sendFile(c: Context, files: PackFiles, name: string): Promise<Response> {
  const etag = `"${name}"`
  const headers = {
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, immutable',
    'content-type': 'application/octet-stream',
  }
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
  const file = await opened(files, name)
  if (file === undefined)
    return c.json({ because: 'The hub does not have this file any more. Ask for the manifests again.' }, 404)
  const range = rangeOf(c.req.header('range'), file.sizeBytes)
  if (range === 'outside') {
    await file.close()
    return c.body(null, 416, { ...headers, 'content-range': `bytes */${file.sizeBytes}` })
  }
  const { from, to } = range ?? { from: 0, to: file.sizeBytes }
  const partial = range === undefined ? {} : { 'content-range': `bytes ${from}-${to - 1}/${file.sizeBytes}` }
  return c.body(pieces(file, from, to), range === undefined ? 200 : 206, {
    ...headers,
    ...partial,
    'content-length': String(to - from),
  })
}

async function opened(files: PackFiles, name: string): Promise<RandomAccess | undefined> {
  try {
    return await files.open(name)
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === 'transient') throw thrown
    return undefined
  }
}

/** One range (RFC 9110, 14.1.2): `bytes=from-`, `bytes=from-to`, `bytes=-last`; anything else is read as none. */
export function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): { from: number; to: number } | 'outside' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  const [, first = '', last = ''] = match ?? []
  if (match === null || (first === '' && last === '')) return undefined
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first)
  const to = first === '' || last === '' ? sizeBytes : Math.min(sizeBytes, Number(last) + 1)
  return from >= sizeBytes || to <= from ? 'outside' : { from, to }
}

function pieces(file: RandomAccess, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= to) {
        await file.close()
        controller.close()
        return
      }
      const bytes = await file.read(at, Math.min(PIECE, to - at))
      at += bytes.length
      controller.enqueue(bytes)
    },
    cancel: () => file.close(),
  })
}
