import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '../base/time.ts'
import { readHubConfig } from './config.ts'

const good = `practice: { id: hv, name: Harbor Valley, zone: America/New_York }
data: ./data
lan: { listen: "0.0.0.0:4643", names: [hub.lan, 10.0.0.2] }
sources:
  - id: ehr
    kind: sql
    every: 15s
    mapping: sample-practice
notices:
  webhooks:
    - { name: pager, url: "https://pager.example/hook", secret: { env: PAGER } }
`

test('a configuration is read into what the hub needs, with paths made absolute', () => {
  const { config, complaints } = readHubConfig(good, '/etc/holdfast/hub.yaml', {
    PAGER: 'sixteen characters',
    HOLDFAST_LISTEN: '127.0.0.1:0',
  })
  assert.deepEqual(complaints, [])
  assert.equal(config?.packsDir, '/etc/holdfast/data/packs')
  assert.deepEqual(config?.listen, { host: '127.0.0.1', port: 0 })
  assert.deepEqual(config?.sources, [
    {
      id: 'ehr',
      kind: 'sql',
      name: 'ehr',
      everyMs: 15 * SECOND,
      quietMs: 30 * MINUTE,
      options: { mapping: 'sample-practice' },
    },
  ])
  assert.equal(config?.webhooks[0]?.secret, 'sixteen characters')
})

test('everything wrong is told at once, each with its place', () => {
  const bad = `practice: { id: HV, name: "", zone: Mars/Base }
listen: 4600
sources:
  - id: ehr
    kind: oracle
  - { id: two, kind: sql, every: fast }
colour: blue
notices: { email: { host: mail, from: nobody }, webhooks: [{ name: p, url: "https://x.example", secret: { env: NOT_SET } }] }
`
  const { config, complaints } = readHubConfig(bad, 'hub.yaml', {})
  assert.equal(config, undefined)
  const places = complaints.map((complaint) => complaint.split(': ')[0])
  for (const place of [
    'hub.yaml:1:13',
    'hub.yaml:1:21',
    'hub.yaml:1:31',
    'hub.yaml:2:1',
    'hub.yaml:5:5',
    'hub.yaml:6:27',
    'hub.yaml:7:1',
    'hub.yaml:8:97',
  ])
    assert.ok(places.includes(place), `${place} in ${complaints.join('\n')}`)
  assert.ok(complaints.some((complaint) => complaint.includes('NOT_SET')))
  assert.ok(complaints.some((complaint) => complaint.includes('colour')))
  assert.ok(complaints.some((complaint) => complaint.includes('email')))
})

test('two sources of one id are refused, where the second stands', () => {
  const { complaints } = readHubConfig(
    'practice: { id: hv, name: H, zone: UTC }\nsources:\n  - { id: a, kind: sql }\n  - { id: a, kind: fhir }\n',
    'hub.yaml',
    {},
  )
  assert.deepEqual(complaints, ['hub.yaml:4:7: this id or name is there twice'])
})

test('no text makes reading throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readHubConfig(text, 'hub.yaml', {})))
  for (const text of ['', '- a', 'practice: [', '&a [*a]', 'null', 'practice: &p { id: *p }'])
    readHubConfig(text, 'hub.yaml', {})
})

test('who is asked to take alarms is read with its times, and a step that names nobody is told', () => {
  const asking = (tell: string) => `practice: { id: hv, name: Harbor Valley, zone: America/Chicago }
notices:
  sms: { url: "https://sms.example/send", fields: { To: "{to}", Body: "{text}" } }
  escalation:
    people: [{ id: ada, name: Ada, sms: "+1555", quiet: "22:00-06:30", away: [{ from: 2026-11-20, to: 2026-11-25 }] }]
    steps: [{ tell: [${tell}], within: 10m }]
`
  const good = readHubConfig(asking('ada'), '/etc/hub.yaml', {})
  assert.equal(good.config?.escalation?.steps[0]?.within, 600_000)
  assert.deepEqual(good.config.escalation.people[0]?.quiet, { from: '22:00', to: '06:30' })
  const bad = readHubConfig(asking('bob'), '/etc/hub.yaml', {})
  assert.match(bad.complaints.join(), /:6:13: notices\.escalation\.steps\.0: bob is not among the people/)
})
