import { Hono } from 'hono'
import { spanInWords } from '../../base/ago.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../base/time.ts'
import { button, choices, errorSummary, field, form } from '../../look/form.ts'
import { type Html, html, nothing } from '../../look/html.ts'
import { note } from '../../look/status.ts'
import { facts } from '../../look/table.ts'
import { type Moment, when } from '../../look/when.ts'
import { auditLine } from '../flows/centre.ts'
import { sendTestNotice, type TestSent } from '../flows/deliver-notice.ts'
import { escalationNow } from '../flows/plan-escalation.ts'
import { type Policy, policyShape } from '../policy/policy.ts'
import { changePolicy, type KeptPolicy, policyInForce } from '../policy/store.ts'
import { needs } from './door.ts'
import type { Wrong } from './site-forms.ts'
import { actorOf, fieldsOf, momentOf, type PageContext, type PageEnv, type PageTools, show } from './tools.ts'
import { countOf, listInWords, mono } from './words.ts'

const AT = '/settings'

/** Times are typed in the unit in which people think of them. */
const TIMES = {
  'schedule-stale': { label: 'Schedule: stale after', unit: 'minutes', ms: MINUTE },
  'schedule-expired': { label: 'Schedule: too old after', unit: 'minutes', ms: MINUTE },
  'key-data-stale': { label: 'Key data: stale after', unit: 'minutes', ms: MINUTE },
  'key-data-expired': { label: 'Key data: too old after', unit: 'hours', ms: HOUR },
  'roster-stale': { label: 'Roster: stale after', unit: 'hours', ms: HOUR },
  'roster-expired': { label: 'Roster: too old after', unit: 'days', ms: DAY },
  pull: { label: 'Sites look for new packs every', unit: 'seconds', ms: SECOND },
  silent: { label: 'A site is silent after', unit: 'seconds', ms: SECOND },
  'idle-lock': { label: 'A screen at a site locks itself after', unit: 'minutes', ms: MINUTE },
  lock: { label: 'A site without contact locks its data after', unit: 'days', ms: DAY },
} as const
type TimeName = keyof typeof TIMES
const TIME_NAMES = [
  'schedule-stale',
  'schedule-expired',
  'key-data-stale',
  'key-data-expired',
  'roster-stale',
  'roster-expired',
  'pull',
  'silent',
  'idle-lock',
  'lock',
] as const satisfies TimeName[]

function timesOf(policy: Policy): { [Name in TimeName]: number } {
  const { schedule, keyData, roster } = policy.limits
  return {
    'schedule-stale': schedule.staleAfterMs,
    'schedule-expired': schedule.expiredAfterMs,
    'key-data-stale': keyData.staleAfterMs,
    'key-data-expired': keyData.expiredAfterMs,
    'roster-stale': roster.staleAfterMs,
    'roster-expired': roster.expiredAfterMs,
    pull: policy.pullEveryMs,
    silent: policy.silentAfterMs,
    'idle-lock': policy.idleLockMs,
    lock: policy.lockAfterMs,
  }
}

export type SettingsFields = { [Name in TimeName]: string } & { restricted: string; paper: string; noticeTo: string }

export function fieldsOfPolicy(policy: Policy): SettingsFields {
  const times = timesOf(policy)
  const typed = (name: TimeName): string => String(times[name] / TIMES[name].ms)
  return {
    'schedule-stale': typed('schedule-stale'),
    'schedule-expired': typed('schedule-expired'),
    'key-data-stale': typed('key-data-stale'),
    'key-data-expired': typed('key-data-expired'),
    'roster-stale': typed('roster-stale'),
    'roster-expired': typed('roster-expired'),
    pull: typed('pull'),
    silent: typed('silent'),
    'idle-lock': typed('idle-lock'),
    lock: typed('lock'),
    restricted: policy.restrictedPolicy,
    paper: policy.paperSize,
    noticeTo: policy.noticeTo.join(', '),
  }
}

