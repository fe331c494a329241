-- Run once by a superuser on the primary, in the database named in the configuration; it reaches the standby by itself.
CREATE ROLE holdfast LOGIN;  -- then: \password holdfast
GRANT pg_monitor TO holdfast;
CREATE SCHEMA holdfast;
GRANT USAGE ON SCHEMA holdfast TO holdfast;
CREATE TABLE holdfast.heartbeat (one boolean PRIMARY KEY DEFAULT true CHECK (one), beat bigint NOT NULL, at timestamptz NOT NULL);
GRANT SELECT, INSERT, UPDATE ON holdfast.heartbeat TO holdfast;

-- Wanted, not needed: why the log does not come stands in the standby's log and nowhere else. This shows the few words that tell it from the
-- last minute, and nothing more of the log (logging_collector = on, log_line_prefix beginning with %m, messages in English).
CREATE FUNCTION holdfast.replication_complaint() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT (regexp_match(line, words))[1]
  FROM (SELECT '(No space left on device|has already been removed|not a child of this server|not in this server''s history'
      '|forked off|highest timeline|replication slot ".*" does not exist|can no longer get changes'
      '|password authentication failed|no pg_hba.conf entry|no password supplied|could not connect to the primary)' AS words) AS w,
    pg_current_logfile() AS name,
    LATERAL regexp_split_to_table(convert_from(
      pg_read_binary_file(name, greatest(0, (pg_stat_file(name)).size - 65536), 65536), 'LATIN1'), '\n') WITH ORDINALITY AS l (line, n)
  WHERE line ~ words
    AND substring(line FROM '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+')::timestamptz > clock_timestamp() - interval '1 minute'
  ORDER BY (line !~ 'could not connect') DESC, n DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION holdfast.replication_complaint() FROM public;
GRANT EXECUTE ON FUNCTION holdfast.replication_complaint() TO holdfast;
