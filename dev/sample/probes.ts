import { connectionOf } from '../../src/base/database.ts'
import type { EhrUrls } from '../practice/ehr.ts'
import { SITES } from '../practice/sites.ts'
import type { Ports } from './ports.ts'

/** The probes of the sample's hub: both databases signed in to, and each lockbox asked for its sign-in page. */
export function sampleProbes(ports: Ports, urls: EhrUrls): object[] {
  const login = (id: string, name: string, url: string) => {
    const { host, port, database, user } = connectionOf(url)
    const known = { read: `SELECT 'here' FROM holdfast_canary`, expect: 'here' }
    return { id, name, kind: 'postgres-login', every: '10s', host, port, database, user, tls: 'off', ...known }
  }
  return [
    login('ehr', 'EHR database', urls.readerOnPrimary),
    login('ehr-standby', 'EHR standby', urls.reader),
    ...ports.sites.map((port, nth) => ({
      id: `lockbox-${SITES[nth]?.siteId}`,
      name: `Lockbox of ${SITES[nth]?.name}`,
      kind: 'http',
      every: '20s',
      url: `http://127.0.0.1:${port}/sign-in`,
    })),
  ]
}
