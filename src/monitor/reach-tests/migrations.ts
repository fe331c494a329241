import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'reach-tests-0001-judged',
    sql: `
      -- Tests of people that have become evidence.
      CREATE TABLE reach_judged (person text NOT NULL, sent_at bigint NOT NULL, PRIMARY KEY (person, sent_at))
    `,
  },
]
