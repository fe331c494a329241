import type { AuditLine } from '../../access/access.ts'
import { markUsed } from '../../access/envelopes/store.ts'
import {
  followLines,
  type JournalHeader,
  type JournalSeal,
  openJournalHeader,
  openLine,
  readJournalHeader,
} from '../../access/site-journal.ts'
import type { Database } from '../../base/database.ts'
import { Failure } from '../../base/failure.ts'
import { sha256Hex } from '../../base/hash.ts'
import { envelopeNotice } from '../../monitor/notice.ts'
import type { JournalHandOver, JournalReceipt } from '../../pack/link.ts'
import {
  holdJournalFile,
  type JournalFile,
  journalFile,
  keepJournalLines,
  noteJournalFault,
} from '../journals/store.ts'
import { policyInForce } from '../policy/store.ts'
import { siteById } from '../sites/store.ts'
import { auditLine, type Centre } from './centre.ts'
import { putNotice } from './put-notice.ts'

/**
 * Takes what a site wrote down while nobody could see it into the audit trail, each line once, in the order of its chain. What does not
 * follow from the line before it is not taken, and that it did not is itself written down. The receipt says how far this hub has it for good.
 */
export async function handBack(centre: Centre, siteId: string, over: JournalHandOver): Promise<JournalReceipt> {
  const header = readJournalHeader(over.header)
  if (header.siteId !== siteId || header.file !== over.file)
    throw new Failure('permanent', 'This journal is of another site or another file. It was not taken.')
  const known = await journalFile(centre.db, siteId, over.file)
  const begin = known === undefined ? await beginFile(centre, siteId, over) : known
  const through = await centre.db.transaction().execute(async (together) => {
    const file = await holdJournalFile(together, siteId, over.file, begin)
    if (file.header !== over.header)
      throw new Failure('permanent', 'A journal of this name is here already with another beginning. It was not taken.')
    const before = await faultBefore(together, siteId, header)
    if (known === undefined && before !== undefined) await tellFault(centre, together, siteId, over.file, before)
    return takeLines(centre, together, siteId, over, file)
  })
  return { file: over.file, through }
}

async function beginFile(
  centre: Centre,
  siteId: string,
  over: JournalHandOver,
): Promise<{ header: string; sealedKey: Buffer }> {
  const seal = await openJournalHeader(over.header, centre.keys.identity)
  return { header: over.header, sealedKey: centre.root.seal(`journal ${siteId} ${over.file}`, seal.key) }
}

async function takeLines(
  centre: Centre,
  db: Database,
  siteId: string,
  over: JournalHandOver,
  file: JournalFile,
): Promise<number> {
  if (over.from > file.through + 1)
    throw new Failure(
      'permanent',
      `Lines ${file.through + 1} to ${over.from - 1} of this journal are not here yet. Begin there.`,
    )
  const fresh = over.lines.slice(file.through + 1 - over.from)
  const last = file.lastHash === undefined ? undefined : { seq: file.through, hash: file.lastHash }
  const { links, fault } = followLines(last, fresh)
  const seal: JournalSeal = {
    key: centre.root.open(`journal ${siteId} ${over.file}`, file.sealedKey),
    headerHash: sha256Hex(file.header),
  }
  const lines = links.map((link): AuditLine => ({ ...openLine(seal, link), place: siteId }))
  await keepJournalLines(
    db,
    siteId,
    over.file,
    links.map((link, at) => ({ seq: link.seq, hash: link.hash, text: fresh[at] ?? '' })),
    centre.clock.now(),
  )
  await envelopesOpened(centre, db, siteId, lines)
  if (lines.length > 0) await centre.audit(db, lines)
  if (fault !== undefined && file.fault !== fault.because) await tellFault(centre, db, siteId, over.file, fault.because)
  if (lines.length > 0) await centre.changed(db, ['audit', `site:${siteId}`])
  return links.at(-1)?.seq ?? file.through
}

/** A code that was used leaves the next pack, and whoever is told of alarms is told. */
async function envelopesOpened(
  centre: Centre,
  db: Database,
  siteId: string,
  lines: readonly AuditLine[],
): Promise<void> {
  for (const { what, outcome, about, at } of lines) {
    const codeId = about.codeId
    if (what !== 'break-glass' || outcome !== 'done' || typeof codeId !== 'string') continue
    if (!(await markUsed(db, siteId, codeId, at))) continue
    const site = (await siteById(db, siteId))?.name ?? siteId
    const { policy } = await policyInForce(db)
    await putNotice(
      centre,
      db,
      policy,
      envelopeNotice({ siteId, site, codeId, at }, centre.clock.now(), centre.practice),
    )
    centre.publishSoon()
  }
}

async function faultBefore(db: Database, siteId: string, header: JournalHeader): Promise<string | undefined> {
  if (header.previous === null) return undefined
  const previous = await journalFile(db, siteId, header.previous.file)
  if (previous === undefined || previous.through < header.previous.seq) return undefined
  if (previous.through > header.previous.seq)
    return `the journal before it ended at line ${header.previous.seq}, but line ${previous.through} of it was handed over`
  if (previous.through === 0 || previous.lastHash === header.previous.hash) return undefined
  return 'it does not follow from the last line of the journal before it'
}

async function tellFault(centre: Centre, db: Database, siteId: string, file: string, because: string): Promise<void> {
  await noteJournalFault(db, siteId, file, because)
  await centre.audit(db, [
    auditLine(centre, { program: 'hub' }, 'site-journal-broken', { siteId, file, because }, { outcome: 'failed' }),
  ])
}
