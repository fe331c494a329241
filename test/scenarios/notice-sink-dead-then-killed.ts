import assert from 'node:assert/strict'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { sourceStates } from '../../src/hub/sources/store.ts'
import { escalationOf, linesOf } from '../../src/monitor/escalation/store.ts'
import { openAlarms, recentNotices } from '../../src/monitor/store.ts'
import { type HubAlone, hubAlone } from './stage/hub-alone.ts'
import { type Provider, provider } from './stage/provider.ts'
import { type Sink, webhookSink } from './stage/sinks.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'The pager is dead when the alarm comes, and the hub is killed while it tries: every notice arrives all the same, and a person takes it'

type Acts = { hub: HubAlone; phone: Provider; signal: AbortSignal; tell: Tell }

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using phone = await provider()
  const pagerPort = await portOf()
  const escalation = {
    people: [
      { id: 'ada', name: 'Ada Ruiz', sms: '+15550101' },
      { id: 'ben', name: 'Ben Ito', sms: '+15550102' },
      { id: 'cy', name: 'Cy Wood' },
    ],
    steps: [
      { tell: ['cy'], within: '4s', authority: 'incident command' },
      { tell: ['ada'], within: '4s', authority: 'incident command' },
      { tell: ['ben'], within: '10m', authority: 'incident command' },
    ],
  }
  const notices = {
    webhooks: [{ name: 'pager', url: `http://127.0.0.1:${pagerPort}/`, secret: 'a secret of the scenario' }],
    sms: { url: `${phone.url}/messages`, fields: { To: '{to}', Body: '{text}' } },
    escalation,
  }
  const source = { id: 'drop', kind: 'files', name: 'The drop folder', every: '2s' }
  await using hub = await hubAlone(
    (folder) => ({ notices, sources: [{ ...source, folder: join(folder, 'drop') }], url: 'http://hub.lan' }),
    signal,
  )
  const acts = { hub, phone, signal, tell }
  const drop = await dropFolder(hub)
  await hub.up()
  const read = async () => (await sourceStates(hub.db)).some(({ readAt }) => readAt !== undefined)
  await until('the folder is read', read, { withinMs: 60_000, signal })
  tell(
    'A hub reads a drop folder. Its notices go to a pager service and, as text messages, to people; the pager service is dead.',
  )

  await rename(drop, `${drop}.gone`)
  await until('the alarm is raised', async () => (await openAlarms(hub.db)).length === 1, { withinMs: 120_000, signal })
  await until('the pager was tried', async () => (await pagerNotices(hub)).some(({ tries }) => tries > 0), {
    withinMs: 60_000,
    signal,
  })
  tell('The folder goes away and the alarm is raised. The pager does not answer; the notice waits in the outbox.')

  await asked(acts)
  await hub.part.kill()
  await using pager = await webhookSink(pagerPort)
  tell('The hub is killed with the notice undelivered. The pager comes back; nobody is there to tell it anything.')
  await hub.up()
  await arrived(acts, pager)
  await taken(acts)

  await rename(`${drop}.gone`, drop)
  await until('the end is told', () => pager.taken.length >= 2, { withinMs: 180_000, signal })
  const all = await recentNotices(hub.db, 50)
  await until(
    'nothing is left to send',
    async () => (await recentNotices(hub.db, 50)).every(({ deliveredAt }) => deliveredAt !== undefined),
    { withinMs: 60_000, signal },
  )
  assert.deepEqual(
    pager.taken.map(({ id }) => id).toSorted(),
    all
      .filter(({ channel }) => channel === 'webhook')
      .map(({ id }) => id)
      .toSorted(),
  )
  assert.equal(new Set(pager.taken.map(({ id }) => id)).size, 2)
  tell('The folder is back: one notice says so. The pager has taken two notices in all, each once.')
}

async function asked({ hub, phone, signal, tell }: Acts): Promise<void> {
  const to = (): string[] => phone.asked.map(({ body }) => new URLSearchParams(body).get('To') ?? '')
  await until('Ben was asked', () => to().includes('+15550102'), { withinMs: 60_000, signal })
  assert.ok(to().includes('+15550101'))
  const text = new URLSearchParams(phone.asked.at(-1)?.body).get('Body') ?? ''
  assert.match(text, /Ada Ruiz did not answer\..*Authority \(incident command\) is now with Ben Ito/)
  const [alarm] = await openAlarms(hub.db)
  const says = (await linesOf(hub.db, alarm?.id ?? '')).map((line) => line.says)
  assert.ok(says.includes('Cy Wood was not told: there is no address or number for them.'))
  tell(
    'Cy has no number: passed over, and said. Ada does not answer. Authority passes to Ben, and his message says from whom.',
  )
}

async function pagerNotices(hub: HubAlone) {
  return (await recentNotices(hub.db, 50)).filter(({ channel }) => channel === 'webhook')
}

async function arrived({ hub, signal, tell }: Acts, pager: Sink): Promise<void> {
  const from = systemClock.now()
  await until('the pager has the notice', () => pager.taken.length > 0, { withinMs: 180_000, signal })
  const [notice] = await pagerNotices(hub)
  assert.equal(pager.taken[0]?.id, notice?.id)
  tell(
    `Started again, the hub delivers it ${Math.round((systemClock.now() - from) / SECOND)} s later, under the key that it had before.`,
  )
}

/** Opening the link changes nothing; the button does, once. */
async function taken({ hub, phone, signal, tell }: Acts): Promise<void> {
  const text =
    new URLSearchParams(phone.asked.findLast(({ body }) => body.includes('%2B15550102'))?.body).get('Body') ?? ''
  const path = /http:\/\/hub\.lan(\/take\/\S+)/.exec(text)?.[1]
  assert.ok(path !== undefined, 'the message has no link')
  const [alarm] = await openAlarms(hub.db)
  const status = async () => (await escalationOf(hub.db, alarm?.id ?? ''))?.state
  const page = await (await fetch(`${hub.url}${path}`, { signal })).text()
  assert.match(page, /I take it/)
  assert.notEqual((await status())?.status, 'acknowledged')
  const first = await fetch(`${hub.url}${path}`, { method: 'POST', signal })
  assert.equal(first.status, 200, await first.text())
  const state = await status()
  assert.ok(state?.status === 'acknowledged' && state.by === 'ben')
  assert.equal((await fetch(`${hub.url}${path}`, { method: 'POST', signal })).status, 409)
  tell('Ben opens the link: nothing happens yet. He presses the button and has it; the link is used up.')
}

async function dropFolder(hub: HubAlone): Promise<string> {
  const drop = join(hub.folder, 'drop')
  await mkdir(drop)
  const patient = { resourceType: 'Patient', id: 'p1', birthDate: '1988-08-18', name: [{ family: 'Quillfeather' }] }
  await writeFile(join(drop, 'patients.ndjson'), `${JSON.stringify(patient)}\n`)
  return drop
}

/** A port on which nobody listens yet. */
async function portOf(): Promise<number> {
  const sink = await webhookSink()
  const { port } = sink
  await sink[Symbol.asyncDispose]()
  return port
}