/** The policy that was typed, or all that is wrong with it. */
export function policyFrom(fields: SettingsFields): { policy: Policy | undefined; wrong: Wrong } {
  const ms = (name: TimeName): number => Math.round(Number(fields[name].replace(',', '.')) * TIMES[name].ms)
  const bad = TIME_NAMES.filter((name) => !(ms(name) > 0)).map((name) => ({
    field: name,
    because: `${TIMES[name].label}: give a number of ${TIMES[name].unit}.`,
  }))
  const limits = (name: 'schedule' | 'key-data' | 'roster') => ({
    staleAfterMs: ms(`${name}-stale`),
    expiredAfterMs: ms(`${name}-expired`),
  })
  const read = policyShape.safeParse({
    limits: { schedule: limits('schedule'), keyData: limits('key-data'), roster: limits('roster') },
    lockAfterMs: ms('lock'),
    idleLockMs: ms('idle-lock'),
    restrictedPolicy: fields.restricted,
    paperSize: fields.paper,
    pullEveryMs: ms('pull'),
    silentAfterMs: ms('silent'),
    noticeTo: fields.noticeTo.split(/[\s,;]+/).filter((one) => one !== ''),
  })
  if (read.success && read.data.silentAfterMs < read.data.pullEveryMs * 1.5)
    bad.push({
      field: 'silent',
      because: 'At least one and a half times as long as sites take to look for packs.',
    })
  if (read.success) return bad.length > 0 ? { policy: undefined, wrong: bad } : { policy: read.data, wrong: [] }
  const more = read.error.issues.flatMap((issue) => settingFault(issue.path, issue.message))
  return { policy: undefined, wrong: bad.length > 0 ? bad : more }
}

function settingFault(path: readonly PropertyKey[], message: string): Wrong {
  const [first, second] = path.map(String)
  if (first === 'noticeTo') return [{ field: 'noticeTo', because: 'One of the e-mail addresses is not one.' }]
  const class_ = { schedule: 'schedule', keyData: 'key-data', roster: 'roster' }[second ?? '']
  if (first === 'limits' && class_ !== undefined)
    return [{ field: `${class_}-expired`, because: 'It must be too old later than it is stale.' }]
  return [{ because: `${path.map(String).join('.')}: ${message}` }]
}

export function settingsPage(values: {
  kept: KeptPolicy
  fields: SettingsFields
  wrong: Wrong
  targets: { email: boolean; webhooks: readonly string[] }
  facts: readonly (readonly [string, Html | string])[]
  tested: TestSent | undefined
  asksPeople: boolean
  moment: Moment
  csrf: string
}): Html {
  const { fields, wrong, csrf, targets, kept } = values
  const time = (name: TimeName): Html => {
    const { label, unit } = TIMES[name]
    return field({
      name,
      label: `${label} (${unit})`,
      value: fields[name],
      inputmode: 'decimal',
      wrong: wrong.find((one) => one.field === name)?.because,
    })
  }
  return html`${errorSummary(wrong)}${values.tested === undefined ? nothing : testedNote(values.tested)}
${form(
  AT,
  csrf,
  html`<input type="hidden" name="version" value="${kept.version}"><section class="stack"><h2>When data is old</h2><p class="small soft">Every page at a site says how old its data is. Stale asks for care; too old turns the frame red and says not to rely on it.</p><div class="pairs">${(['schedule-stale', 'schedule-expired', 'key-data-stale', 'key-data-expired', 'roster-stale', 'roster-expired'] as const).map(time)}</div></section>
<section class="stack"><h2>Sites</h2><div class="pairs">${(['pull', 'silent', 'idle-lock', 'lock'] as const).map(time)}</div>${choices(
    'radio',
    'restricted',
    'Restricted charts (VIP, 42 CFR Part 2)',
    [
      {
        value: 'leave-out',
        label: 'Leave them out',
        hint: 'the chart is in no pack; a visit shows the name and not what it is for',
        chosen: fields.restricted === 'leave-out',
      },
      {
        value: 'mask',
        label: 'Mask them',
        hint: 'found by name; opened only with a reason, and told',
        chosen: fields.restricted === 'mask',
      },
    ],
  )}${choices('radio', 'paper', 'Paper', [
    { value: 'letter', label: 'US Letter', chosen: fields.paper === 'letter' },
    { value: 'a4', label: 'A4', chosen: fields.paper === 'a4' },
  ])}</section>
<section class="stack"><h2>Who is told of alarms</h2>${field({ name: 'noticeTo', label: 'E-mail addresses', hint: targets.email ? 'With commas between them.' : 'No mail server is configured, so nobody is told by e-mail yet.', value: fields.noticeTo, wrong: wrong.find((one) => one.field === 'noticeTo')?.because })}<p class="small soft">Webhooks: ${targets.webhooks.length === 0 ? 'none configured' : mono(targets.webhooks.join(', '))}.</p></section>${button('Keep these settings')}`,
  'stack-wide wide',
)}
<p class="small soft">${kept.version === 0 ? 'These are the settings that Holdfast comes with.' : html`Changed ${when(kept.changedAt, values.moment)} by ${kept.changedBy}.`} Sites follow with their next pack.</p>
${form('/settings/test-notice', csrf, html`<p id="test">Send a test to everyone who is told of alarms, and to everyone who is asked to take them:</p>${button('Send a test', { look: 'quiet', because: targets.email || targets.webhooks.length > 0 || values.asksPeople ? undefined : 'Neither a mail server nor a webhook is configured, and nobody is asked to take alarms.' })}`, 'row')}
<section class="stack"><h2>This hub</h2>${facts(values.facts)}<p class="small soft">These stand in the configuration file.</p></section>`
}

