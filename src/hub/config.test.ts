import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MINUTE, SECOND } from '../base/time.ts'
import { readHubConfig } from './config.ts'
import { powerOrdersOf } from './power-orders.ts'

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

test('a source whose own options are wrong is told in plain words with their places, and the others still run', () => {
  const { config, complaints } = readHubConfig(
    `practice: { id: hv, name: H, zone: UTC }
sources:
  - { id: adt, kind: hl7v2, listen: { port: 2575 } }
  - id: drop
    kind: files
    path: /srv/drop
    deliveries: snapshots
    evry: 1m
  - { id: ehr, kind: sql, maping: ehr.yaml }
  - { id: far, kind: fhir, baseUrl: "http://ehr.example/fhir" }
`,
    'hub.yaml',
    {},
  )
  assert.deepEqual(complaints, [])
  const [adt, drop, ehr, far] = config?.sources.map(({ faults }) => faults ?? []) ?? []
  assert.deepEqual(adt, [])
  assert.equal(drop?.length, 4, drop?.join('\n'))
  assert.ok(drop?.includes('hub.yaml:4:5: folder is missing.'), drop?.join('\n'))
  assert.match(drop?.join('\n') ?? '', /hub\.yaml:6:5: "path" is not known here\..* Known: .*folder/)
  assert.match(
    drop?.join('\n') ?? '',
    /hub\.yaml:7:5: deliveries must be one of changes, snapshot\. Did you mean "snapshot"/,
  )
  assert.match(drop?.join('\n') ?? '', /hub\.yaml:8:5: "evry" is not known here\. Did you mean "every"/)
  assert.match(ehr?.join('\n') ?? '', /hub\.yaml:9:\d+: "maping" is not known here\. Did you mean "mapping"/)
  assert.match(far?.join('\n') ?? '', /hub\.yaml:10:\d+: baseUrl: .*https/)
})

test('two sources of one id are refused, where the second stands', () => {
  const { complaints } = readHubConfig(
    'practice: { id: hv, name: H, zone: UTC }\nsources:\n  - { id: a, kind: sql }\n  - { id: a, kind: fhir }\n',
    'hub.yaml',
    {},
  )
  assert.deepEqual(complaints, ['hub.yaml:4:7: this id or name is there twice'])
})

test('an unknown setting names those that are known there, at every depth', () => {
  const { complaints } = readHubConfig(
    `practice: { id: hv, name: H, zone: UTC }
colour: blue
probes: [{ id: a, kind: tcp, host: h, port: 1, prot: 2 }]
carriers: [{ name: share, foldr: /srv }]
notices:
  webhooks: [{ name: p, url: "https://x.example/", secrt: x }]
  escalation:
    people: [{ id: ada, name: Ada, webhook: pager }]
    steps: [{ tell: [ada], within: 10m, autority: x }]
`,
    'hub.yaml',
    {},
  )
  const all = complaints.join('\n')
  assert.match(all, /colour: Holdfast does not know this setting\. Known: practice, data, database/)
  assert.match(
    all,
    /8:\d+: notices\.escalation\.people\.0\.webhook: .* Known: id, name, email, sms, voice, push, quiet, away\./,
  )
  assert.match(all, /carriers\.0: a carrier has a name, and either a folder or a url/)
  assert.match(all, /probes\.0\.prot: .* Known: host, port, /)
  assert.match(all, /autority: .* Did you mean "authority"\? Known: tell, within, authority\./)
  assert.match(all, /secrt: .* Did you mean "secret"\? Known: /)
})

test('no text makes reading throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readHubConfig(text, 'hub.yaml', {})))
  for (const text of ['', '- a', 'practice: [', '&a [*a]', 'null', 'practice: &p { id: *p }'])
    readHubConfig(text, 'hub.yaml', {})
})

const PROBES = (list: string) => `practice: { id: hv, name: Harbor Valley, zone: America/New_York }
probes:
${list}`

test('probes are read, each with the words of its own connector', () => {
  const { config, complaints } = readHubConfig(
    PROBES(`  - { id: ehr-login, kind: postgres-login, observes: ehr, name: EHR database, every: 30s, host: db.lan, database: ehr, user: probe,
      password: { env: PROBE }, read: SELECT word FROM holdfast_known, expect: harbor valley }
  - { id: switch, kind: icmp, host: 10.0.0.1 }
  - { id: eyes, kind: heartbeat, token: abcdefghijklmnopqrstuvwx, periodMinutes: 2, looks: true, firstAnswerWithin: 0s }
`),
    'hub.yaml',
    { PROBE: 'secret' },
  )
  assert.deepEqual(complaints, [])
  const [login, ping, eyes] = config?.probes ?? []
  assert.deepEqual([login?.observes, login?.name, login?.everyMs, login?.misses], ['ehr', 'EHR database', 30_000, 2])
  assert.ok(login?.entry.kind === 'postgres-login' && login.entry.password === 'secret' && login.entry.port === 5432)
  assert.deepEqual([ping?.observes, ping?.name, ping?.everyMs], ['switch', 'switch', MINUTE])
  assert.deepEqual([ping?.firstAnswerMs, ping?.deadlineMs], [2 * MINUTE, 6000])
  assert.deepEqual([eyes?.firstAnswerMs, eyes?.deadlineMs], [0, 2 * MINUTE])
})

