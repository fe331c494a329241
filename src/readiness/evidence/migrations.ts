import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'evidence-0001-append-only',
    sql: `
      -- A file that shows a piece of evidence, once however many records name it.
      CREATE TABLE evidence_file (sha256 text PRIMARY KEY, bytes bytea NOT NULL);
      ALTER TABLE evidence_file ALTER COLUMN bytes SET STORAGE EXTERNAL;

      CREATE TABLE evidence (
        seq bigint PRIMARY KEY,
        previous text NOT NULL,
        line text NOT NULL,
        hash text NOT NULL,
        -- What stands in the line too, for finding it. Null in the line that tells of a removal.
        id text UNIQUE,
        kind text,
        subject text,
        outcome text,
        at bigint NOT NULL,
        file text REFERENCES evidence_file (sha256),
        -- By the database's own clock: a hub whose clock is wrong must not make a record look old enough to be removed.
        written_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX evidence_newest ON evidence (kind, subject, outcome, at DESC);
      CREATE INDEX evidence_at ON evidence (at);
      CREATE INDEX evidence_removed ON evidence (seq) WHERE kind IS NULL;
      CREATE INDEX evidence_file_of ON evidence (file) WHERE file IS NOT NULL;

      -- Evidence is kept six years (45 CFR 164.316(b)(2)(i)); what is older may go, from the oldest on, and only after a later line says so.
      CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP <> 'DELETE' THEN
            RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF OLD.written_at > clock_timestamp() - interval '6 years' THEN
            RAISE EXCEPTION 'evidence is append-only: this is younger than six years' USING ERRCODE = 'insufficient_privilege';
          END IF;
          IF NOT EXISTS (SELECT 1 FROM evidence later WHERE later.kind IS NULL AND later.seq > OLD.seq
              AND (later.line::jsonb #>> '{removed,through}')::bigint >= OLD.seq) THEN
            RAISE EXCEPTION 'evidence is append-only: no line says that this was removed' USING ERRCODE = 'insufficient_privilege';
          END IF;
          RETURN OLD;
        END $$;
      CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence FOR EACH ROW EXECUTE FUNCTION evidence_stays();
      CREATE TRIGGER evidence_stays_whole BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays();

      -- Which record a file belongs to is held by the reference; what is in it never changes.
      CREATE FUNCTION evidence_file_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'evidence is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE TRIGGER evidence_file_stays BEFORE UPDATE ON evidence_file
        FOR EACH ROW EXECUTE FUNCTION evidence_file_stays();
      CREATE TRIGGER evidence_file_stays_whole BEFORE TRUNCATE ON evidence_file
        FOR EACH STATEMENT EXECUTE FUNCTION evidence_file_stays();
    `,
  },
]
