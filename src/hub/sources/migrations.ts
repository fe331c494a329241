import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'sources-0001-state-reads-set-aside',
    sql: `
      CREATE TABLE source_state (
        source_id text PRIMARY KEY,
        kind text NOT NULL,
        name text NOT NULL,
        cursor jsonb,
        tried_at bigint,
        read_at bigint,
        as_of bigint,
        schedule_as_of bigint,
        canary bigint,
        canary_written_at bigint,
        canary_failing text,
        failing jsonb,
        progress jsonb
      );
      CREATE TABLE source_read (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        source_id text NOT NULL,
        ended_at bigint NOT NULL,
        as_of bigint,
        took_ms bigint NOT NULL,
        charts integer NOT NULL,
        appointments integer NOT NULL,
        set_aside integer NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('done', 'failed')),
        because text NOT NULL
      );
      CREATE INDEX source_read_at ON source_read (source_id, ended_at);
      CREATE TABLE set_aside (
        source_id text NOT NULL,
        key text NOT NULL,
        where_found text NOT NULL,
        because text NOT NULL,
        raw text NOT NULL,
        first_at bigint NOT NULL,
        last_at bigint NOT NULL,
        times integer NOT NULL DEFAULT 1,
        PRIMARY KEY (source_id, key)
      );
    `,
  },
  {
    name: 'sources-0002-newest-stamp-back',
    sql: 'ALTER TABLE source_state ADD COLUMN stamp_back bigint; UPDATE source_state SET stamp_back = canary',
  },
]

/** After charts became records of their source. Where several sources shared one space of ids, all of them are read anew, which separates them. */
export const readAnewMigrations: Migration[] = [
  {
    name: 'sources-0003-ages-of-lists-and-quarantine-by-patient',
    sql: `
      ALTER TABLE source_state ADD COLUMN sections jsonb;
      ALTER TABLE source_state ADD COLUMN deletions_at bigint;
      UPDATE source_state SET cursor = NULL WHERE (SELECT count(*) FROM source_state) > 1;
      ALTER TABLE set_aside ADD COLUMN patient_id text;
      ALTER TABLE set_aside ADD COLUMN section text;
      ALTER TABLE set_aside ADD COLUMN dismissed_by text;
      ALTER TABLE set_aside ADD COLUMN dismissed_at bigint;
      ALTER TABLE set_aside ADD COLUMN dismissed_reason text;
      CREATE INDEX set_aside_patient ON set_aside (source_id, patient_id) WHERE patient_id IS NOT NULL;
    `,
  },
]
