/**
 * Everything but the heartbeat in one row of JSON, the same text on either side: what a server in recovery does not let itself be asked stands
 * behind a CASE. The timeline is that of the WAL itself, not of the last checkpoint, which stays old after a promotion. The insert position
 * is taken as the end of the log, because with synchronous_commit = off a commit is acknowledged before it is written.
 */
export const FACTS = `
WITH me AS MATERIALIZED (SELECT pg_is_in_recovery() AS standby)
SELECT jsonb_build_object(
  'standby', me.standby,
  'systemId', (SELECT system_identifier::text FROM pg_control_system()),
  'startedAt', extract(epoch FROM pg_postmaster_start_time()) * 1000,
  'clock', extract(epoch FROM clock_timestamp()) * 1000,
  'timeline', CASE WHEN me.standby
    THEN coalesce((SELECT nullif(received_tli, 0) FROM pg_stat_wal_receiver),
      (SELECT nullif(min_recovery_end_timeline, 0) FROM pg_control_recovery()))
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
  'current', CASE WHEN NOT me.standby THEN pg_current_wal_insert_lsn()::text END,
  'received', CASE WHEN me.standby THEN pg_last_wal_receive_lsn()::text END,
  'replayed', CASE WHEN me.standby THEN pg_last_wal_replay_lsn()::text END,
  'replayedAt', CASE WHEN me.standby THEN extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000 END,
  'paused', CASE WHEN me.standby THEN pg_is_wal_replay_paused() END,
  'receiver', (SELECT jsonb_build_object('status', status, 'from', sender_host || ':' || sender_port,
    'heardMs', extract(epoch FROM clock_timestamp() - last_msg_receipt_time) * 1000) FROM pg_stat_wal_receiver),
  'senders', coalesce((SELECT jsonb_agg(jsonb_build_object('name', r.application_name, 'state', r.state, 'sync', r.sync_state,
      'slot', (SELECT s.slot_name FROM pg_replication_slots s WHERE s.active_pid = r.pid LIMIT 1),
      'repliedMs', extract(epoch FROM clock_timestamp() - r.reply_time) * 1000))
    FROM pg_stat_replication r WHERE r.state <> 'backup'), '[]'),
  'slots', coalesce((SELECT jsonb_agg(jsonb_build_object('name', slot_name, 'active', active, 'status', wal_status,
      'logical', slot_type = 'logical', 'safeBytes', safe_wal_size,
      'keptBytes', pg_wal_lsn_diff(CASE WHEN me.standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)))
    FROM pg_replication_slots), '[]'),
  'archive', CASE WHEN current_setting('archive_mode') <> 'off' THEN (SELECT jsonb_build_object('failures', failed_count,
      'archivedAt', extract(epoch FROM last_archived_time) * 1000, 'failedAt', extract(epoch FROM last_failed_time) * 1000)
    FROM pg_stat_archiver) END,
  'synchronousOn', current_setting('synchronous_standby_names') <> ''
    AND current_setting('synchronous_commit') NOT IN ('off', 'local'),
  'waiting', (SELECT jsonb_build_object('count', count(*),
      'longestMs', coalesce(max(extract(epoch FROM clock_timestamp() - query_start)) * 1000, 0))
    FROM pg_stat_activity WHERE wait_event = 'SyncRep'),
  'accountUntil', (SELECT CASE WHEN isfinite(rolvaliduntil) THEN extract(epoch FROM rolvaliduntil) * 1000 END
    FROM pg_roles WHERE rolname = current_user))::text AS facts
FROM me`

/** One row, so the table never grows; it does not wait for a standby, or the watcher would hang with what it watches. */
export const BEAT = `
SET LOCAL synchronous_commit = local;
INSERT INTO holdfast.heartbeat AS h (one, beat, at) VALUES (true, 1, clock_timestamp())
ON CONFLICT (one) DO UPDATE SET beat = h.beat + 1, at = clock_timestamp()`

export const HEARTBEAT = `SELECT beat, extract(epoch FROM at) * 1000 AS at FROM holdfast.heartbeat`

/** Why the log does not come, where the practice has made the function that says it. */
export const MAY_COMPLAIN = `SELECT to_regprocedure('holdfast.replication_complaint()') IS NOT NULL AS may`
export const COMPLAINT = `SELECT holdfast.replication_complaint() AS line`
