import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { Failure } from '../../base/failure.ts'

/** The bytes of a file, unpacked if its name ends in `.gz`. Errors of the file system and of zlib are thrown as they are. */
export async function* bytesOf(path: string, name: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
  if (!name.toLowerCase().endsWith('.gz')) {
    yield* file
    return
  }
  const unpacked = createGunzip()
  file.on('error', (thrown) => unpacked.destroy(thrown))
  file.pipe(unpacked)
  try {
    yield* unpacked
  } finally {
    file.destroy()
    unpacked.destroy()
  }
}

/** A line of a text in UTF-8, numbered from 1; `tooLong` when only its head was kept, `lossy` when its bytes are not UTF-8. */
export type Line = { number: number; text: string; tooLong: boolean; lossy: boolean; ended: boolean }

/** Lines that hold something, as many at once as came at once. `ended` is false for a last line without a line end. */
export async function* linesOf(path: string, name: string, mostBytes: number): AsyncGenerator<Line[]> {
  let number = 1
  let parts: Buffer[] = []
  let size = 0
  const taken = (ended: boolean): Line[] => {
    const bytes = (parts.length === 1 ? parts[0] : undefined) ?? Buffer.concat(parts)
    const text = bytes
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim()
    const tooLong = size > mostBytes
    const lossy = !tooLong && !isUtf8(bytes)
    parts = []
    size = 0
    return text === '' ? [] : [{ number, text, tooLong, lossy, ended }]
  }
  for await (const chunk of bytesOf(path, name)) {
    const lines: Line[] = []
    let at = 0
    while (at < chunk.length) {
      const end = chunk.indexOf(0x0a, at)
      const part = chunk.subarray(at, end < 0 ? chunk.length : end)
      if (size <= mostBytes) parts.push(part)
      size += part.length
      if (size > mostBytes) parts = [Buffer.concat(parts).subarray(0, 16 * 1024)]
      if (end < 0) break
      lines.push(...taken(true))
      number += 1
      at = end + 1
    }
    if (lines.length > 0) yield lines
  }
  const last = taken(false)
  if (last.length > 0) yield last
}

/** A whole file as text; Failure `permanent` when it is larger than it may be. */
export async function textOf(path: string, name: string, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of bytesOf(path, name)) {
    size += chunk.length
    if (size > mostBytes)
      throw new Failure('permanent', `It is larger than the ${mostBytes} bytes that are read at once.`)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}
