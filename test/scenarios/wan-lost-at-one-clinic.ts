import assert from 'node:assert/strict'
import { SECOND, systemClock } from '../../src/base/time.ts'
import { pageWords } from './stage/page-words.ts'
import { mailSink, type Sink, type Taken, webhookSink } from './stage/sinks.ts'
import { openStage, PASSWORD, type Stage } from './stage/stage.ts'
import { until } from './stage/until.ts'
import type { PlayOptions, Tell } from './story.ts'

export const story =
  'One clinic loses its line: it alone goes on from its pack and says so; the others are fresh; the practice is told exactly once, and once when it is over'

const CUT = 'west-mill'
const OTHERS = ['lighthouse-point', 'riverside']
/** How often sites speak. Two of these is how soon the practice must know. */
const INTERVAL_MS = 6 * SECOND
const TOLD_TO = 'it@harbor-valley.example'

export async function play(tell: Tell, { signal }: PlayOptions): Promise<void> {
  await using mail = await mailSink()
  await using hook = await webhookSink()
  await using stage = await openStage({
    signal,
    sites: [CUT, ...OTHERS],
    patients: 240,
    policy: { pullEveryMs: INTERVAL_MS, silentAfterMs: 1.5 * INTERVAL_MS, noticeTo: [TOLD_TO] },
    hubConfig: {
      notices: {
        email: { host: '127.0.0.1', port: mail.port, security: 'none', from: 'holdfast@harbor-valley.example' },
        webhooks: [
          { name: 'on-call', url: `http://127.0.0.1:${hook.port}/hook`, secret: 'a secret of the stage only' },
        ],
      },
    },
  })
  tell('Three clinics are fresh. Alarms go to a mail server and to a webhook.')
  const owner = stage.browser(stage.hubUrl)
  await owner.signIn('owner', PASSWORD)
  await until(
    'no alarm is open before the story begins',
    async () => /Nothing needs anyone/.test((await owner.open('/alarms')).words),
    { withinMs: 90_000, signal },
  )
  const sinks = { mail, hook }

  const cutAt = systemClock.now()
  stage.site(CUT).cable.pull()
  tell('The cable of West Mill is cut.')
  const raised = await toldOnce(sinks, { signal, cutAt, what: 'West Mill has gone silent' })
  const lateMs = Math.max(...raised.map(({ at }) => at)) - cutAt
  tell(`${(lateMs / 1000).toFixed(1)} s later the mail and the webhook are there: "${raised[0]?.subject}".`)

  const sites = await owner.open('/sites')
  assert.match(rowOf(sites.markup, 'West Mill'), /silent/)
  const detail = await owner.open(`/sites/${CUT}`)
  assert.match(detail.words, /It has not spoken for .*; it speaks every 6 s\. It serves the pack that it has\./)
  tell('The hub shows it silent, since when, and that it serves the pack that it has.')
  await stage.fresh(systemClock.now(), OTHERS)
  for (const name of ['Lighthouse Point', 'Riverside'])
    assert.match(rowOf((await owner.open('/sites')).markup, name), /fresh/)
  tell('The other two are fresh all the while.')

  await worksAlone(stage, signal, tell)
  stage.site(CUT).cable.mend()
  const mendedAt = systemClock.now()
  await stage.fresh(mendedAt, [CUT])
  tell(
    `The cable is plugged in again: West Mill is fresh after ${((systemClock.now() - mendedAt) / 1000).toFixed(1)} s by itself.`,
  )
  const over = await toldOnce(sinks, { signal, cutAt: mendedAt, what: 'over: West Mill has gone silent' })
  tell(`The practice is told that it is over: "${over[0]?.subject}".`)
  exactlyOnce(mail, 'mail', cutAt)
  exactlyOnce(hook, 'webhook', cutAt)
  tell('Each channel got exactly one notice of the loss and one of its end, and nothing about the other clinics.')
}

type Waited = { signal: AbortSignal; cutAt: number; what: string }

/** The notice at both sinks, in the order mail, webhook. */
function toldOnce({ mail, hook }: { mail: Sink; hook: Sink }, { signal, cutAt, what }: Waited): Promise<Taken[]> {
  return until(
    `both are told: ${what}`,
    () => {
      const both = [mail, hook].flatMap(({ taken }) =>
        taken.filter((one) => one.at > cutAt && one.subject.includes(what)).slice(0, 1),
      )
      return both.length === 2 ? both : undefined
    },
    { withinMs: 60_000, signal },
  )
}

function exactlyOnce(sink: Sink, kind: string, cutAt: number): void {
  // Before the line was cut, a busy machine may have made the practice's first minute a bumpy one.
  const since = sink.taken.filter(({ at }) => at > cutAt)
  const words = since.map(({ subject }) => subject)
  assert.equal(new Set(sink.taken.map(({ id }) => id)).size, sink.taken.length, `${kind}: no notice came twice`)
  const ours = words.filter((subject) => subject.includes('West Mill'))
  assert.equal(ours.length, 2, `${kind}: ${words.join(' | ')}`)
  assert.deepEqual(
    words.filter((subject) => /Lighthouse Point|Riverside|No site reaches/.test(subject)),
    [],
  )
}

/** The clinic reads on, and its pages say how old they are and why. */
async function worksAlone(stage: Stage, signal: AbortSignal, tell: Tell): Promise<void> {
  const doctor = stage.browser(stage.site(CUT).url)
  await doctor.signIn('doctor', PASSWORD)
  const page = await doctor.open(`/today?day=${stage.sample.practice.today}`)
  const visit = stage.visits(CUT)[0]
  assert.ok(visit !== undefined && page.words.includes(visit.patient.family))
  assert.match(page.words, /as of .* old\)/)
  const health = await until(
    'the site says that it does not hear the hub',
    async () => {
      const words = (await doctor.open('/health')).words
      return /not heard|does not answer|no answer|cannot reach/i.test(words) ? words : undefined
    },
    { withinMs: 60_000, signal },
  )
  assert.ok(health.length > 0)
  tell(
    'West Mill reads its schedule as before; its pages say how old it is, and its own page that the hub is not heard.',
  )
}

function rowOf(markup: string, name: string): string {
  return pageWords(
    `<tr${
      markup
        .split(/<tr\b/)
        .slice(1)
        .find((row) => row.includes(name)) ?? ''
    }`,
  )
}
