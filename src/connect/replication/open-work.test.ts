import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limited, openWorkOf } from './open-work.ts'

test('each row counts, and each person is named once', () => {
  const rows = [{ name: ' Okafor, Ada ' }, { name: 'Okafor, Ada' }, { name: null }, { name: 'Birch, Lee' }]
  assert.deepEqual(openWorkOf('unsigned notes', rows), {
    what: 'unsigned notes',
    count: 4,
    who: ['Birch, Lee', 'Okafor, Ada'],
  })
})

test('a query is asked for no more rows than anybody reads', () => {
  assert.equal(limited('SELECT name FROM staff;\n'), 'SELECT * FROM (SELECT name FROM staff) AS open_work LIMIT 300')
})
