import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { auditHeads, hashAt } from '../../access/audit/store.ts'
import type { ChainHead } from '../../access/audit/trail.ts'
import type { ChainFault } from '../../base/chain.ts'
import type { Database } from '../../base/database.ts'
import { writeWhole } from '../../base/durable.ts'
import { Failure } from '../../base/failure.ts'

/**
 * The ends of the audit trail, remembered in a file beside the database and not in it: who can rewrite the table, hashes and all, still has to
 * find this file. Copy it to another machine now and then (it holds no names, only hashes), and nobody can do both.
 */
const head = z.object({ chain: z.string(), seq: z.number().int(), hash: z.string() })

/** Its name in the hub's data folder. */
export const AUDIT_HEADS_FILE = 'audit-heads.jsonl'

/** So many ends are remembered of each chain; old ones are thinned out, the first and the newest stay. */
const MOST = 200

export async function readAuditHeads(path: string): Promise<ChainHead[]> {
  const text = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return ''
    throw thrown
  })
  try {
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => head.parse(JSON.parse(line)))
  } catch (thrown) {
    throw new Failure(
      'permanent',
      `${path} cannot be read: the ends of the audit trail that were remembered are lost.`,
      {
        cause: thrown,
      },
    )
  }
}

/**
 * Remembers where the chains end now. First it looks whether the ends remembered last still stand in the trail; what does not is answered,
 * and then nothing new is remembered, so that the proof stays. Call it every minute or so.
 */
export async function keepAuditHeads(db: Database, path: string): Promise<ChainFault[]> {
  const remembered = await readAuditHeads(path)
  const faults: ChainFault[] = []
  for (const last of lastOfEach(remembered)) {
    const hash = await hashAt(db, last.chain, last.seq)
    if (hash !== last.hash)
      faults.push({
        seq: last.seq,
        because: `line ${last.seq} of the audit trail "${last.chain}" ${hash === undefined ? 'is gone' : 'is not the one that stood there'}; run holdfast audit verify`,
      })
  }
  if (faults.length > 0) return faults
  const known = new Set(remembered.map(({ chain, seq }) => `${seq} ${chain}`))
  const fresh = (await auditHeads(db)).filter(({ chain, seq }) => !known.has(`${seq} ${chain}`))
  if (fresh.length > 0) {
    const kept = thinned([...remembered, ...fresh])
    await writeWhole(path, kept.map((one) => `${JSON.stringify(one)}\n`).join(''))
  }
  return []
}

function lastOfEach(heads: ChainHead[]): ChainHead[] {
  return [...new Map(heads.map((one) => [one.chain, one])).values()]
}

function thinned(heads: ChainHead[]): ChainHead[] {
  return [...Map.groupBy(heads, ({ chain }) => chain).values()].flatMap((ends) =>
    ends.length <= MOST ? ends : ends.filter((_, at) => at === 0 || at >= ends.length - MOST / 2 || at % 2 === 0),
  )
}
