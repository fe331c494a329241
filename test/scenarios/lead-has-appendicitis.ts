import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { DAY, systemClock } from '../../src/base/time.ts'
import { addDays, dayOf } from '../../src/base/zone.ts'
import { readPlanFolder, writePlanFolder } from '../../src/readiness/folder/store.ts'
import type { PlanFiles } from '../../src/readiness/readiness.ts'
import { type Browser, openBrowser } from './stage/browser.ts'
import { type HubAlone, hubAlone } from './stage/hub-alone.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The lead analyst is ill tonight: the page and the command say what cannot be finished, who is left, and what a second rehearsed person turns'

const ROOT = resolve(import.meta.dirname, '../..')
const SAMPLE = join(ROOT, 'dev/practice/plan')
const PASSWORD = 'harbor lantern quiet 7'
const ZONE = 'America/Chicago'
const LOST = ['Host A dies', 'The EHR database hangs or is damaged', 'Primary and standby are both gone']
const UPDATE = 'The yearly code update does not finish'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using hub = await hubAlone(() => ({}), signal)
  await hub.up()
  const browser = await signedIn(hub, signal)
  assert.match((await browser.open('/ready/if-it-happened')).words, /No plan is kept/)

  const whole = withoutLeave(await readPlanFolder(SAMPLE))
  const healthy = await keep(hub, 'healthy', whole, 'everybody is there')
  assert.deepEqual(await cannotFinish(healthy), [])
  assert.match(
    (await browser.open('/ready/if-it-happened')).words,
    /is known to stand in the way of 17 of 17 scenarios; none is proven/,
  )
  tell(
    'The plan is kept. With everybody there nothing is known to stand in the way of all 17 scenarios; none was ever tried, and the page says so.',
  )

  const ill = onLeaveTonight(whole)
  const sick = await keep(hub, 'sick', ill, 'Emil Driftgale has appendicitis')
  const before = await cannotFinish(sick)
  assert.deepEqual(before, [...LOST, UPDATE])
  const matrix = (await browser.open('/ready/if-it-happened')).words
  assert.match(matrix, /stand in the way of 13 of 17 scenarios; none is proven[^.]*\. In the way of “Host A dies”/)
  const update = (await browser.open('/ready/if-it-happened/code-update-fails')).words
  assert.match(
    update,
    /“Update”: it needs two people who can do it, and only Lila Ingfell is there, without Emil Driftgale/,
  )
  assert.match(
    update,
    /Lila Ingfell[^.]*second for “Yearly ICD-10-CM update”[^.]*not proven[^.]*has never rehearsed it/,
  )
  assert.match(update, /Emil Driftgale[^.]*cannot act on leave until/)
  tell(
    `The lead analyst is ill. Page and command say the same: ${before.length} scenarios cannot be finished tonight, among them “${UPDATE}”.`,
  )

  const gone = await standing(browser, signal)
  assert.match(
    gone,
    /Gates that nobody can pass .*“Promote the standby” \(Fail over to the standby\).*“Update” \(Yearly ICD-10-CM update\)/,
  )
  assert.match(
    gone,
    /Never rehearsed by anybody who is left.*Yearly ICD-10-CM update[^:]* : Lila Ingfell is left and never rehearsed it/,
  )
  assert.match(
    await holdfast('plan', 'without', 'lingfell', '--plan', sick),
    /Without Lila Ingfell \(person\): .*cannot be finished/,
  )
  tell(
    'The gates that ask for two people are impossible, and whoever is left for the code update, Lila Ingfell, never rehearsed it.',
  )

  const second = replaced(
    ill,
    'runbooks.yaml',
    /(- id: code-update\n[\s\S]*?backup: lingfell\n)/,
    '$1    also: [zsedgeden]\n',
  )
  const helped = await keep(hub, 'helped', second, 'Zelda Sedgeden learned the update')
  await holdfast(
    'evidence',
    'add',
    '-c',
    join(hub.folder, 'hub.yaml'),
    '--kind',
    'rehearsal',
    '--about',
    'runbook:code-update',
    '--because',
    'Carried out on a copy of last night.',
    '--people',
    'zsedgeden',
    'lingfell',
    '--measured',
    'took=17400 s',
  )
  assert.deepEqual(await cannotFinish(helped), LOST)
  assert.match((await browser.open('/ready/if-it-happened')).words, /14 of 17 scenarios/)
  const now = (await browser.open('/ready/if-it-happened/code-update-fails')).words
  assert.match(now, /Nothing that the plan names is known to stand in the way of “Yearly ICD-10-CM update”/)
  assert.match(now, /4 h 50 min \(one try, the newest on/)
  assert.match(now, /Zelda Sedgeden[^.]*can carry out “Yearly ICD-10-CM update”[^.]*rehearsed it on/)
  const after = await standing(browser, signal)
  assert.match(after, /Gates that nobody can pass .*“Promote the standby” \(Fail over to the standby\)/)
  assert.doesNotMatch(after, /Yearly ICD-10-CM update/)
  tell(
    'A second person is named and has rehearsed it, with proof: exactly the lines of the code update turn, and how long it takes is now a number with its record.',
  )
}

