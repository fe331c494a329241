import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'held-0001-what-is-not-believed-yet',
    sql: `
      CREATE TABLE held_back (
        id text PRIMARY KEY,
        source_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('shrink', 'identity')),
        subject text NOT NULL,
        status text NOT NULL CHECK (status IN ('open', 'approved', 'rejected', 'recovered')),
        raised_at bigint NOT NULL,
        ended_at bigint,
        shrinks jsonb NOT NULL DEFAULT '[]',
        people jsonb NOT NULL DEFAULT '[]',
        digest text NOT NULL DEFAULT '',
        blocking boolean NOT NULL DEFAULT false,
        changes bytea,
        times integer NOT NULL DEFAULT 1
      );
      CREATE INDEX held_back_of ON held_back (source_id, kind, subject);
      CREATE UNIQUE INDEX held_back_once ON held_back (source_id, kind, subject, digest) WHERE status = 'open';
      CREATE TABLE held_decision (
        held_id text NOT NULL,
        at bigint NOT NULL,
        person_id text NOT NULL,
        login text NOT NULL,
        decision text NOT NULL CHECK (decision IN ('approve', 'reject', 'undo')),
        reason text NOT NULL
      );
      CREATE INDEX held_decision_of ON held_decision (held_id, at);
      CREATE TABLE chart_held (
        source_id text NOT NULL,
        patient_id text NOT NULL,
        held_id text,
        held jsonb NOT NULL,
        lost jsonb NOT NULL,
        body bytea,
        at bigint NOT NULL,
        PRIMARY KEY (source_id, patient_id)
      );
      CREATE INDEX chart_held_of ON chart_held (held_id);
      CREATE TABLE chart_taken (
        held_id text NOT NULL,
        source_id text NOT NULL,
        patient_id text NOT NULL,
        lists jsonb NOT NULL,
        body bytea NOT NULL,
        PRIMARY KEY (held_id, source_id, patient_id)
      );
      CREATE TABLE appointment_taken (
        held_id text NOT NULL,
        source_id text NOT NULL,
        id text NOT NULL,
        body jsonb NOT NULL,
        PRIMARY KEY (held_id, source_id, id)
      );
      CREATE TABLE chart_loss (
        source_id text NOT NULL,
        what text NOT NULL,
        id text NOT NULL,
        entries integer NOT NULL,
        emptied boolean NOT NULL,
        at bigint NOT NULL
      );
      CREATE INDEX chart_loss_at ON chart_loss (source_id, at);
    `,
  },
  {
    name: 'held-0002-what-an-approval-is-about',
    sql: `ALTER TABLE held_decision ADD COLUMN shrinks jsonb NOT NULL DEFAULT '[]'`,
  },
]
