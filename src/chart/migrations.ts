import type { Migration } from '../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'chart-0001-charts-and-appointments',
    sql: `
      CREATE SEQUENCE chart_change AS bigint;
      CREATE TABLE chart (
        patient_id text PRIMARY KEY,
        source_id text NOT NULL,
        content_hash text NOT NULL,
        row_hash text NOT NULL,
        body bytea,
        as_of bigint NOT NULL,
        changed_seq bigint NOT NULL DEFAULT nextval('chart_change')
      );
      ALTER TABLE chart ALTER COLUMN body SET STORAGE EXTERNAL;
      CREATE INDEX chart_changed ON chart (changed_seq);
      CREATE INDEX chart_source ON chart (source_id) WHERE body IS NOT NULL;
      CREATE TABLE appointment (
        id text PRIMARY KEY,
        source_id text NOT NULL,
        location_id text NOT NULL,
        starts_at bigint NOT NULL,
        content_hash text NOT NULL,
        body jsonb NOT NULL
      );
      CREATE INDEX appointment_at ON appointment (location_id, starts_at);
      CREATE INDEX appointment_source ON appointment (source_id, starts_at);
      CREATE INDEX appointment_patient ON appointment ((body->>'patientId'));
    `,
  },
]

/** After every module's first migrations: it looks at which sources there were. */
export const recordMigrations: Migration[] = [
  {
    name: 'chart-0002-records-of-their-source',
    // A record belongs to its source; a person is what packs publish, made of one record or of several that were joined. Where more than one source
    // wrote into one space of ids before, every chart may hold two people's entries until its source has been read again.
    sql: `
      CREATE TABLE record_source (
        source_id text PRIMARY KEY,
        rank integer NOT NULL,
        issuer text
      );
      CREATE TABLE panel_chart (
        person_id text PRIMARY KEY,
        owner_source text NOT NULL,
        owner_patient text NOT NULL,
        changed_seq bigint NOT NULL DEFAULT nextval('chart_change')
      );
      INSERT INTO panel_chart (person_id, owner_source, owner_patient, changed_seq)
        SELECT patient_id, source_id, patient_id, changed_seq FROM chart;
      CREATE INDEX panel_chart_changed ON panel_chart (changed_seq);
      ALTER TABLE chart DROP CONSTRAINT chart_pkey;
      ALTER TABLE chart ADD PRIMARY KEY (source_id, patient_id);
      ALTER TABLE chart ADD COLUMN person_id text;
      ALTER TABLE chart ADD COLUMN own_person text;
      ALTER TABLE chart ADD COLUMN number text;
      ALTER TABLE chart ADD COLUMN identity jsonb;
      ALTER TABLE chart ADD COLUMN counts integer[];
      ALTER TABLE chart ADD COLUMN doubts jsonb;
      ALTER TABLE chart ADD COLUMN mixed boolean NOT NULL DEFAULT false;
      UPDATE chart SET person_id = patient_id, own_person = patient_id,
        mixed = body IS NOT NULL AND (SELECT count(DISTINCT source_id) FROM source_state) > 1;
      ALTER TABLE chart ALTER COLUMN person_id SET NOT NULL;
      ALTER TABLE chart ALTER COLUMN own_person SET NOT NULL;
      ALTER TABLE chart DROP COLUMN changed_seq;
      CREATE INDEX chart_person ON chart (person_id);
      CREATE INDEX chart_number ON chart (number) WHERE number IS NOT NULL;
      CREATE TABLE chart_merge (
        source_id text NOT NULL,
        from_id text NOT NULL,
        into_id text NOT NULL,
        at bigint NOT NULL,
        PRIMARY KEY (source_id, from_id)
      );
      CREATE TABLE chart_join (
        number text NOT NULL,
        source_id text NOT NULL,
        patient_id text NOT NULL,
        decision text NOT NULL CHECK (decision IN ('same', 'different')),
        decided_by text NOT NULL,
        decided_at bigint NOT NULL,
        reason text NOT NULL,
        PRIMARY KEY (number, source_id, patient_id)
      );
      CREATE TABLE chart_separated (
        source_id text NOT NULL,
        patient_id text NOT NULL,
        at bigint NOT NULL,
        before bytea NOT NULL,
        other_person boolean NOT NULL,
        PRIMARY KEY (source_id, patient_id)
      );
      ALTER TABLE appointment DROP CONSTRAINT appointment_pkey;
      ALTER TABLE appointment ADD PRIMARY KEY (source_id, id);
      ALTER TABLE appointment ADD COLUMN held_id text;
      CREATE INDEX appointment_id ON appointment (id);
      CREATE TABLE appointment_early (
        source_id text NOT NULL,
        id text NOT NULL,
        at bigint NOT NULL,
        change jsonb NOT NULL,
        PRIMARY KEY (source_id, id, at)
      );
    `,
  },
  {
    name: 'chart-0003-records-that-were-not-joined',
    sql: `CREATE INDEX chart_other ON chart (number) WHERE doubts ? 'other'`,
  },
  {
    name: 'chart-0004-numbers-given-for-an-issuer',
    // For which issuer a source's records have their numbers: what a stop broke off is finished at the next start.
    sql: 'ALTER TABLE record_source ADD COLUMN numbered_for text',
  },
  {
    name: 'chart-0005-which-records-are-restricted',
    // Null: written before. Filled before the next pack is published, so that a visit of a restricted patient is known without opening its chart.
    sql: `
      ALTER TABLE chart ADD COLUMN restricted boolean;
      CREATE INDEX chart_restriction_unknown ON chart (source_id, patient_id) WHERE restricted IS NULL AND body IS NOT NULL;
      CREATE INDEX chart_restricted ON chart (person_id) WHERE restricted AND body IS NOT NULL;
    `,
  },
  {
    name: 'chart-0006-which-two-people-were-compared',
    // Null: decided before. Then the decision stands for whoever has the number.
    sql: `
      ALTER TABLE chart_join ADD COLUMN lead_source text;
      ALTER TABLE chart_join ADD COLUMN lead_patient text;
      ALTER TABLE chart_join ADD COLUMN lead_identity jsonb;
      ALTER TABLE chart_join ADD COLUMN identity jsonb;
    `,
  },
]
