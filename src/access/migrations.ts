import type { Migration } from '../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'access-0001-people-sessions-and-audit',
    sql: `
      CREATE TABLE person (
        id text PRIMARY KEY,
        login text NOT NULL UNIQUE CHECK (login = lower(login)),
        name text NOT NULL,
        email text,
        status text NOT NULL CHECK (status IN ('invited', 'active', 'suspended')),
        grants jsonb NOT NULL,
        made_at bigint NOT NULL,
        password_hash text,
        offline_lock jsonb,
        totp_secret bytea,
        totp_confirmed boolean NOT NULL DEFAULT false,
        totp_last_step bigint NOT NULL DEFAULT 0
      );

      CREATE TABLE person_link (
        token_hash text PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('first-owner', 'invitation', 'new-password', 'second-factor')),
        person_id text REFERENCES person (id) ON DELETE CASCADE,
        made_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        used_at bigint
      );

      CREATE TABLE person_session (
        token_hash text PRIMARY KEY,
        person_id text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
        csrf text NOT NULL,
        address text NOT NULL,
        agent text NOT NULL,
        signed_in_at bigint NOT NULL,
        seen_at bigint NOT NULL
      );
      CREATE INDEX person_session_person ON person_session (person_id);

      CREATE TABLE sign_in_limit (
        subject text PRIMARY KEY,
        failures int NOT NULL,
        last_failure_at bigint NOT NULL,
        open_again_at bigint NOT NULL
      );

      CREATE TABLE break_glass_code (
        site_id text NOT NULL,
        code_id text NOT NULL,
        verifier jsonb NOT NULL,
        made_at bigint NOT NULL,
        made_by text NOT NULL,
        used_at bigint,
        withdrawn_at bigint,
        PRIMARY KEY (site_id, code_id)
      );

      CREATE TABLE audit_line (
        chain text NOT NULL,
        seq bigint NOT NULL,
        previous text NOT NULL,
        line text NOT NULL,
        hash text NOT NULL,
        at bigint NOT NULL,
        PRIMARY KEY (chain, seq)
      );
      CREATE INDEX audit_line_at ON audit_line (at);

      CREATE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
        END $$;
      CREATE TRIGGER audit_line_stays BEFORE UPDATE OR DELETE ON audit_line
        FOR EACH ROW EXECUTE FUNCTION audit_line_stays();
      CREATE TRIGGER audit_line_stays_whole BEFORE TRUNCATE ON audit_line
        FOR EACH STATEMENT EXECUTE FUNCTION audit_line_stays();
    `,
  },
]
