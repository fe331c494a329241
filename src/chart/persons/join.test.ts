import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identityOf } from '../identity.ts'
import { type Decided, joinRecords, type Numbered } from './join.ts'

const RANKS: { [source: string]: number } = { ehr: 0, labs: 1, old: 2 }

function record(sourceId: string, patientId: string, family = 'Nguyen', birthDate = '1980-03-01'): Numbered {
  const person = `${sourceId}~${patientId}`
  return {
    sourceId,
    patientId,
    number: 'hv 12',
    identity: identityOf({ name: { family, given: ['Lan'] }, formerNames: [], birthDate }),
    ownPerson: person,
    personId: person,
    rank: RANKS[sourceId] ?? 9,
  }
}

function shown(records: Numbered[], decided: (one: Numbered) => Decided = () => undefined) {
  return Object.fromEntries(
    joinRecords(records, decided).map(({ record: one, personId, doubts }) => [one.sourceId, [personId, doubts.length]]),
  )
}

test('records that agree are one person, led by the first source, in whatever order they come', () => {
  const records = [record('labs', '12'), record('old', 'x'), record('ehr', '7')]
  assert.deepEqual(shown(records), { ehr: ['ehr~7', 0], labs: ['ehr~7', 0], old: ['ehr~7', 0] })
  assert.deepEqual(shown(records.toReversed()), shown(records))
})

test('a record that disagrees stays a chart of its own, and both charts say so', () => {
  assert.deepEqual(shown([record('ehr', '7'), record('labs', '12', 'Kalium', '1950-07-07')]), {
    ehr: ['ehr~7', 1],
    labs: ['labs~12', 1],
  })
  assert.deepEqual(shown([record('ehr', '7'), record('labs', '12', 'Nguyen', '')]), {
    ehr: ['ehr~7', 1],
    labs: ['labs~12', 1],
  })
})

test('two records of one source under one number join nothing', () => {
  const all = joinRecords([record('ehr', '7'), record('ehr', '8'), record('labs', '12')], () => undefined)
  assert.ok(all.every(({ record: one, personId }) => personId === one.ownPerson))
  assert.ok(all.every(({ doubts }) => doubts.length === 1))
  assert.deepEqual(
    joinRecords([record('ehr', '7'), record('ehr', '8')], () => undefined).map(({ doubts }) => doubts.length),
    [0, 0],
  )
})

test('a person decides: joined in spite of a difference, or kept apart without further question', () => {
  const records = [record('ehr', '7'), record('labs', '12', 'Kalium', '1950-07-07')]
  assert.deepEqual(shown(records, ({ sourceId }) => (sourceId === 'labs' ? 'same' : undefined)).labs, ['ehr~7', 0])
  assert.deepEqual(
    shown(records, () => 'different'),
    { ehr: ['ehr~7', 0], labs: ['labs~12', 0] },
  )
  const agreeing = [record('ehr', '7'), record('labs', '12')]
  assert.deepEqual(shown(agreeing, () => 'different').labs, ['labs~12', 0])
})
