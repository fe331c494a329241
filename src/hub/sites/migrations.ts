import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'sites-0001-sites-offers-heartbeats-journals',
    sql: `
      CREATE TABLE site (
        id text PRIMARY KEY,
        name text NOT NULL,
        zone text,
        location_ids text[] NOT NULL,
        printers jsonb NOT NULL DEFAULT '[]',
        status text NOT NULL CHECK (status IN ('planned', 'enrolled', 'revoked')),
        recipient text,
        signing_key text,
        made_at bigint NOT NULL,
        enrolled_at bigint,
        revoked jsonb
      );
      CREATE TABLE site_offer (
        code_id text PRIMARY KEY,
        site_id text NOT NULL REFERENCES site ON DELETE CASCADE,
        sealed_key bytea NOT NULL,
        made_at bigint NOT NULL,
        made_by text NOT NULL,
        expires_at bigint NOT NULL,
        tries integer NOT NULL DEFAULT 0,
        used_at bigint
      );
      CREATE TABLE site_heard (
        site_id text PRIMARY KEY REFERENCES site ON DELETE CASCADE,
        heard_at bigint NOT NULL,
        heartbeat jsonb NOT NULL
      );
      CREATE TABLE site_heard_before (
        site_id text NOT NULL REFERENCES site ON DELETE CASCADE,
        heard_at bigint NOT NULL,
        schedule bigint,
        key_data bigint,
        canary bigint,
        PRIMARY KEY (site_id, heard_at)
      );
      CREATE TABLE site_pull (
        site_id text NOT NULL REFERENCES site ON DELETE CASCADE,
        at bigint NOT NULL,
        pack_id text NOT NULL,
        sequence bigint NOT NULL,
        PRIMARY KEY (site_id, pack_id, sequence)
      );
      CREATE TABLE link_nonce (
        site_id text NOT NULL,
        nonce text NOT NULL,
        at bigint NOT NULL,
        PRIMARY KEY (site_id, nonce)
      );
      CREATE INDEX link_nonce_at ON link_nonce (at);
      CREATE TABLE journal_file (
        site_id text NOT NULL,
        file text NOT NULL,
        header text NOT NULL,
        sealed_key bytea NOT NULL,
        through bigint NOT NULL DEFAULT 0,
        last_hash text,
        fault text,
        PRIMARY KEY (site_id, file)
      );
      CREATE TABLE journal_line (
        site_id text NOT NULL,
        file text NOT NULL,
        line bigint NOT NULL,
        received_at bigint NOT NULL,
        sealed text NOT NULL,
        PRIMARY KEY (site_id, file, line)
      );
    `,
  },
]
