import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'keys-0001-secrets-and-recovery',
    sql: `
      CREATE TABLE hub_secret (name text PRIMARY KEY, sealed bytea NOT NULL, made_at bigint NOT NULL);
      CREATE TABLE recovery_key (
        recipient text PRIMARY KEY,
        made_at bigint NOT NULL,
        made_by text NOT NULL,
        retired_at bigint
      );
    `,
  },
]
