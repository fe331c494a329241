import { join } from 'node:path'
import { Command } from 'commander'
import { auditHeads, readChain } from '../access/audit/store.ts'
import { verifyTrail } from '../access/audit/trail.ts'
import { silentLog } from '../base/log.ts'
import { AUDIT_HEADS_FILE, readAuditHeads } from '../hub/audit/heads.ts'
import { openHubDatabase } from '../hub/database/hub-database.ts'
import { configOf, withConfig } from './hub-options.ts'

export function auditCommand(): Command {
  const audit = new Command('audit').description('the audit trail')
  withConfig(audit.command('verify'))
    .description('find every line that was changed, removed or moved; exit 1 if there is one')
    .option('--heads <file>', 'ends of the trail remembered elsewhere (default: those in the data folder)')
    .action(verify)
  return audit
}

async function verify(options: { config: string; heads?: string }): Promise<void> {
  const { dataDir, databaseUrl } = configOf(options)
  await using store = await openHubDatabase({ dataDir, databaseUrl, log: silentLog, migrated: false })
  const headsFile = options.heads ?? join(dataDir, AUDIT_HEADS_FILE)
  const remembered = await readAuditHeads(headsFile)
  const chains = new Set([...(await auditHeads(store.db)), ...remembered].map(({ chain }) => chain))
  let broken = 0
  for (const chain of chains) {
    const { lines, faults, head } = await verifyTrail(chain, readChain(store.db, chain), remembered)
    const end = head === undefined ? '' : `, ends with ${head.hash.slice(0, 16)}`
    console.log(`${faults.length === 0 ? 'whole ' : 'BROKEN'}  ${chain}: ${lines} lines${end}`)
    for (const { because } of faults) console.log(`        ${because}`)
    broken += faults.length
  }
  const known = `${remembered.length} ends remembered in ${headsFile}`
  console.log(
    broken === 0 ? `The audit trail is whole (${chains.size} chains, ${known}).` : `${broken} faults (${known}).`,
  )
  if (broken > 0) process.exitCode = 1
}
