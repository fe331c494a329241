import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'audit-0001-trail-faults',
    sql: `
      -- Each hub holds the trail against the ends that it remembers in its own folder; where one finds a fault, the others may not.
      CREATE TABLE trail_fault (hub text PRIMARY KEY, since bigint NOT NULL, because text NOT NULL);
    `,
  },
]
