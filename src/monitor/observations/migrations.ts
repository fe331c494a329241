import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'observations-0001-observers-and-changes',
    sql: `
      CREATE TABLE observer (
        id text PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        system_id text NOT NULL,
        -- The vantage point that it looks from, as the dependency map names it.
        looks_from text NOT NULL,
        every_ms bigint NOT NULL,
        misses integer NOT NULL,
        since bigint NOT NULL,
        missed integer NOT NULL DEFAULT 0,
        last_at bigint,
        last jsonb,
        -- Since when it has given the same answer, look after look.
        same_since bigint,
        -- Whose turn it is, by the one clock that all hubs share.
        claimed_at timestamptz
      );
      CREATE INDEX observer_system ON observer (system_id);
      CREATE TABLE observation (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        observer_id text NOT NULL,
        at bigint NOT NULL,
        answer text NOT NULL CHECK (answer IN ('answered', 'not-answered', 'not-observable')),
        took_ms bigint NOT NULL,
        because text NOT NULL,
        measured jsonb NOT NULL,
        findings jsonb NOT NULL
      );
      CREATE INDEX observation_at ON observation (observer_id, at);
      CREATE INDEX observation_old ON observation (at);
      CREATE TABLE system_change (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        system_id text NOT NULL,
        at bigint NOT NULL,
        status text NOT NULL,
        because text NOT NULL,
        agree integer NOT NULL,
        observers integer NOT NULL
      );
      CREATE INDEX system_change_system ON system_change (system_id, id DESC);
    `,
  },
  {
    name: 'observations-0002-how-long-an-answer-may-take',
    sql: `ALTER TABLE observer ADD COLUMN deadline_ms bigint NOT NULL DEFAULT 15000`,
  },
  {
    name: 'observations-0003-not-answered-yet',
    sql: `
      ALTER TABLE observer
        ADD COLUMN first_answer_ms bigint NOT NULL DEFAULT 120000,
        -- Since a hub started: whether it has answered, and when it was first asked.
        ADD COLUMN answered boolean NOT NULL DEFAULT true,
        ADD COLUMN tried_at bigint;
    `,
  },
]