function testedNote({ addresses, unreached }: TestSent): Html {
  const sent =
    addresses === 0
      ? note('watch', 'Nobody to send it to', html`<p>Name e-mail addresses first, or configure a webhook.</p>`)
      : note(
          'fine',
          `The test is on its way to ${countOf(addresses, 'address', 'addresses')}`,
          html`<p>Whether it arrived shows under <a href="/alarms">Alarms</a>.</p>`,
        )
  if (unreached.length === 0) return sent
  return html`${sent}${note('act', `Nothing reaches ${listInWords(unreached)}`, html`<p>They are to be asked to take alarms, and have no address or number that this hub can use: no test was sent to them. Give each an address or number, and configure what carries it, in the configuration file.</p>`)}`
}

export function settingsPages(tools: PageTools): Hono<PageEnv> {
  const app = new Hono<PageEnv>()
  const { centre } = tools
  const { db } = centre
  app.use('*', needs(tools, 'change-settings'))
  app.get('/', async (c) => {
    const kept = await policyInForce(db)
    return shown(c, kept, fieldsOfPolicy(kept.policy), [])
  })
  app.post('/', async (c) => {
    const sent = await fieldsOf(c)
    const kept = await policyInForce(db)
    const fields = {
      ...fieldsOfPolicy(kept.policy),
      ...Object.fromEntries([...TIME_NAMES, 'restricted', 'paper', 'noticeTo'].map((name) => [name, sent.text(name)])),
    }
    const { policy, wrong } = policyFrom(fields)
    if (policy === undefined) return shown(c, kept, fields, wrong)
    const won = await db.transaction().execute(async (together) => {
      const by = { at: centre.clock.now(), who: c.var.viewer.person.login }
      if (!(await changePolicy(together, policy, Number(sent.text('version')), by))) return false
      await centre.audit(together, [
        auditLine(centre, actorOf(c), 'settings-changed', changesBetween(kept.policy, policy)),
      ])
      await centre.changed(together, ['settings', 'sites'])
      return true
    })
    if (!won)
      return shown(c, kept, fields, [
        {
          because:
            'Somebody else changed the settings meanwhile. Below is what you typed; the settings in force are another. Look again, then keep.',
        },
      ])
    centre.publishSoon()
    return c.redirect(AT, 303)
  })
  app.post('/test-notice', async (c) => {
    const tested = await sendTestNotice(centre, actorOf(c))
    const kept = await policyInForce(db)
    return shown(c, kept, fieldsOfPolicy(kept.policy), [], tested)
  })

  async function shown(
    c: PageContext,
    kept: KeptPolicy,
    fields: SettingsFields,
    wrong: Wrong,
    tested?: TestSent,
  ): Promise<Response> {
    const hubFacts = [
      ['Practice', `${centre.practice.name} (${centre.practice.id})`],
      ['Time zone', centre.practice.zone],
      ['Address', mono(tools.hubUrl)],
      [
        'Authority',
        html`<a href="/authority.pem">Certificate of the practice's own authority</a>, for browsers on the clinics' networks`,
      ],
    ] as const
    const body = settingsPage({
      kept,
      fields,
      wrong,
      targets: centre.targets,
      facts: hubFacts,
      tested,
      asksPeople: (await escalationNow(centre)) !== undefined,
      moment: momentOf(tools),
      csrf: c.var.viewer.session.csrf,
    })
    const { limits } = kept.policy
    const headline = `A schedule is stale after ${spanInWords(limits.schedule.staleAfterMs)}, key data after ${spanInWords(limits.keyData.staleAfterMs)}.`
    return show(c, tools, { title: 'Settings', headline, body, at: AT, status: wrong.length > 0 ? 400 : 200 })
  }
  return app
}

/** Which settings changed, as words for the audit trail. */
function changesBetween(before: Policy, after: Policy): { [name: string]: string } {
  const was = fieldsOfPolicy(before)
  const is = fieldsOfPolicy(after)
  return Object.fromEntries(
    Object.entries(is).flatMap(([name, value]) =>
      Object.entries(was).some(([key, old]) => key === name && old === value) ? [] : [[name, value]],
    ),
  )
}
