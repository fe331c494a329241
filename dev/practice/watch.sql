-- What Holdfast needs to ask both servers about the standby, made again and again without harm: src/connect/replication/README.md.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_watch') THEN CREATE ROLE holdfast_watch LOGIN; END IF;
END $$;
GRANT pg_monitor TO holdfast_watch;
CREATE SCHEMA IF NOT EXISTS holdfast;
GRANT USAGE ON SCHEMA holdfast TO holdfast_watch;
CREATE TABLE IF NOT EXISTS holdfast.heartbeat (one boolean PRIMARY KEY DEFAULT true CHECK (one), beat bigint NOT NULL, at timestamptz NOT NULL);
GRANT SELECT, INSERT, UPDATE ON holdfast.heartbeat TO holdfast_watch;
-- Who is signed in and whose notes are unsigned: names of staff, and of a note no more than whose it is.
GRANT SELECT ON staff, user_session TO holdfast_watch;
GRANT SELECT (note_id, author_id, signed_at) ON visit_note TO holdfast_watch;
