import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { Link } from '../base/chain.ts'
import type { AuditLine } from './access.ts'
import { followLines, makeJournalHeader, openJournalHeader, openLine, sealLine } from './site-journal.ts'

const hub = await generateIdentity()
const site = await generateIdentity()
const stranger = await generateIdentity()
const { header, seal } = await makeJournalHeader({ siteId: 'site_1', file: 'j1', startedAt: 1000, previous: null }, [
  await identityToRecipient(hub),
  await identityToRecipient(site),
])

function line(at: number): AuditLine {
  const who = { personId: 'person_1', login: 'amaryllis' }
  return { at, who, place: 'site_1', what: 'chart-viewed', about: { patientId: 'patient-0815' }, outcome: 'done' }
}

function fileOf(count: number): string[] {
  const texts: string[] = []
  let last: Link | undefined
  for (let n = 1; n <= count; n++) {
    const next = sealLine(seal, last, line(n))
    texts.push(next.text)
    last = next.link
  }
  return texts
}

test('the hub and the site read what was sealed; a stranger does not', async () => {
  const { links, fault } = followLines(undefined, fileOf(3))
  assert.equal(fault, undefined)
  for (const identity of [hub, site]) {
    const opened = await openJournalHeader(header, identity)
    assert.deepEqual(
      links.map((link) => openLine(opened, link).at),
      [1, 2, 3],
    )
  }
  await assert.rejects(openJournalHeader(header, stranger), /not sealed to this key/)
})

test('a line that is removed, moved or changed is found', () => {
  const [one = '', two = '', three = ''] = fileOf(3)
  assert.equal(followLines(undefined, [one, three]).fault?.seq, 2)
  assert.equal(followLines(undefined, [two, one]).links.length, 0)
  assert.equal(followLines(undefined, [one, two.replace('"line":"', '"line":"A')]).fault?.seq, 2)
  assert.equal(followLines(undefined, [one, two.slice(0, -5)]).links.length, 1)
})

test('a line from another file does not open here, though its chain fits', async () => {
  const other = await makeJournalHeader({ siteId: 'site_1', file: 'j2', startedAt: 1000, previous: null }, [
    await identityToRecipient(hub),
  ])
  const { link } = sealLine(other.seal, undefined, line(1))
  assert.throws(() => openLine({ key: other.seal.key, headerHash: seal.headerHash }, link), /not written by this site/)
})

// Words that sealed bytes, written as letters, do not spell by chance.
test('a plain word of the line does not stand in the file', () => {
  assert.ok(!fileOf(1).join('').includes('patient-0815'))
  assert.ok(!fileOf(1).join('').includes('amaryllis'))
})
