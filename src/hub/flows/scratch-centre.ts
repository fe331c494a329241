import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditLine } from '../../access/access.ts'
import type { Database } from '../../base/database.ts'
import { silentLog } from '../../base/log.ts'
import { hubKeys } from '../keys/hub-keys.ts'
import { rootKeyFor } from '../keys/sealed.ts'
import { type Live, makeLive } from '../live/live.ts'
import type { Centre } from './centre.ts'

const folders = new Set<string>()
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export const SCRATCH_NOW = Date.parse('2026-11-23T15:00:00Z')

export type ScratchCentre = Centre & {
  folder: string
  live: Live
  audited: AuditLine[]
  published: number
  pass(ms: number): void
}

/** A hub's inside for tests: real database and keys, a clock in the hand, the audit trail as a list. */
export async function scratchCentre(db: Database): Promise<ScratchCentre> {
  let now = SCRATCH_NOW
  const clock = { now: () => now }
  const folder = await mkdtemp(join(tmpdir(), 'hf-centre-'))
  folders.add(folder)
  const root = await rootKeyFor(folder, randomBytes(32).toString('base64'))
  const live = makeLive()
  const audited: AuditLine[] = []
  const practice = { id: 'hv', name: 'Harbor Valley Medical Group', zone: 'America/New_York' }
  const centre: ScratchCentre = {
    db,
    clock,
    log: silentLog,
    practice,
    sample: true,
    keys: await hubKeys(db, root, practice.name, clock),
    root,
    folder,
    live,
    audited,
    published: 0,
    targets: { email: true, webhooks: ['pager'] },
    audit: async (_db, lines) => void audited.push(...lines),
    changed: async (_db, subjects) => live.tell(subjects),
    publishSoon: () => void centre.published++,
    pass: (ms) => void (now += ms),
  }
  return centre
}
