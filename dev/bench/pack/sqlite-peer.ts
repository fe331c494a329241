import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { benchCharts } from './charts.ts'
import { BENCH_AS_OF } from './panel.ts'

/**
 * What one would take instead: an SQLite file with the same charts, an FTS5 index over the names and plain indexes for the rest. It is not encrypted, not signed,
 * knows no sounds and no slips, and so does less; that is in its favour.
 */
export async function sqlitePeer(patients: number): Promise<string> {
  const path = join(tmpdir(), `holdfast-bench-peer-1-${patients}.sqlite`)
  if (existsSync(path)) return path
  const making = `${path}.${process.pid}`
  const db = new DatabaseSync(making)
  db.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE patient (id TEXT PRIMARY KEY, mrn TEXT, born TEXT, phone_end TEXT, line TEXT, chart TEXT);
    CREATE VIRTUAL TABLE name USING fts5 (words, content = '', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
    BEGIN`)
  const insert = db.prepare('INSERT INTO patient (id, mrn, born, phone_end, line, chart) VALUES (?, ?, ?, ?, ?, ?)')
  const words = db.prepare('INSERT INTO name (rowid, words) VALUES (?, ?)')
  for (const chart of benchCharts(patients, BENCH_AS_OF)) {
    const { id, mrn, birthDate, phones, name, formerNames } = chart.patient
    const line = JSON.stringify([id, mrn, name, formerNames, birthDate, phones])
    const { lastInsertRowid } = insert.run(
      id,
      mrn,
      birthDate ?? '',
      phones[0]?.number.slice(-4) ?? '',
      line,
      JSON.stringify(chart),
    )
    words.run(lastInsertRowid, [name.family, ...name.given, ...formerNames.map((former) => former.family)].join(' '))
  }
  db.exec(`COMMIT;
    CREATE INDEX patient_mrn ON patient (mrn); CREATE INDEX patient_born ON patient (born); CREATE INDEX patient_phone ON patient (phone_end)`)
  db.close()
  await rename(making, path)
  return path
}

export type OpenPeer = { search(query: string): number; chart(id: string): unknown; close(): void }

/** Words by FTS5 (prefixes), dates, last four digits and record numbers by index; the first 50 rows. */
export function openPeer(path: string): OpenPeer {
  const db = new DatabaseSync(path, { readOnly: true })
  const byName = db.prepare(
    'SELECT line FROM patient WHERE rowid IN (SELECT rowid FROM name WHERE words MATCH ? LIMIT 50)',
  )
  const byNameAndBirth = db.prepare(
    'SELECT line FROM patient WHERE born >= ? AND born <= ? AND rowid IN (SELECT rowid FROM name WHERE words MATCH ?) LIMIT 50',
  )
  const byBirth = db.prepare('SELECT line FROM patient WHERE born >= ? AND born <= ? LIMIT 50')
  const byPhone = db.prepare('SELECT line FROM patient WHERE phone_end = ? LIMIT 50')
  const byMrn = db.prepare('SELECT line FROM patient WHERE mrn >= ? AND mrn < ? LIMIT 50')
  const chart = db.prepare('SELECT chart FROM patient WHERE id = ?')
  const rows = (statement: StatementSync, ...values: string[]): number =>
    statement.all(...values).map((row) => JSON.parse(String(row.line))).length
  return {
    search(query) {
      const date = /(\d{1,2})\/(\d{1,2})\/(\d{4})/.exec(query)
      const year = /\b(19|20)\d\d\b/.exec(query)
      const born = date === null ? undefined : `${date[3]}-${date[1]?.padStart(2, '0')}-${date[2]?.padStart(2, '0')}`
      const names = query.replaceAll(/[\d/]+/g, ' ').match(/\p{L}+/gu) ?? []
      const match = names.map((name) => `"${name}"*`).join(' ')
      if (/^hv\d*$/i.test(query)) return rows(byMrn, query.toUpperCase(), `${query.toUpperCase()}~`)
      if (/^\d{4}$/.test(query) && year === null) return rows(byPhone, query)
      const [low, high] = born === undefined ? [`${year?.[0]}`, `${year?.[0]}~`] : [born, born]
      if (match === '') return rows(byBirth, low, high)
      return date === null && year === null ? rows(byName, match) : rows(byNameAndBirth, low, high, match)
    },
    chart: (id) => JSON.parse(String(chart.get(id)?.chart)),
    close: () => db.close(),
  }
}
