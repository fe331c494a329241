import { didYouMean } from '../../base/did-you-mean.ts'
import type { Finding, PlanRule } from '../readiness.ts'

const DANGEROUS = [
  ['expected', 'how long it takes, as the last rehearsal measured it, such as 2h'],
  ['abort', 'when to stop and go back'],
  ['pointOfNoReturn', 'the step after which going back is no longer possible'],
  ['rollback', 'how to go back'],
  ['rehearse', 'how often it is rehearsed, such as 90d'],
] as const

/** A procedure is written, is in the folder, and two people can carry it out: the one who knows it may be ill that night. */
export const runbookReady: PlanRule = {
  name: 'runbook-ready',
  serves: 'HIPAA 164.308(a)(7)(ii)(B): disaster recovery plan',
  reads: ['runbooks'],
  each: true,
  *judge({ runbooks: { runbooks } }, { documents }) {
    for (const [nth, runbook] of runbooks.entries()) {
      const lacks = (key: string, says: string, instead: string): Finding => ({
        part: 'runbooks',
        path: ['runbooks', nth, key],
        weight: 'error',
        says: `${runbook.name} ${says}`,
        instead,
      })
      if (runbook.file === undefined)
        yield lacks('file', 'is not written', `file: runbooks/${runbook.id}.md, and write it`)
      else if (!documents.has(runbook.file))
        yield lacks(
          'file',
          `is to stand in ${runbook.file}, which is not in the folder.${didYouMean(runbook.file, documents)}`,
          'the path of a file in this folder',
        )
      if (runbook.lead === undefined) yield lacks('lead', 'has nobody who leads it', 'lead: and the id of a person')
      if (runbook.backup === undefined || runbook.backup === runbook.lead)
        yield lacks(
          'backup',
          'has only one person who can carry it out',
          'backup: and the id of a second person who has run it',
        )
      if (!runbook.dangerous) continue
      for (const [key, instead] of DANGEROUS)
        if (runbook[key] === undefined)
          yield lacks(key, `cannot be taken back everywhere and has no ${key}`, `${key}: ${instead}`)
    }
  },
}
