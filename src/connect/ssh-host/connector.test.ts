import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { sshHostShape } from './config.ts'
import { hostFactsIn } from './host-facts.ts'
import { judgeHost, skewOf } from './judge-host.ts'
import { LOOK_SCRIPT, lookCommand } from './look-script.ts'

const base = { host: '10.0.0.5', user: 'holdfast', key: '/k', knownHosts: '/h' }
const config = sshHostShape.parse(base)
const NOW = Date.parse('2026-11-23T15:00:00Z')

const SAID = (more = '') => `motd of somebody
holdfast-look 1
clock ${NOW / 1000}.123456789
load 0.50 0.40 0.30 1/234 5678
cores 4
uptime 86400.50 300000.00
memory MemTotal       8000000 kB
memory MemAvailable   4000000 kB
disk /dev/sda1 1000000 400000 600000 41% /
disk /dev/sdb1 1000000 400000 600000 41% /var/lib/my data
inodes /dev/sda1 1000 20 980 2% /
reboot none
${more}holdfast-look end
`

function judge(said: string, more: object = {}) {
  const facts = hostFactsIn(said)
  assert.ok(facts !== undefined)
  const { findings } = judgeHost(facts, { before: NOW - 50, after: NOW + 200 }, { ...config, ...more })
  return findings.map((one) => `${one.weight}: ${one.because}`).join(' ')
}

test('a host that is well has nothing to complain about', () => {
  assert.equal(judge(SAID()), '')
  assert.deepEqual(hostFactsIn(SAID())?.disks.get('/var/lib/my data'), { usedPercent: 41, freeBytes: 614_400_000 })
})

test('a full disk, little memory, a load, a service that is down and a reboot that waits are each told', () => {
  assert.equal(judge(SAID().replace(/41% \//, '96% /')), 'act: The disk at / is 96 % full.')
  assert.equal(judge(SAID().replace(/41% \//, '86% /')), 'watch: The disk at / is 86 % full.')
  assert.match(judge(SAID().replace('2% /', '99% /')), /act: The disk at \/ has 1 % of its file entries left/)
  assert.match(judge(SAID().replace('4000000 kB', '100000 kB')), /watch: Only 1 % of its memory is free/)
  assert.match(judge(SAID().replace('0.40', '17')), /load over five minutes is 17 on 4 processors/)
  assert.match(judge(SAID().replace('reboot none', 'reboot pending')), /waits for a reboot/)
  const services = { services: ['postgresql.service', 'cron.service'] }
  assert.equal(
    judge(SAID('service postgresql.service failed\nservice cron.service active\n'), services),
    'act: The service postgresql.service is failed.',
  )
  assert.match(judge(SAID(), services), /act: It does not say whether postgresql\.service runs/)
})

test('what it does not say is never taken for well', () => {
  const silent = 'holdfast-look 1\nholdfast-look end\n'
  assert.match(judge(silent), /how full its disks are.*memory is free.*what time it has/)
  assert.equal(hostFactsIn(SAID().replace('holdfast-look end', '')), undefined)
  assert.equal(hostFactsIn('Last login: Mon'), undefined)
})

test('a clock is only called wrong by as much as nothing else explains', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (span, offBy, at) => {
        const between = { before: NOW, after: NOW + span }
        const told = skewOf(NOW + span * at + offBy, between) ?? Number.NaN
        assert.ok(Math.abs(told) <= Math.abs(offBy) + 1)
        assert.ok(Math.abs(told) >= Math.abs(offBy) - span - 1)
      },
    ),
  )
  assert.match(judge(SAID().replace(`clock ${NOW / 1000}`, `clock ${NOW / 1000 + 45}`)), /act: Its clock is 44 s ahead/)
  assert.match(
    judge(SAID().replace(`clock ${NOW / 1000}`, `clock ${NOW / 1000 - 5}`)),
    /watch: Its clock is 4 s behind/,
  )
})

test('the look runs in the system’s own shell, as sent and as a forced command, and says everything', () => {
  const sent = execFileSync('sh', ['-c', lookCommand(['ssh.service'])], { input: 'go\n', encoding: 'utf8' })
  const forced = execFileSync('sh', ['-s', 'ssh.service'], {
    input: LOOK_SCRIPT.replace('read -r go', ':'),
    encoding: 'utf8',
  })
  for (const said of [sent, forced]) {
    const facts = hostFactsIn(said)
    assert.ok(facts?.clock !== undefined && facts.load !== undefined && facts.cores !== undefined)
    assert.ok(facts.disks.has('/') && facts.memory.has('MemTotal') && facts.services.has('ssh.service'))
  }
})

test('names that a shell could take for more than names are refused by the configuration', () => {
  for (const services of [['a; rm -rf /'], ['-x'], ['$(id)'], ["a'b"]])
    assert.equal(sshHostShape.safeParse({ ...base, services }).success, false)
  assert.equal(sshHostShape.safeParse({ ...base, host: '-oProxyCommand=id' }).success, false)
})
