import { connectionOf } from '../../src/base/database.ts'
import type { EhrUrls } from '../practice/ehr.ts'

/** The sample's EHR as a watched pair: both servers over their own sockets, and who has what open on the primary. */
export function sampleStandbys({ watch, watchOnStandby }: EhrUrls): object[] {
  const side = (url: string) => {
    const { host, port, database, user } = connectionOf(url)
    return { socket: host, port, database, user, tls: 'off' }
  }
  const named = `SELECT s.given_name || ' ' || s.family_name FROM`
  return [
    {
      // As the plan calls it.
      id: 'ehr-replica',
      name: 'EHR database',
      engine: 'postgres',
      primary: side(watch),
      standby: side(watchOnStandby),
      readBy: ['ehr'],
      atWork: [
        {
          what: 'people signed in',
          query: `${named} user_session u JOIN staff s USING (staff_id) WHERE u.signed_out_at IS NULL`,
        },
        {
          what: 'unsigned notes',
          query: `${named} visit_note n JOIN staff s ON s.staff_id = n.author_id WHERE n.signed_at IS NULL`,
        },
      ],
    },
  ]
}
