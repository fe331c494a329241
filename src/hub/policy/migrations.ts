import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'policy-0001-policy',
    sql: `
      CREATE TABLE policy (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        version integer NOT NULL,
        policy jsonb NOT NULL,
        changed_at bigint NOT NULL,
        changed_by text NOT NULL
      );
    `,
  },
]
