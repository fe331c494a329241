import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'tasks-0001-tasks-and-schedules',
    sql: `
      CREATE TABLE task (
        id text PRIMARY KEY,
        kind text NOT NULL,
        key text,
        payload jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'failed', 'unclear', 'superseded')),
        run_at bigint NOT NULL,
        attempt int NOT NULL DEFAULT 0,
        lease_owner text,
        leased_until bigint,
        because text,
        made_at bigint NOT NULL,
        ended_at bigint
      );
      CREATE INDEX task_due ON task (run_at) WHERE state = 'waiting';
      CREATE INDEX task_open ON task (state, kind) WHERE state IN ('waiting', 'leased', 'failed', 'unclear');
      CREATE INDEX task_ended ON task (ended_at) WHERE state IN ('done', 'superseded');
      CREATE UNIQUE INDEX task_one_waits ON task (kind, key) WHERE state = 'waiting';
      CREATE UNIQUE INDEX task_one_runs ON task (kind, key) WHERE state = 'leased';

      CREATE TABLE schedule (
        name text PRIMARY KEY,
        last_tick bigint NOT NULL
      );
    `,
  },
]
