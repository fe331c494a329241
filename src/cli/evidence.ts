import { readFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { basename } from 'node:path'
import { Command, Option } from 'commander'
import { appendAuditLines } from '../access/audit/store.ts'
import { didYouMean } from '../base/did-you-mean.ts'
import { Failure, reasonOf } from '../base/failure.ts'
import { silentLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { type HubDatabase, openHubDatabase } from '../hub/database/hub-database.ts'
import { checkEvidence, keepEvidence } from '../hub/flows/keep-evidence.ts'
import { planInForce } from '../hub/flows/plan-in-force.ts'
import { readinessAsOscal } from '../hub/flows/readiness-now.ts'
import { tellChanged } from '../hub/live/store.ts'
import { mediaTypeOf, readByHand, UNITS } from '../readiness/evidence/by-hand.ts'
import { EVIDENCE_KINDS, type EvidenceKind } from '../readiness/evidence/evidence.ts'
import { asCsvLine, csvHeader } from '../readiness/evidence/export/csv.ts'
import { asJsonLine } from '../readiness/evidence/export/json-lines.ts'
import { type KeptEvidence, MOST_FILE_BYTES, type NewEvidence } from '../readiness/evidence/record.ts'
import { type EvidenceQuery, listEvidence, removeOldEvidence } from '../readiness/evidence/store.ts'
import { notInPlan } from '../readiness/ready/known-subjects.ts'
import { configOf, withConfig } from './hub-options.ts'

type Options = { config: string }
type Asked = Options & { kind?: string; about?: string; most?: string }

/** `holdfast evidence ...`: what proves the plan. `verify` ends with exit code 1 when the chain does not hold. */
export function evidenceCommand(): Command {
  const evidence = new Command('evidence').description('what proves the sentences of the plan')
  asking(evidence.command('list').description('what there is, newest first'))
    .option('--most <count>', 'how many', '50')
    .action(list)
  asking(
    evidence
      .command('export')
      .description('all of it, oldest last, on standard output; as oscal: every check with what it rests on'),
  )
    .addOption(new Option('--as <format>', 'how').choices(['jsonl', 'csv', 'oscal']).default('jsonl'))
    .action(exportAll)
  withConfig(evidence.command('verify'))
    .description('find every record that was changed, removed or moved; exit 1 if there is one')
    .action(verify)
  withConfig(evidence.command('add'))
    .description('write down what only a person can see')
    .requiredOption('--kind <kind>', `what was done: ${Object.keys(EVIDENCE_KINDS).join(', ')}`)
    .requiredOption(
      '--about <subject>',
      'what it is about, by the words of the plan: backup:ehr-backup, site:riverside, plan',
    )
    .requiredOption('--because <words>', 'what was seen, in a sentence or two, without patient data')
    .option('--outcome <outcome>', 'held, failed or unclear', 'held')
    .option('--at <time>', 'when it was, such as 2026-11-23T14:30:00-06:00 (default: now)')
    .option('--people <ids...>', 'who did it, by their ids in the plan')
    .option(
      '--measured <measures...>',
      `such as took=90m or rows=48; units: ${UNITS.join(', ')}; a moment is written 2026-11-23T02:14:00-06:00`,
    )
    .option('--not-in-plan', 'write it down although the plan in force does not know what it is about, or who did it')
    .option('--file <path>', `a file that shows it, at most ${MOST_FILE_BYTES} bytes`)
    .action(add)
  withConfig(evidence.command('remove-old'))
    .description('remove what is older than the six years for which it must be kept')
    .action(removeOld)
  return evidence
}

function asking(command: Command): Command {
  return withConfig(command)
    .option('--kind <kind>', 'only of this kind')
    .option('--about <subject>', 'only about this; site: is every site')
}

async function withStore<Result>({ config }: Options, act: (store: HubDatabase) => Promise<Result>): Promise<Result> {
  const { dataDir, databaseUrl } = configOf({ config })
  await using store = await openHubDatabase({ dataDir, databaseUrl, log: silentLog })
  // Awaited here, or the store would be closed before it is used.
  return await act(store)
}

async function list(options: Asked): Promise<void> {
  await withStore(options, async ({ db }) => {
    const most = Number(options.most)
    for (const { id, at, kind, subject, outcome, because, notedBy } of await listEvidence(db, {
      ...queryOf(options),
      most: Number.isInteger(most) && most > 0 ? most : 50,
    }))
      console.log([new Date(at).toISOString(), outcome, kind, subject, because, `(${notedBy}, ${id})`].join('\t'))
  })
}

const PAGE = 1000

async function exportAll(options: Asked & { as: 'jsonl' | 'csv' | 'oscal' }): Promise<void> {
  const line = options.as === 'csv' ? asCsvLine : asJsonLine
  await withStore(options, async ({ db }) => {
    if (options.as === 'oscal') {
      const { practice } = configOf(options)
      process.stdout.write(await readinessAsOscal({ db, clock: systemClock, practice }))
      return
    }
    if (options.as === 'csv') process.stdout.write(csvHeader())
    let before: KeptEvidence | undefined
    do {
      const page: KeptEvidence[] = await listEvidence(db, {
        ...queryOf(options),
        most: PAGE,
        ...(before === undefined ? {} : { before }),
      })
      process.stdout.write(page.map(line).join(''))
      before = page.length < PAGE ? undefined : page.at(-1)
    } while (before !== undefined)
  })
}

function queryOf({ kind, about }: Asked): EvidenceQuery {
  const known = (text: string): text is EvidenceKind => Object.hasOwn(EVIDENCE_KINDS, text)
  if (kind !== undefined && !known(kind))
    throw new Failure(
      'permanent',
      `There is no kind of evidence "${kind}".${didYouMean(kind, Object.keys(EVIDENCE_KINDS))}`,
    )
  return { ...(kind === undefined ? {} : { kind }), ...(about === undefined ? {} : { subject: about }) }
}

async function verify(options: Options): Promise<void> {
  await withStore(options, async ({ db }) => {
    const { lines, removed, head, faults } = await checkEvidence(db)
    for (const { because } of faults) console.log(because)
    const gone = removed === 0 ? '' : `, ${removed} before them removed after their time`
    const end = head === undefined ? '' : `, ends with ${head.seq} ${head.hash.slice(0, 16)}`
    console.log(
      faults.length === 0 ? `The evidence is whole: ${lines} lines${gone}${end}.` : `${faults.length} faults.`,
    )
    if (faults.length > 0) process.exitCode = 1
  })
}

type Added = Options & {
  kind: string
  about: string
  because: string
  outcome: string
  at?: string
  people?: string[]
  measured?: string[]
  file?: string
  notInPlan?: boolean
}

/** Who can run this on the hub's machine could write into its database too; the account's name is what there is to write down. */
const BY = { program: `holdfast evidence (${userInfo().username})` }

async function add({ file, ...options }: Added): Promise<void> {
  const artefact = file === undefined ? undefined : await fileAt(file)
  const evidence = readByHand({ ...options, artefact }, systemClock.now())
  await withStore(options, async ({ db }) => {
    if (options.notInPlan !== true) await holdAgainstPlan(db, evidence)
    const on = {
      db,
      clock: systemClock,
      audit: async (together: typeof db, lines: Parameters<typeof appendAuditLines>[1]) =>
        void (await appendAuditLines(together, lines)),
      changed: tellChanged,
    }
    const [kept] = await keepEvidence(on, [evidence], BY)
    console.log(`Written down as ${kept?.id}, line ${kept?.seq} of the chain.`)
  })
}

/** What nobody can look for under its right name proves nothing, and a record cannot be taken away again. */
async function holdAgainstPlan(db: HubDatabase['db'], evidence: NewEvidence): Promise<void> {
  const { plan, version } = await planInForce(db)
  const wrong =
    version === undefined
      ? ['no plan is kept yet, so nobody knows what this is about']
      : notInPlan(plan, evidence, systemClock.now())
  if (wrong.length > 0)
    throw new Failure(
      'permanent',
      `Nothing was written down:\n${wrong.map((one) => `- ${one}`).join('\n')}\nIf it is meant so, say --not-in-plan as well.`,
    )
}

async function fileAt(path: string) {
  try {
    const name = basename(path)
    return { name, mediaType: mediaTypeOf(name), content: await readFile(path) }
  } catch (thrown) {
    throw new Failure('permanent', `${path} cannot be read (${reasonOf(thrown)}). Nothing was written down.`, {
      cause: thrown,
    })
  }
}

async function removeOld(options: Options): Promise<void> {
  await withStore(options, async ({ db }) => {
    const records = await removeOldEvidence(db, systemClock, BY.program)
    console.log(
      records === 0
        ? 'Nothing is older than six years.'
        : `${records} lines were removed; a line of the chain says so.`,
    )
  })
}
