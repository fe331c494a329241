import type { Database } from '../../base/database.ts'
import type { Instant } from '../../base/time.ts'
import { openJoinCount } from '../../chart/joins/store.ts'
import { declared } from '../../chart/persons/store.ts'
import { mixedCounts, separatedCharts } from '../../chart/separated/store.ts'
import { openCounts, openShrinks } from '../held/store.ts'
import { sourceStates } from '../sources/store.ts'
import { judgeHeld, judgeLists, judgeMixed, judgeNumbers, judgeSameNames } from './chart-findings.ts'
import type { Finding } from './finding.ts'
import { sameNames, withoutNumber } from './store.ts'

/** Looks at what the charts are made of. `patients`: names those of charts that held two people. */
export async function examineCharts(db: Database, now: Instant, patients: boolean): Promise<Finding[]> {
  const identities = (await openCounts(db)).filter(({ kind }) => kind === 'identity')
  const issuers = new Map([...(await declared(db))].map(([id, { issuer }]) => [id, issuer]))
  return [
    ...judgeMixed(await mixedCounts(db), patients ? await separatedCharts(db) : undefined),
    judgeHeld(
      await openShrinks(db),
      identities.reduce((sum, { count }) => sum + count, 0),
      await openJoinCount(db),
    ),
    ...judgeSameNames(await sameNames(db), issuers),
    ...judgeLists(await sourceStates(db), now),
    ...judgeNumbers(await withoutNumber(db)),
  ]
}