/** The lists of what is lost with nobody missing but those on leave. */
async function standing(browser: Browser, signal: AbortSignal): Promise<string> {
  // It takes everything out of the plan, in pairs too: on a machine with other work that has its time.
  const { words } = await until('the page is worked out', () => browser.open('/ready/without'), {
    withinMs: 120_000,
    signal,
  })
  return words.slice(words.indexOf('As it stands'), words.indexOf('One at a time'))
}

async function signedIn(hub: HubAlone, signal: AbortSignal): Promise<Browser> {
  const link = await until(
    'the one-time link is printed',
    async () => /\/start\/\S+/.exec(await readFile(join(hub.folder, 'hub.log'), 'utf8'))?.[0],
    { withinMs: 60_000, signal },
  )
  const browser = openBrowser(hub.url)
  await browser.open(link)
  await browser.post(link, { login: 'flora', name: 'Flora Amberworth', password: PASSWORD, again: PASSWORD })
  return browser
}

/** Writes the plan into a folder, keeps it as the hub's next version, and gives the folder. */
async function keep(hub: HubAlone, name: string, files: PlanFiles, because: string): Promise<string> {
  const folder = join(hub.folder, name)
  await writePlanFolder(folder, files)
  await holdfast('plan', 'keep', folder, '--because', because, '-c', join(hub.folder, 'hub.yaml'))
  return folder
}

/** The scenarios of which the command says that they cannot be finished tonight, in the order of the plan. */
async function cannotFinish(folder: string): Promise<string[]> {
  const blocks = (await holdfast('plan', 'tonight', '--plan', folder)).split('\n\n').slice(1)
  return blocks
    .filter((block) => block.includes('CANNOT BE FINISHED TONIGHT'))
    .map((block) => (block.split('\n')[0] ?? '').replace(/ \(answer: .*\)$/, ''))
}

async function holdfast(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'src/cli/holdfast.ts'), ...words])
  return stdout
}

/** Whatever day it is when this is played, nobody is away by the sample's own calendar. */
function withoutLeave(files: PlanFiles): PlanFiles {
  return replaced(files, 'people.yaml', / {4}leave:\n(?: {6}- .*\n)+/g, '')
}

function onLeaveTonight(files: PlanFiles): PlanFiles {
  const today = dayOf(systemClock.now(), ZONE)
  const leave = `    leave:\n      - { from: ${dayOf(systemClock.now() - DAY, ZONE)}, to: ${addDays(today, 5)} }\n`
  return replaced(files, 'people.yaml', /(email: edriftgale@.*\n)/, `$1${leave}`)
}

function replaced(files: PlanFiles, file: string, from: RegExp, to: string): PlanFiles {
  const text = files.get(file) ?? ''
  const after = text.replace(from, to)
  assert.notEqual(after, text, `${file} was to be changed`)
  return new Map(files).set(file, after)
}
