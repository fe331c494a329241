import { Command, Option } from 'commander'
import { Failure } from '../base/failure.ts'
import { makeLog } from '../base/log.ts'
import { systemClock } from '../base/time.ts'
import { enrol } from '../site/link/enrol.ts'
import { readFacts, writeFacts } from '../site/local/facts.ts'
import { defaultSiteFolder, siteFolder } from '../site/local/folder.ts'
import { startSite } from '../site/site.ts'

type Where = { data: string; folder?: string }
const DEFAULT_PORT = 4611

/** The program in a clinic, and what is set up beside it. */
export function siteCommand(): Command {
  const site = new Command('site').description('the lockbox of one clinic')
  withData(site.command('run', { isDefault: true }))
    .description('serve the pages on this machine, keep packs fresh')
    .option('--listen <host:port>', 'plain HTTP, for this machine only', `127.0.0.1:${DEFAULT_PORT}`)
    .option('--lan <port>', 'HTTPS for the clinic’s network, with the certificate from the hub')
    .option('--hub <url>', 'offered on the page that enrols the site')
    .action(run)
  withData(site.command('enrol'))
    .description('join the practice with the code that the hub shows')
    .requiredOption('--hub <url>', 'address of the hub')
    .requiredOption('--code <code>', 'such as 7K2P-9QX4-M0TB')
    .option('--name <name...>', 'further names or addresses of this machine on the clinic’s network', [])
    .action(enrolNow)
  withData(site.command('carrier'))
    .description('other ways for packs to come when the hub is not heard; without options: list them')
    .option('--add-folder <dir>', 'a folder or stick')
    .option('--add-web <url>', 'a web server or public bucket')
    .option('--remove <dir or url>', 'forget one')
    .action(carriers)
  return site
}

function withData(command: Command): Command {
  return command
    .option('-d, --data <dir>', 'the folder of this site', defaultSiteFolder())
    .addOption(new Option('--folder <dir>', 'as --data').hideHelp())
}

function folderOf(options: Where): string {
  return options.folder ?? options.data
}

async function run(options: Where & { listen: string; lan?: string; hub?: string }, command: Command): Promise<void> {
  const colon = options.listen.lastIndexOf(':')
  const port = Number(options.listen.slice(colon + 1))
  if (!Number.isInteger(port)) throw new Failure('permanent', '--listen is like 127.0.0.1:4611.')
  const log = makeLog('site')
  const version = command.parent?.parent?.version()
  const site = await startSite({
    dataDir: folderOf(options),
    host: colon > 0 ? options.listen.slice(0, colon) : '127.0.0.1',
    port,
    log,
    ...(version === undefined ? {} : { version }),
    ...(options.lan === undefined ? {} : { lan: { port: Number(options.lan) } }),
    ...(options.hub === undefined ? {} : { hubUrl: options.hub }),
  })
  log.info({ url: site.url, lan: site.lanUrl(), enrolled: site.enrolled() }, 'the site is up')
  const stop = (): void => {
    log.info('the site stops')
    void site.stop().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

async function enrolNow(options: Where & { hub: string; code: string; name: string[] }): Promise<void> {
  const folder = siteFolder(folderOf(options))
  const facts = await enrol(folder, { hubUrl: options.hub, code: options.code, names: options.name }, systemClock)
  console.log(
    `This machine is now the lockbox of ${facts.siteName}, ${facts.practiceName}. Start it with: holdfast site run`,
  )
}

async function carriers(options: Where & { addFolder?: string; addWeb?: string; remove?: string }): Promise<void> {
  const folder = siteFolder(folderOf(options))
  const facts = await readFacts(folder)
  if (facts === undefined) throw new Failure('permanent', 'This site is not enrolled yet: holdfast site enrol.')
  const kept = facts.carriers.filter(
    (carrier) => ('folder' in carrier ? carrier.folder : carrier.web) !== options.remove,
  )
  const added = [
    ...(options.addFolder === undefined ? [] : [{ folder: options.addFolder }]),
    ...(options.addWeb === undefined ? [] : [{ web: options.addWeb }]),
  ]
  await writeFacts(folder, { ...facts, carriers: [...kept, ...added] })
  for (const carrier of [...kept, ...added]) console.log('folder' in carrier ? carrier.folder : carrier.web)
}
