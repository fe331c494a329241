import { isUtf8 } from 'node:buffer'
import { stat } from 'node:fs/promises'
import { Failure, reasonOf } from '../../base/failure.ts'
import type { Checked } from './checked.ts'
import type { FilesConfig } from './config.ts'
import { checkCsv } from './csv-check.ts'
import type { CsvMapping } from './csv-mapping.ts'
import { kindOf } from './kind.ts'
import { linesOf, textOf } from './lines.ts'

const GOOD: Checked = { type: 'good' }

/** Reads a file once through before it is taken in, so that a broken one is never half applied. */
export async function checkFile(
  path: string,
  name: string,
  config: FilesConfig,
  mapping: CsvMapping | undefined,
): Promise<Checked> {
  const { size } = await stat(path)
  if (size === 0) return { type: 'unfinished', because: 'It is empty.', afterwards: 'bad' }
  if (size > config.limits.fileBytes)
    return { type: 'bad', because: `It has ${size} bytes, and ${config.limits.fileBytes} are the most that are taken.` }
  const kind = kindOf(name)
  try {
    if (kind === 'ndjson') return await checkNdjson(path, name, config.limits.recordBytes)
    if (kind === 'json') return await checkJson(path, name, config.limits.recordBytes)
    if (kind === 'csv') return await checkCsv(path, name, config.limits.recordBytes, mapping)
  } catch (thrown) {
    if (thrown instanceof Failure) return { type: 'bad', because: thrown.message }
    const cut = isCutOff(thrown)
    if (!cut && isOfFileSystem(thrown)) throw thrown
    const because = `It is not a whole gzip file (${reasonOf(thrown)}).`
    return cut ? { type: 'unfinished', because, afterwards: 'bad' } : { type: 'bad', because }
  }
  const wanted = '.ndjson, .jsonl, .json or .csv, each also with .gz'
  return { type: 'bad', because: `Its name does not say what it is: files that end in ${wanted} are read here.` }
}

function isCutOff(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'Z_BUF_ERROR'
}

function isOfFileSystem(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown
}

/** A last line that is no JSON and has no line end was cut off; a file without one line of JSON is none of ours. */
async function checkNdjson(path: string, name: string, mostBytes: number): Promise<Checked> {
  let good = 0
  let last: { text: string; ended: boolean } | undefined
  for await (const lines of linesOf(path, name, mostBytes)) {
    last = lines.at(-1)
    if (good === 0 && lines.some(({ text }) => isJson(text))) good += 1
  }
  if (last !== undefined && !last.ended && !isJson(last.text))
    return {
      type: 'unfinished',
      because: 'Its last line is cut off in the middle.',
      afterwards: good > 0 ? 'good' : 'bad',
    }
  return good > 0 ? GOOD : { type: 'bad', because: 'No line of it is JSON.' }
}

async function checkJson(path: string, name: string, mostBytes: number): Promise<Checked> {
  const bytes = await textOf(path, name, mostBytes)
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim()
  const because = 'It is not UTF-8, as FHIR must be (windows-1252?): letters of it would be lost. Export it as UTF-8.'
  if (isJson(text)) return isUtf8(bytes) ? GOOD : { type: 'bad', because }
  if (!/^[[{]/.test(text)) return { type: 'bad', because: 'It is not JSON.' }
  if (!/[\]}]$/.test(text)) return { type: 'unfinished', because: 'It is cut off in the middle.', afterwards: 'bad' }
  return { type: 'bad', because: 'It is not JSON that can be read.' }
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
