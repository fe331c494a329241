import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'publications-0001-published-packs',
    sql: `
      CREATE TABLE published (
        pack_id text NOT NULL,
        sequence bigint NOT NULL,
        published_at bigint NOT NULL,
        signed jsonb NOT NULL,
        made_of jsonb NOT NULL,
        size_bytes bigint NOT NULL,
        PRIMARY KEY (pack_id, sequence)
      );
      CREATE TABLE mirrored (
        carrier text NOT NULL,
        pack_id text NOT NULL,
        sequence bigint NOT NULL,
        at bigint NOT NULL,
        because text,
        PRIMARY KEY (carrier, pack_id)
      );
      CREATE TABLE publish_fault (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        since bigint NOT NULL,
        because text NOT NULL
      );
    `,
  },
]
