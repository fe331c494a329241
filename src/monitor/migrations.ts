import type { Migration } from '../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'monitor-0001-statuses-alarms-notices',
    sql: `
      CREATE TABLE status_change (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        subject text NOT NULL,
        status text NOT NULL,
        because text NOT NULL,
        at bigint NOT NULL
      );
      CREATE INDEX status_change_subject ON status_change (subject, id DESC);
      CREATE TABLE alarm (
        id text PRIMARY KEY,
        key text NOT NULL,
        raised_at bigint NOT NULL,
        cause jsonb NOT NULL,
        clear_since bigint,
        closed_at bigint
      );
      CREATE UNIQUE INDEX alarm_open ON alarm (key) WHERE closed_at IS NULL;
      CREATE INDEX alarm_raised ON alarm (raised_at DESC);
      CREATE TABLE notice (
        id text PRIMARY KEY,
        alarm_id text NOT NULL,
        kind text NOT NULL,
        channel text NOT NULL,
        target text NOT NULL,
        notice jsonb NOT NULL,
        made_at bigint NOT NULL,
        due_at bigint NOT NULL,
        tries integer NOT NULL DEFAULT 0,
        leased_until bigint,
        delivered_at bigint,
        given_up_at bigint,
        because text
      );
      CREATE UNIQUE INDEX notice_once ON notice (alarm_id, kind, channel, target) WHERE kind <> 'test';
      CREATE INDEX notice_due ON notice (due_at) WHERE delivered_at IS NULL AND given_up_at IS NULL;
    `,
  },
  {
    name: 'monitor-0002-watch',
    sql: `
      CREATE TABLE watch (one boolean PRIMARY KEY DEFAULT true CHECK (one), since bigint NOT NULL, at bigint NOT NULL)
    `,
  },
  {
    name: 'monitor-0003-notices-are-delivered-by-tasks',
    sql: `
      -- Who sends, when next and for how long stands with the task; the notice keeps what pages show of it.
      DROP INDEX notice_due;
      ALTER TABLE notice DROP COLUMN leased_until;
    `,
  },
  {
    name: 'monitor-0004-map-maintenance',
    sql: `
      CREATE TABLE dependency_map (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        map jsonb NOT NULL,
        changed_at bigint NOT NULL
      );
      CREATE TABLE maintenance (
        id text PRIMARY KEY,
        what jsonb NOT NULL,
        made_at bigint NOT NULL,
        made_by text NOT NULL,
        ended_at bigint
      );
      -- Null while a maintenance window keeps it from being told.
      ALTER TABLE alarm ADD COLUMN told_at bigint;
      UPDATE alarm SET told_at = raised_at;
    `,
  },
  {
    name: 'monitor-0005-escalation',
    sql: `
      -- The same person may be told of the same alarm again, by the same channel: each turn is a notice of its own.
      DROP INDEX notice_once;
      ALTER TABLE notice ADD COLUMN turn integer NOT NULL DEFAULT 0, ADD COLUMN person text, ADD COLUMN answered_at bigint;
      CREATE UNIQUE INDEX notice_once ON notice (alarm_id, kind, channel, target, turn) WHERE kind <> 'test';
      CREATE INDEX notice_reached ON notice (made_at) WHERE kind = 'test' AND person IS NOT NULL;
      CREATE TABLE escalation (
        alarm_id text PRIMARY KEY,
        version integer NOT NULL,
        state jsonb NOT NULL
      );
      CREATE TABLE escalation_line (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alarm_id text NOT NULL,
        at bigint NOT NULL,
        says text NOT NULL
      );
      CREATE INDEX escalation_line_alarm ON escalation_line (alarm_id, id);
    `,
  },
]
