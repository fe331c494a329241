import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { codeOf } from '../../base/failure.ts'

/** What `postmaster.pid` says of the server that runs on a data directory. */
export type Postmaster = { pid: number; port: number; socketDir: string }

/**
 * The live server of exactly this data directory, or undefined. A number in a file proves nothing, since the kernel gives numbers again:
 * the process must be alive, and its command line must be a PostgreSQL server on this directory. The file itself is never touched; only
 * PostgreSQL can tell whether it is stale.
 */
export async function livePostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isRunning(pid)) return undefined
  if (!isServerOf(commandOf(pid), dataDir)) return undefined
  return { pid, port: Number(lines[3] ?? 0), socketDir: (lines[4] ?? '').trim() }
}

/** When `postmaster.pid` names a living process that is no server on this data: its number and program. PostgreSQL will not start beside it. */
export async function strangerIn(dataDir: string): Promise<string | undefined> {
  const pid = Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => ''), 10)
  if (!(pid > 1) || !isRunning(pid)) return undefined
  const command = commandOf(pid)
  return isServerOf(command, dataDir) ? undefined : `${pid} (${command[0] ?? 'unknown'})`
}

function isServerOf(command: string[], dataDir: string): boolean {
  const program = basename(command[0] ?? '')
  const at = command.indexOf('-D')
  return (program === 'postgres' || program === 'postmaster') && at > 0 && command[at + 1] === dataDir
}

/** The arguments with which a process was started; empty when it is gone, a zombie, or not ours to see. */
function commandOf(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ')
  } catch {
    return []
  }
}

/** A zombie still answers to signals, but runs no more: somebody was just late in noticing its end. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (thrown) {
    if (codeOf(thrown) !== 'EPERM') return false
  }
  if (process.platform !== 'linux') return true
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** True when the process ended within `withinMs`. */
export async function ended(pid: number, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 20) {
    if (!isRunning(pid)) return true
    await pause(20)
  }
  return !isRunning(pid)
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (thrown) {
    if (codeOf(thrown) !== 'ESRCH') throw thrown
  }
}
