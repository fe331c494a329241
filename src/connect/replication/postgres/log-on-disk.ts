import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, reasonOf } from '../../../base/failure.ts'
import type { LogPosition } from '../../replication.ts'
import { commitsIn, type DiskCommit } from './waldump.ts'

/** A data directory whose server does not run, or a copy of one; `binaries` holds pg_controldata and pg_waldump of its major version. */
export type DiskPlace = { dataDir: string; binaries: string }

const MOST_OUTPUT = 256 << 20

/**
 * What a standby has, from its disk alone. The control file says from where its log is needed and on which timeline; reading on from there shows
 * the last commit that arrived. The timeline of the checkpoint is another one after a promotion and gives a wrong answer that looks right.
 */
export async function standbyOnDisk(place: DiskPlace): Promise<{
  systemId: string
  reaches: LogPosition
  lastCommit: DiskCommit | undefined
}> {
  const said = await run(place, 'pg_controldata', [place.dataDir])
  const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(said)?.[1]
  const needed = field('Minimum recovery ending location')
  const timeline = Number(field("Min recovery ending loc's timeline"))
  if (needed === undefined || needed === '0/0' || !(timeline > 0))
    throw new Failure(
      'permanent',
      'The control file there is not that of a standby. Is it the data directory of the primary, or was the standby promoted?',
    )
  const commits = await commitsFrom(place, { timeline, from: needed })
  const checkpoint = { kind: 'lsn' as const, timeline, byte: byteOf(needed) }
  const lastCommit = commits.at(-1)
  return {
    systemId: field('Database system identifier') ?? '',
    reaches: lastCommit?.position ?? checkpoint,
    lastCommit: lastCommit ?? (await lastCommitBefore(place, timeline, needed)),
  }
}

/** Every commit in the log of a dead primary from `from` on: what its standby does not have is among them. */
export async function commitsOnDisk(place: DiskPlace, from: LogPosition): Promise<DiskCommit[]> {
  if (from.kind !== 'lsn') throw new Failure('permanent', 'Only PostgreSQL writes a log that can be read this way.')
  const high = Math.floor(from.byte / 2 ** 32).toString(16)
  const low = (from.byte % 2 ** 32).toString(16)
  const timeline = from.timeline ?? (await newestTimeline(place))
  return commitsFrom(place, { timeline, from: `${high}/${low}`.toUpperCase() })
}

/** Nothing was committed after the restartpoint: the last commit lies before it, as far back as log is kept. */
async function lastCommitBefore(place: DiskPlace, timeline: number, before: string): Promise<DiskCommit | undefined> {
  const prefix = timeline.toString(16).toUpperCase().padStart(8, '0')
  const names = (await readdir(join(place.dataDir, 'pg_wal'))).filter((name) => /^[0-9A-F]{24}$/.test(name))
  const [first] = names.filter((name) => name.startsWith(prefix)).toSorted()
  if (first === undefined) return undefined
  const args = ['-p', join(place.dataDir, 'pg_wal'), '-r', 'Transaction', '-e', before, first]
  return commitsIn(await run(place, 'pg_waldump', args, 'to the end of the log'), timeline).at(-1)
}

async function commitsFrom(
  place: DiskPlace,
  { timeline, from }: { timeline: number; from: string },
): Promise<DiskCommit[]> {
  const args = ['-p', join(place.dataDir, 'pg_wal'), '-t', String(timeline), '-s', from, '-r', 'Transaction']
  return commitsIn(await run(place, 'pg_waldump', args, 'to the end of the log'), timeline)
}

async function newestTimeline(place: DiskPlace): Promise<number> {
  const names = await readdir(join(place.dataDir, 'pg_wal'))
  const timelines = names
    .filter((name) => /^[0-9A-F]{24}$/.test(name))
    .map((name) => Number.parseInt(name.slice(0, 8), 16))
  return Math.max(1, ...timelines)
}

function byteOf(lsn: string): number {
  const [high = '0', low = '0'] = lsn.split('/')
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)
}

/** pg_waldump ends with an error where the log ends, which is how it always ends here: what it printed before counts. */
function run(place: DiskPlace, program: string, args: string[], until?: 'to the end of the log'): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }
    execFile(
      join(place.binaries, program),
      args,
      { env, timeout: 120_000, maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        const ended =
          /invalid (record|magic|resource|info|block|contrecord|page)|incorrect (prev-link|resource)|record with|could not find (a valid record|file)|unexpected (pageaddr|rmid|timeline)|out-of-sequence|missing contrecord|there is no contrecord/i
        if (error === null || (until !== undefined && ended.test(stderr))) resolve(stdout)
        else
          reject(
            new Failure(
              'permanent',
              `${program} could not read ${place.dataDir}: ${firstLine(stderr) || reasonOf(error)}`,
            ),
          )
      },
    )
  })
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}
