import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'power-0001-orders',
    sql: `
      -- What each UPS that has an order last said of the mains, when it was last looked at, and the last look of its observer that is in it.
      CREATE TABLE power_mains (order_id text PRIMARY KEY, mains jsonb NOT NULL, at bigint NOT NULL, observed_at bigint);
      CREATE TABLE power_run (
        id text PRIMARY KEY,
        order_id text NOT NULL,
        mode text NOT NULL CHECK (mode IN ('real', 'drill')),
        outage_since bigint,
        began_at bigint NOT NULL,
        ended_at bigint,
        version integer NOT NULL,
        run jsonb NOT NULL
      );
      -- One outage begins one run; two hubs that see it at the same time begin it once.
      CREATE UNIQUE INDEX power_run_outage ON power_run (order_id, outage_since) WHERE mode = 'real';
      CREATE UNIQUE INDEX power_run_going ON power_run (order_id, mode) WHERE ended_at IS NULL;
      CREATE INDEX power_run_began ON power_run (began_at DESC);
    `,
  },
]
