import { userInfo } from 'node:os'
import { Command } from 'commander'
import { appendAuditLines } from '../access/audit/store.ts'
import { Failure } from '../base/failure.ts'
import { silentLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { type HubDatabase, openHubDatabase } from '../hub/database/hub-database.ts'
import { closeReview, keepPlan } from '../hub/flows/keep-plan.ts'
import { tellChanged } from '../hub/live/store.ts'
import { readPlanFolder, writePlanFolder } from '../readiness/folder/store.ts'
import { checkPlan } from '../readiness/plan/check-plan.ts'
import { countsInWords } from '../readiness/plan/plan-counts.ts'
import { readPlan } from '../readiness/plan/read-plan.ts'
import { listPlanReviews, listPlanVersions, planFilesOf } from '../readiness/store.ts'
import { comparePlans } from '../readiness/versions/compare-plans.ts'
import { configOf, withConfig } from './hub-options.ts'

/** The versions of the plan that the hub keeps, and the reviews that a changed system opened. */
export function versionCommands(folder: string): Command[] {
  return [
    withConfig(new Command('keep'))
      .description('Keep the folder as the next version; each system that is new or changed opens a review.')
      .argument('[folder]', "the plan's folder", folder)
      .requiredOption('--because <why>', 'why it was changed')
      .action(keep),
    withConfig(new Command('versions')).description('Which versions there are: when, by whom, why.').action(versions),
    withConfig(new Command('changes'))
      .description('What is new, changed or gone between two versions.')
      .argument('<from>', 'a version', Number)
      .argument('<to>', 'a later one', Number)
      .action(changes),
    withConfig(new Command('take-out'))
      .description('Write a kept version into a folder.')
      .argument('<version>', 'its number', Number)
      .argument('<folder>', 'a folder without a plan')
      .action(takeOut),
    withConfig(new Command('reviews'))
      .description('Systems of which somebody must look whether the plan still holds.')
      .action(reviews),
    withConfig(new Command('reviewed'))
      .description('Say that somebody looked, and what came of it.')
      .argument('<review>')
      .requiredOption('--outcome <words>', 'what was looked at and what was changed')
      .action(reviewed),
  ]
}

type Options = { config: string }

/** Who can run this on the hub's machine could read its database too; the account's name is what there is to write down. */
const BY = { program: `holdfast plan (${userInfo().username})` }

async function withStore<Result>({ config }: Options, act: (store: HubDatabase) => Promise<Result>): Promise<Result> {
  const { dataDir, databaseUrl } = configOf({ config })
  await using store = await openHubDatabase({ dataDir, databaseUrl, log: silentLog })
  // Awaited here, or the store would be closed before it is used.
  return await act(store)
}

function keepingIn({ db }: HubDatabase): Parameters<typeof keepPlan>[0] {
  return {
    db,
    clock: systemClock,
    audit: async (together, lines) => void (await appendAuditLines(together, lines)),
    changed: tellChanged,
  }
}

async function keep(folder: string, options: Options & { because: string }): Promise<void> {
  const files = await readPlanFolder(folder)
  await withStore(options, async (store) => {
    const kept = await keepPlan(keepingIn(store), files, { who: BY, because: options.because })
    if (kept.outcome === 'same') console.log(`Nothing differs from version ${kept.version}.`)
    else if (kept.outcome === 'kept') {
      console.log(`Kept as version ${kept.kept.version}. ${heldInWords(checkPlan(files, systemClock.now()), folder)}`)
      for (const { name, change, because } of kept.reviews)
        console.log(`To be reviewed: ${name} (${change}): ${because.join('; ')}`)
    }
  })
}

/** A version with faults and blanks is kept, and says so: nobody should take it for a plan that is done. */
function heldInWords(checked: ReturnType<typeof checkPlan>, folder: string): string {
  const counts = countsInWords(checked)
  if (checked.faults + checked.blanks === 0) return `In it: ${counts}.`
  return `It is not finished. In it: ${counts}. holdfast plan check ${folder} names each with its place.`
}

async function versions(options: Options): Promise<void> {
  await withStore(options, async ({ db }) => {
    for (const { version, keptAt, keptBy, because, tree } of await listPlanVersions(db))
      console.log(`${version}\t${new Date(keptAt).toISOString()}\t${keptBy}\t${tree.slice(0, 12)}\t${because}`)
  })
}

async function changes(from: number, to: number, options: Options): Promise<void> {
  await withStore(options, async (store) => {
    const [before, after] = [readPlan(await keptFiles(store, from)), readPlan(await keptFiles(store, to))]
    for (const { kind, id, change, keys } of comparePlans(before.plan, after.plan))
      console.log(`${change}\t${kind} ${id}${keys.length === 0 ? '' : `: ${keys.join(', ')}`}`)
  })
}

async function takeOut(version: number, folder: string, options: Options): Promise<void> {
  await withStore(options, async (store) => {
    await writePlanFolder(folder, await keptFiles(store, version))
    console.log(`Version ${version} stands in ${folder}.`)
  })
}

async function keptFiles({ db }: HubDatabase, version: number) {
  const files = Number.isInteger(version) ? await planFilesOf(db, version) : new Map<string, string>()
  if (files.size === 0) throw new Failure('permanent', `There is no version ${version}. See holdfast plan versions.`)
  return files
}

async function reviews(options: Options): Promise<void> {
  await withStore(options, async ({ db }) => {
    for (const { id, name, change, because, lookAt, version, closed } of await listPlanReviews(db)) {
      console.log(`${id}\t${name} (${change}, version ${version}): ${because.join('; ')}`)
      console.log(
        closed === undefined
          ? `\tlook at ${lookAt.join('; ')}`
          : `\tclosed ${new Date(closed.at).toISOString()} by ${closed.by}: ${closed.outcome}`,
      )
    }
  })
}

async function reviewed(id: string, options: Options & { outcome: string }): Promise<void> {
  await withStore(options, async (store) => {
    const { name } = await closeReview(keepingIn(store), id, { who: BY, outcome: options.outcome })
    console.log(`The review of ${name} is closed.`)
  })
}
