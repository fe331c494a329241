import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseStatement, readsOnly } from './statement.ts'

test('parameters are found where they are parameters, and nowhere else', () => {
  const sql = `select 'a :no', "b:no", $x$ :no $x$, c::text, E'it\\'s :no' -- :no
    /* :no */ from t where d = any(:patients) and e >= :since`
  assert.deepEqual(parseStatement(sql, 'postgres').names, ['patients', 'since'])
})

test("MySQL's escapes, comments and names are its own", () => {
  const sql = "select 'it\\'s :no', `c:no`, \"d:no\" # :no\n from t where e in (:patients)"
  assert.deepEqual(parseStatement(sql, 'mysql').names, ['patients'])
})

test('the parts put together again are the statement', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...':\'"`$-/*#\\\n ab1;'.split('')) }),
      fc.boolean(),
      (sql, maria) => {
        const { texts, names } = parseStatement(sql, maria ? 'mysql' : 'postgres')
        assert.equal(texts.map((text, at) => (at === 0 ? text : `:${names[at - 1]}${text}`)).join(''), sql)
      },
    ),
  )
})

test('only one statement that reads is let through', () => {
  for (const sql of [
    'select 1',
    ' (select 1) union (select 2);',
    '-- hello\nwith a as (select 1) select * from a',
    "select ';drop'",
  ])
    assert.ok(readsOnly(sql, 'postgres'), sql)
  for (const sql of [
    'delete from t',
    'select 1; delete from t',
    'update t set a = 1',
    '',
    '/* select */ drop table t',
    'call p()',
  ])
    assert.ok(!readsOnly(sql, 'postgres'), sql)
})
