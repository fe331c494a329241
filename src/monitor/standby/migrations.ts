import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'standby-0001-positions',
    sql: `
      CREATE TABLE standby_pair (id text PRIMARY KEY, system_id text, since bigint NOT NULL);
      CREATE TABLE standby_look (
        pair text NOT NULL,
        -- When the standby had answered, or had not, by the hub's clock.
        at bigint NOT NULL,
        verdict text NOT NULL,
        because text NOT NULL,
        -- The end of the primary's log, and when it was asked; null when it did not answer.
        primary_at bigint,
        primary_position jsonb,
        -- What the standby says it has on its disk, and what it had replayed with the time of its last transaction.
        has jsonb,
        replayed jsonb,
        replayed_at bigint,
        proven_at bigint,
        proven_to jsonb,
        -- Age of what a reader of the standby saw: the primary's time in the newest heartbeat there.
        heartbeat_at bigint,
        -- What was open on the primary then, as counts or names by the practice's own queries.
        at_work jsonb NOT NULL DEFAULT '[]',
        PRIMARY KEY (pair, at)
      );
    `,
  },
  {
    name: 'standby-0002-state',
    sql: `
      -- How the pair stood at its newest look, in whole; and which hub asks it now, until when.
      ALTER TABLE standby_pair ADD COLUMN state jsonb, ADD COLUMN held_by text, ADD COLUMN held_until timestamptz;
    `,
  },
]