test('a UPS that is asked through SNMP is looked at as often, and carries an order, as one that NUT looks after', () => {
  const { config, complaints } = readHubConfig(
    PROBES(`  - { id: a, kind: snmp-ups, host: 10.0.0.21, access: { version: 2c, community: { env: WORD } }, onBattery: { after: 5m } }
  - id: b
    kind: snmp-switch
    host: 10.0.0.2
    access: { version: 3, user: holdfast, authPassword: { env: LONG_WORD }, privPassword: { env: LONG_WORD } }
    uplinks: [Gi1/0/48]
`),
    'hub.yaml',
    { WORD: 'word', LONG_WORD: 'long word' },
  )
  assert.deepEqual(complaints, [])
  const [ups, core] = config?.probes ?? []
  assert.equal(ups?.everyMs, 5 * SECOND)
  assert.deepEqual(
    powerOrdersOf(config?.probes ?? []).map(({ id, afterMs }) => ({ id, afterMs })),
    [{ id: 'a', afterMs: 5 * MINUTE }],
  )
  assert.ok(core?.entry.kind === 'snmp-switch' && core.entry.access.version === 3)
  assert.deepEqual([core.entry.access.auth, core.entry.access.priv, core.entry.port], ['sha256', 'aes', 161])
})

test('everything wrong with probes is told at once, each with its place', () => {
  const bad = PROBES(`  - { id: a, kind: tcp, host: "-oProxyCommand=x", port: 99999 }
  - { id: b, kind: telepathy }
  - { id: a, kind: http, url: "ftp://x", colour: blue }
  - { id: c, kind: heartbeat, token: short, periodMinutes: 5 }
`)
  const places = readHubConfig(bad, 'hub.yaml', {}).complaints.map((one) => one.split(': ')[0])
  for (const place of [
    'hub.yaml:3:25',
    'hub.yaml:3:51',
    'hub.yaml:4:14',
    'hub.yaml:5:26',
    'hub.yaml:5:42',
    'hub.yaml:6:31',
  ])
    assert.ok(places.includes(place), `${place} in ${places.join(' ')}`)
  const twice = PROBES(`  - { id: a, kind: icmp, host: x }
  - { id: a, kind: heartbeat, token: abcdefghijklmnopqrstuvwx, periodMinutes: 5 }
  - { id: b, kind: heartbeat, token: abcdefghijklmnopqrstuvwx, periodMinutes: 5 }
`)
  assert.deepEqual(readHubConfig(twice, 'hub.yaml', {}).complaints, [
    'hub.yaml:4:7: this id or name is there twice',
    'hub.yaml:5:31: this token is there twice',
  ])
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

const pair = `practice: { id: hv, name: Harbor Valley, zone: America/New_York }
sources: [{ id: ehr, kind: sql }]
standbys:
  - id: ehr
    engine: postgres
    readBy: [ehr]
    primary: { host: db1, password: { env: ONE } }
    standby: { host: db2, user: watcher, password: { env: TWO } }
`

test('each side of a standby has its own way and its own sign-in', () => {
  const { config, complaints } = readHubConfig(pair, 'hub.yaml', { ONE: 'first', TWO: 'second' })
  assert.deepEqual(complaints, [])
  const [one] = config?.standbys ?? []
  assert.deepEqual([one?.primary.host, one?.primary.user, one?.primary.password], ['db1', 'holdfast', 'first'])
  assert.deepEqual([one?.standby.host, one?.standby.user, one?.standby.password], ['db2', 'watcher', 'second'])
  assert.deepEqual([one?.name, one?.everyMs, one?.behindAfterMs], ['ehr', 5 * SECOND, MINUTE / 2])
})

test('what is wrong with a standby is told at once too, each with its place', () => {
  const bad = `${pair
    .replace('db2', 'DB1')
    .replace('[ehr]', '[east]')
    .replace(
      'engine: postgres',
      'engine: postgres\n    every: 1m',
    )}  - { id: ehr, engine: oracle, primary: {}, standby: {} }
`
  const { complaints } = readHubConfig(bad, 'hub.yaml', { ONE: 'first' })
  const told = complaints.join('\n')
  assert.match(told, /hub\.yaml:9:\d+: the environment variable TWO is not set/)
  assert.match(told, /hub\.yaml:6:5: standbys\.0\.every: from 1s to 8s/)
  assert.match(told, /hub\.yaml:10:16: standbys\.1\.engine/)
  const once = readHubConfig(pair.replace('db2', 'DB1').replace('[ehr]', '[east]'), 'hub.yaml', { ONE: '1', TWO: '2' })
  assert.match(
    once.complaints.join('\n'),
    /hub\.yaml:8:5: standbys\.0\.standby: leads to the same address as the primary/,
  )
  const stray = readHubConfig(pair.replace('[ehr]', '[east]'), 'hub.yaml', { ONE: '1', TWO: '2' })
  assert.deepEqual(stray.complaints, ['hub.yaml:6:14: standbys.0.readBy.0: no source of this file has that id'])
})
