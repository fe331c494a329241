import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'beats-0001-heard',
    sql: `
      CREATE TABLE beat (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        observer_id text NOT NULL,
        at bigint NOT NULL,
        word text NOT NULL CHECK (word IN ('start', 'progress', 'done', 'failed')),
        exit integer
      );
      CREATE INDEX beat_newest ON beat (observer_id, word, id DESC);
    `,
  },
]
