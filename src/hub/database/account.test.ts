import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverAccount } from './account.ts'
import { serverEnvironment } from './as-account.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/bash
# a comment
nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false
postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash
holdfast:x:990:990::/var/lib/holdfast:/usr/sbin/nologin
`

test('an ordinary user runs the server as themselves', () => {
  assert.equal(serverAccount(undefined, { root: false, passwd: PASSWD }), undefined)
})

test('root hands the server to holdfast, else to postgres, else to nobody', () => {
  const names = (passwd: string) => serverAccount(undefined, { root: true, passwd })?.name
  assert.equal(names(PASSWD), 'holdfast')
  assert.equal(names(PASSWD.replace(/^holdfast.*$/m, '')), 'postgres')
  assert.equal(names('nobody:x:65534:65534::/nonexistent:/bin/false'), 'nobody')
  assert.equal(names('root:x:0:0::/root:/bin/sh'), undefined)
})

test('data that somebody owns already is served by its owner, never by root', () => {
  assert.equal(serverAccount(101, { root: true, passwd: PASSWD })?.name, 'postgres')
  assert.equal(serverAccount(0, { root: true, passwd: PASSWD })?.name, 'holdfast')
})

test('nobody of macOS has a number that the system takes', () => {
  const passwd = PASSWD.split('\n')
    .filter((line) => line.startsWith('nobody'))
    .join('\n')
  assert.equal(serverAccount(undefined, { root: true, passwd })?.uid, 4_294_967_294)
})

test("nothing of the hub's environment reaches the server", () => {
  process.env.HOLDFAST_HUB_KEY = 'secret'
  try {
    assert.deepEqual(Object.keys(serverEnvironment(undefined)).sort(), ['HOME', 'LC_ALL', 'PATH', 'TMPDIR'])
  } finally {
    delete process.env.HOLDFAST_HUB_KEY
  }
})
