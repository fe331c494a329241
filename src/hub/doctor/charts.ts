import type { Database } from '../../base/database.ts'
import { mixedCounts, separatedCharts } from '../../chart/separated/store.ts'
import { openCounts } from '../held/store.ts'
import type { Finding } from './finding.ts'
import { sharedPeople } from './store.ts'

const WHAT = 'Charts'
const MOST_NAMED = 20

type Mixed = { waiting: number; mixed: number; separated: number; named: readonly string[] }
type Open = { sourceId: string; kind: 'shrink' | 'identity'; count: number }
type Shared = { one: string; other: string; people: number }

/** What of the charts somebody must look at. Records are named by source and id, never by a patient's name. */
export async function examineCharts(db: Database): Promise<Finding[]> {
  const named = (await separatedCharts(db, MOST_NAMED)).filter(({ otherPerson }) => otherPerson)
  return judgeCharts(
    { ...(await mixedCounts(db)), named: named.map(({ sourceId, patientId }) => `${sourceId} ${patientId}`) },
    await openCounts(db),
    await sharedPeople(db),
  )
}

export function judgeCharts(mixed: Mixed, open: readonly Open[], shared: readonly Shared[]): Finding[] {
  const found = [...judgeMixed(mixed), ...open.map(judgeOpen), ...shared.map(judgeShared)]
  return found.length > 0
    ? found
    : [{ verdict: 'good', what: WHAT, because: 'Nothing is held back, and no chart is in doubt.' }]
}

function judgeMixed({ waiting, mixed, named }: Mixed): Finding[] {
  const found: Finding[] = []
  if (waiting > 0)
    found.push({
      verdict: 'bad',
      what: WHAT,
      because: `${waiting} charts may hold another patient's data: they were written while all sources shared one space of record numbers, and their source was not read again since.`,
      so: 'Start the hub and let every source be read to its end. Each of these charts says so until then. If some remain, their source no longer has them.',
    })
  if (mixed > 0)
    found.push({
      verdict: 'look',
      what: WHAT,
      because: `${mixed} charts held another person's data and were separated: ${named.join(', ')}${mixed > named.length ? ', ...' : ''}.`,
      so: 'Find out in the sites’ audit trail who opened or printed them, and whether anything was done because of what they showed.',
    })
  return found
}

function judgeOpen({ sourceId, kind, count }: Open): Finding {
  return kind === 'shrink'
    ? {
        verdict: 'bad',
        what: WHAT,
        because: `The source ${sourceId} would take away too much at once. It is held back; charts keep what they had.`,
        so: 'Look at the source, then at the page Held back.',
      }
    : {
        verdict: 'look',
        what: WHAT,
        because: `${count} record numbers of ${sourceId} suddenly name another person. What came with that was kept out.`,
        so: 'Decide on the page Held back.',
      }
}

function judgeShared({ one, other, people }: Shared): Finding {
  return {
    verdict: 'look',
    what: WHAT,
    because: `${people} people with one name and birth date have two charts, one from ${one} and one from ${other}.`,
    so: `If both give the record numbers of one issuer, name it at both sources in the hub's configuration (mrnIssuer: ...). Then these charts are joined where the numbers agree too.`,
  }
}
