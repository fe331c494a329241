import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysqlFailure } from './mysql-failure.ts'
import { postgresFailure } from './postgres-failure.ts'

const fromPostgres = (code: string, message = 'Ada Quillfeather, born 1950') =>
  postgresFailure(Object.assign(new Error(message), { code }), 'the query of allergies', 'PostgreSQL at db:5432')
const fromMysql = (errno: number, message = "near ''Quillfeather''") =>
  mysqlFailure(
    Object.assign(new Error(message), { errno, code: 'ER_X' }),
    'the query of allergies',
    'MariaDB at db:3306',
  )

test('what may pass is transient, what somebody must change is permanent', () => {
  for (const code of [
    '40001',
    '57014',
    '57P01',
    '57P03',
    '53300',
    '08006',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
    '55P03',
  ])
    assert.equal(fromPostgres(code).kind, 'transient', code)
  for (const code of [
    '28P01',
    '28000',
    '3D000',
    '42501',
    '42P01',
    '42703',
    '22P02',
    '25006',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])
    assert.equal(fromPostgres(code).kind, 'permanent', code)
  for (const errno of [1040, 1053, 1205, 1213, 1317, 1969, 3024, 1927]) assert.equal(fromMysql(errno).kind, 'transient')
  for (const errno of [1045, 1044, 1142, 1146, 1054, 1064, 1129, 1292]) assert.equal(fromMysql(errno).kind, 'permanent')
})

test('a standby that cancelled a read for its replay says so', () => {
  const failure = fromPostgres('40001', 'canceling statement due to conflict with recovery')
  assert.match(failure.message, /conflict with recovery.*hot_standby_feedback/)
})

test("a database's own words are passed on only where they name tables and columns", () => {
  assert.match(fromPostgres('42703', 'column "substanze" does not exist').message, /column "substanze" does not exist/)
  assert.match(fromMysql(1146, "Table 'openemr.lists' doesn't exist").message, /openemr\.lists/)
  for (const code of ['22P02', '22007', '23505', '40001', '57014', 'XX000'])
    assert.ok(!fromPostgres(code).message.includes('Quillfeather'), code)
  for (const errno of [1064, 1292, 1366]) assert.ok(!fromMysql(errno).message.includes('Quillfeather'))
})

test('a missing right is named by what it is a right on', () => {
  const said = (message: string) => fromPostgres('42501', message).message
  assert.match(said('permission denied for schema clin'), /GRANT USAGE ON that SCHEMA/)
  assert.match(said('permission denied for table allergy'), /GRANT SELECT to/)
  assert.match(said('permission denied for function age'), /GRANT EXECUTE ON that FUNCTION/)
})
