import type { Migration } from '../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'readiness-0001-plan-versions',
    sql: `
      CREATE TABLE plan_text (digest text PRIMARY KEY, text text NOT NULL);

      CREATE TABLE plan_version (
        version int PRIMARY KEY CHECK (version > 0),
        -- Of the paths and digests of its files: equal for equal folders.
        tree text NOT NULL,
        kept_at bigint NOT NULL,
        kept_by text NOT NULL,
        because text NOT NULL
      );

      CREATE TABLE plan_version_file (
        version int NOT NULL REFERENCES plan_version (version),
        path text NOT NULL,
        digest text NOT NULL REFERENCES plan_text (digest),
        PRIMARY KEY (version, path)
      );

      -- Policies and their versions are kept six years (45 CFR 164.316(b)(2)); nothing here is ever changed.
      CREATE FUNCTION plan_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'a kept version of the plan stays as it is' USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE TRIGGER plan_text_stays BEFORE UPDATE OR DELETE ON plan_text
        FOR EACH ROW EXECUTE FUNCTION plan_version_stays();
      CREATE TRIGGER plan_version_stays BEFORE UPDATE OR DELETE ON plan_version
        FOR EACH ROW EXECUTE FUNCTION plan_version_stays();
      CREATE TRIGGER plan_version_file_stays BEFORE UPDATE OR DELETE ON plan_version_file
        FOR EACH ROW EXECUTE FUNCTION plan_version_stays();

      CREATE TABLE plan_review (
        id text PRIMARY KEY,
        system text NOT NULL,
        -- The last version that brought it up.
        version int NOT NULL REFERENCES plan_version (version),
        review jsonb NOT NULL,
        opened_at bigint NOT NULL,
        closed_at bigint,
        closed_by text,
        outcome text,
        CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (outcome IS NULL))
      );
      CREATE UNIQUE INDEX plan_review_open ON plan_review (system) WHERE closed_at IS NULL;
    `,
  },
]
