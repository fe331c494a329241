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
