import { connectionOf } from '../../src/base/database.ts'
import type { EhrUrls } from '../practice/ehr.ts'
import { SITES } from '../practice/sites.ts'
import { upsProbe } from './outside.ts'
import type { Ports } from './ports.ts'

/** As the plan's map names them. */
const LOCKBOXES: { [siteId: string]: string } = {
  'harbor-main': 'harbor-lockbox',
  'lighthouse-point': 'lighthouse-lockbox',
  ...Object.fromEntries(['riverside', 'north-valley', 'eastgate', 'west-mill'].map((id) => [id, `${id}-lockbox`])),
}

/** The probes of the sample's hub: both databases signed in to, each lockbox asked for its sign-in page, and the UPS with its written order. */
export function sampleProbes(folder: string, ports: Ports, urls: EhrUrls): object[] {
  const login = (id: string, name: string, url: string, observes: string) => {
    const { host, port, database, user } = connectionOf(url)
    const known = { read: `SELECT 'here' FROM holdfast_canary`, expect: 'here' }
    return {
      id,
      name,
      observes,
      kind: 'postgres-login',
      every: '10s',
      host,
      port,
      database,
      user,
      tls: 'off',
      ...known,
    }
  }
  return [
    upsProbe(folder, ports.ups),
    login('ehr', 'EHR database', urls.readerOnPrimary, 'ehr-primary'),
    login('ehr-standby', 'EHR standby', urls.reader, 'ehr-standby'),
    ...ports.sites.map((port, nth) => ({
      id: `lockbox-${SITES[nth]?.siteId}`,
      name: `Lockbox of ${SITES[nth]?.name}`,
      observes: LOCKBOXES[SITES[nth]?.siteId ?? ''],
      kind: 'http',
      every: '10s',
      url: `http://127.0.0.1:${port}/sign-in`,
    })),
  ]
}
