import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, unlinkSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { serverEnvironment } from './as-account.ts'
import type { Binaries } from './binaries.ts'
import { type DataPlace, lastLines } from './cluster.ts'
import { asArguments, type Settings } from './settings.ts'

export type ServerProcess = {
  pid: number
  /** Aborted when the process has ended. */
  exited: AbortSignal
  /** What it said last, when it did not come up. */
  lastWords(): Promise<string>
}

/**
 * Starts the server in a session of its own, so that neither Ctrl-C nor the end of the hub takes it along: a killed hub leaves a healthy
 * database for the next one to adopt, and a database under load never sees half a shutdown.
 */
export function spawnServer(place: DataPlace, binaries: Binaries, settings: Settings): ServerProcess {
  const { account } = place
  const words = namelessFile(place.path)
  const child = spawn(join(binaries.bin, 'postgres'), ['-D', place.path, ...asArguments(settings)], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', words, words],
    env: serverEnvironment(account),
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  })
  const exited = new AbortController()
  let said = ''
  const end = (because: string) => {
    if (exited.signal.aborted) return
    said = because
    closeSync(words)
    exited.abort()
  }
  child.once('exit', () => end(readAll(words)))
  child.once('error', (thrown) => end(thrown.message))
  child.unref()
  return {
    pid: child.pid ?? 0,
    exited: exited.signal,
    lastWords: async () => lastLines([said, await loggedLast(place.path)].join('\n')) || 'it ended without a word',
  }
}

/** The server's own, not a pipe of ours: writing into a pipe that a killed hub left would end it. Nobody else needs its name. */
function namelessFile(folder: string): number {
  const path = join(folder, `.words-${randomBytes(6).toString('hex')}`)
  const file = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  return file
}

function readAll(file: number): string {
  const bytes = Buffer.alloc(Math.min(fstatSync(file).size, 64 << 10))
  readSync(file, bytes, 0, bytes.length, 0)
  return bytes.toString('utf8')
}

/** Once it has its log, the server says why it ends there. */
async function loggedLast(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'log')
  const names = await readdir(folder).catch(() => [])
  const files = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })))
  const newest = files.sort((a, b) => b.at - a.at)[0]
  const text = newest === undefined ? '' : await readFile(join(folder, newest.name), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => /\b(FATAL|PANIC)\b/.test(line))
    .slice(-2)
    .join('\n')
}
