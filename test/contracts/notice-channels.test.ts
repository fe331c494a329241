import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../src/base/failure.ts'
import type { NoticeChannel, OutgoingNotice } from '../../src/connect/notice.ts'
import { phoneShape } from '../../src/connect/phone/config.ts'
import { phoneChannel } from '../../src/connect/phone/connector.ts'
import { pushChannel } from '../../src/connect/push/connector.ts'
import { webhookChannel } from '../../src/connect/webhook/connector.ts'
import { type Asked, type Mood, type Provider, provider } from '../scenarios/stage/provider.ts'

/**
 * What every channel over HTTP promises. E-mail keeps the same promises over SMTP: src/connect/email/connector.test.ts.
 */
const NOW = Date.parse('2026-11-23T15:00:00Z')
const SECRET = 'geheim geheim geheim'
const notice: OutgoingNotice = {
  key: 'notice_1',
  subject: 'Harbor Valley: Switch 3 is down',
  text: `Switch 3 is down.\n${'It takes much with it. '.repeat(60)}`,
  at: NOW,
  facts: { alarm: 'a1' },
  answerUrl: 'https://hub.lan/take/abc',
}
const deadlineMs = 1500

const CHANNELS: {
  [name: string]: { make: (url: string) => NoticeChannel; to: string; key: (asked: Asked) => unknown }
} = {
  webhook: {
    make: (url) =>
      webhookChannel({ url: `${url}/${encodeURIComponent(SECRET)}`, secret: SECRET, deadlineMs }, { now: () => NOW }),
    to: 'pager',
    key: ({ body }) => Reflect.get(Object(JSON.parse(body)), 'id'),
  },
  sms: {
    make: (url) =>
      phoneChannel(
        'sms',
        phoneShape.parse({
          url: `${url}/messages`,
          user: 'AC1',
          password: SECRET,
          fields: { To: '{to}', From: '+15550100', Body: '{text}', Ref: '{key}' },
          deadlineMs,
        }),
      ),
    to: '+15550123',
    key: ({ body }) => new URLSearchParams(body).get('Ref'),
  },
  voice: {
    make: (url) =>
      phoneChannel(
        'voice',
        phoneShape.parse({
          url: `${url}/calls/{to}`,
          as: 'json',
          headers: { authorization: `Bearer ${SECRET}` },
          fields: { say: '{text}', pressed: { url: '{answer}' }, ref: '{key}', repeat: 2 },
          deadlineMs,
        }),
      ),
    to: '+15550123',
    key: ({ body }) => Reflect.get(Object(JSON.parse(body)), 'ref'),
  },
  push: {
    make: (url) => pushChannel({ url, token: SECRET, deadlineMs }),
    to: 'ada-7f3k',
    key: ({ body }) => Reflect.get(Object(JSON.parse(body)), 'sequence_id'),
  },
}

async function failureOf(sending: Promise<void>): Promise<Failure> {
  const thrown: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.ok(thrown instanceof Failure, 'only a Failure is thrown')
  assert.ok(!thrown.message.includes(SECRET) && !thrown.message.includes(encodeURIComponent(SECRET)))
  return thrown
}

for (const [name, { make, to, key }] of Object.entries(CHANNELS)) {
  const sent = async (far: Provider, mood: Mood): Promise<void> => {
    far.mood = mood
    await make(far.url).send(notice, to)
  }
  test(`${name}: what was taken is sent, and carries the same key at every try`, async () => {
    await using far = await provider()
    await sent(far, { answers: 201 })
    await sent(far, { answers: 200 })
    assert.deepEqual(far.asked.map(key), ['notice_1', 'notice_1'])
    assert.equal(far.asked[0]?.headers['idempotency-key'], 'notice_1')
    assert.ok(far.asked[0].body.includes('Switch') && !far.asked[0].body.includes(SECRET))
  })
  test(`${name}: a far side that is busy or broken is tried again, after the time that it asks for`, async () => {
    await using far = await provider()
    for (const answers of [408, 425, 429, 500, 503]) {
      const failure = await failureOf(sent(far, { answers, retryAfterS: 7 }))
      assert.deepEqual([failure.kind, failure.retryAfterMs], ['transient', 7000])
    }
  })
  test(`${name}: a refusal needs somebody, and a redirect is one`, async () => {
    await using far = await provider()
    for (const answers of [302, 400, 401, 403, 404])
      assert.equal((await failureOf(sent(far, { answers }))).kind, 'permanent')
  })
  test(`${name}: silence and a cut line leave it open whether it was taken; nobody there took nothing`, async () => {
    const far = await provider()
    assert.equal((await failureOf(sent(far, 'silent'))).kind, 'ambiguous')
    assert.equal((await failureOf(sent(far, 'cuts'))).kind, 'ambiguous')
    await far[Symbol.asyncDispose]()
    assert.equal((await failureOf(make(far.url).send(notice, to))).kind, 'transient')
  })
}

test('a text message is cut to its length, and the link stays whole; a call reads no link aloud', async () => {
  await using far = await provider()
  await CHANNELS.sms?.make(far.url).send(notice, '+15550123')
  await CHANNELS.voice?.make(far.url).send(notice, '+15550123')
  const text = new URLSearchParams(far.asked[0]?.body).get('Body') ?? ''
  assert.ok(text.length <= 480 && text.endsWith('…\nhttps://hub.lan/take/abc'), text)
  assert.equal(far.asked[0]?.headers.authorization, `Basic ${btoa(`AC1:${SECRET}`)}`)
  const call: unknown = JSON.parse(far.asked[1]?.body ?? '')
  assert.deepEqual(Reflect.get(Object(call), 'pressed'), { url: 'https://hub.lan/take/abc' })
  assert.doesNotMatch(String(Reflect.get(Object(call), 'say')), /https:/)
  assert.equal(far.asked[1]?.path, '/calls/%2B15550123')
})
