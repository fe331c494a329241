import { resolve } from 'node:path'
import { appendAuditLines } from '../../src/access/audit/store.ts'
import { acceptLink, claimFirstOwner, firstOwnerToken, invite } from '../../src/access/people/joining.ts'
import { personByLogin } from '../../src/access/people/store.ts'
import type { Log } from '../../src/base/log.ts'
import { type Clock, SECOND } from '../../src/base/time.ts'
import { type HubDatabase, openHubDatabase } from '../../src/hub/database/hub-database.ts'
import type { Centre } from '../../src/hub/flows/centre.ts'
import { offerSite } from '../../src/hub/flows/enrol-site.ts'
import { keepPlan } from '../../src/hub/flows/keep-plan.ts'
import { hubKeys } from '../../src/hub/keys/hub-keys.ts'
import { rootKeyFor } from '../../src/hub/keys/sealed.ts'
import { tellChanged } from '../../src/hub/live/store.ts'
import type { Policy } from '../../src/hub/policy/policy.ts'
import { changePolicy, policyInForce } from '../../src/hub/policy/store.ts'
import { addSite } from '../../src/hub/sites/store.ts'
import { readPlanFolder } from '../../src/readiness/folder/store.ts'
import { newestPlanVersion } from '../../src/readiness/store.ts'
import { enrol } from '../../src/site/link/enrol.ts'
import { readFacts, writeFacts } from '../../src/site/local/facts.ts'
import { siteFolder } from '../../src/site/local/folder.ts'
import { PRACTICE_ID, PRACTICE_NAME, PRACTICE_ZONE, type SampleSite } from '../practice/sites.ts'
import { SAMPLE_PASSWORD, type SamplePerson } from './people.ts'

const PLAN = resolve(import.meta.dirname, '../practice/plan')

export type Settled = AsyncDisposable & { centre: Centre; store: HubDatabase }

type SettleOptions = {
  dataDir: string
  people: SamplePerson[]
  places: readonly SampleSite[]
  /** What is decided otherwise than the sample does. */
  policy: Partial<Policy>
  /** With the sample's contingency plan. */
  planned: boolean
  clock: Clock
  log: Log
}

/**
 * Does what the people of a practice would do on their first day with the hub: an owner claims it, the others follow their invitations, sites
 * are planned. Through the hub's own flows, and only what is not there yet.
 */
export async function settleHub(options: SettleOptions): Promise<Settled> {
  const { dataDir, log } = options
  const store = await openHubDatabase({ dataDir, databaseUrl: undefined, log })
  const close = (): Promise<void> => Promise.resolve(store[Symbol.asyncDispose]())
  try {
    return { centre: await settle(store, options), store, [Symbol.asyncDispose]: close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function settle(store: HubDatabase, options: SettleOptions): Promise<Centre> {
  const { dataDir, people, places, clock, log } = options
  const { db } = store
  const root = await rootKeyFor(dataDir, process.env.HOLDFAST_HUB_KEY)
  const centre: Centre = {
    db,
    clock,
    log,
    practice: { id: PRACTICE_ID, name: PRACTICE_NAME, zone: PRACTICE_ZONE },
    sample: true,
    keys: await hubKeys(db, root, PRACTICE_NAME, clock),
    root,
    audit: async (together, lines) => {
      await appendAuditLines(together, lines)
    },
    changed: tellChanged,
    targets: { email: false, webhooks: [] },
    publishSoon: () => {},
  }
  const [owner, ...others] = people
  if (owner === undefined) throw new Error('a practice without people')
  const token = await firstOwnerToken(db, clock)
  if (token !== undefined) await claimFirstOwner(db, token, { ...owner, password: SAMPLE_PASSWORD }, clock)
  const by = await personByLogin(db, owner.login)
  const who = by === undefined ? { program: 'sample' } : { personId: by.id, login: by.login }
  await Promise.all(
    others.map(async (person) => {
      if ((await personByLogin(db, person.login)) !== undefined) return
      const invited = await invite(db, { login: person.login, name: person.name, grants: person.grants }, who, clock)
      await acceptLink(db, invited.token, SAMPLE_PASSWORD, clock)
    }),
  )
  for (const site of places)
    await addSite(db, {
      id: site.siteId,
      name: site.name,
      zone: PRACTICE_ZONE,
      locationIds: [site.siteId],
      printers: [],
      madeAt: clock.now(),
    })
  if (options.planned && (await newestPlanVersion(db)) === undefined)
    await keepPlan(centre, await readPlanFolder(PLAN), { who, because: 'The plan of the sample practice' })
  const { policy, version } = await policyInForce(db)
  // Somebody who tries the sample does not wait a minute for every pack.
  if (version === 0)
    await changePolicy(db, { ...policy, pullEveryMs: 15 * SECOND, ...options.policy }, version, {
      at: clock.now(),
      who: 'sample',
    })
  return centre
}

/** Joins a site to the practice by a code, as somebody standing at the lockbox would; leads an enrolled one to where the hub is now. */
export async function settleSite(
  centre: Centre,
  site: { siteId: string; folder: string; hubUrl: string },
  clock: Clock,
): Promise<void> {
  const folder = siteFolder(site.folder)
  const facts = await readFacts(folder)
  if (facts !== undefined) {
    if (facts.hubUrl !== site.hubUrl) await writeFacts(folder, { ...facts, hubUrl: site.hubUrl })
    return
  }
  const by = await personByLogin(centre.db, 'it')
  const { code } = await offerSite(centre, site.siteId, { personId: by?.id ?? 'sample', login: by?.login ?? 'sample' })
  await enrol(folder, { hubUrl: site.hubUrl, code }, clock)
}
