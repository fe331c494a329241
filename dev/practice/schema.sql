-- The database of the sample practice's EHR: plain, of our own words, and shaped the way such systems are (keys that are numbers, a
-- last-changed time on every row, rows that are ended rather than deleted). Holdfast sees it only through its SQL connector.
--
-- What a mapping needs to know:
--  * `changed_at` is set by the database on every insert and update. It is the time of the statement, so a row may become visible a little
--    later than it says: a reader looks back over its watermark.
--  * Rows are never deleted. `active = false` or `entered_in_error` takes a row out of a chart; an appointment keeps its row with a status.
--  * A list without rows means nothing by itself. `list_review` says whether somebody asked: outcome 'listed', 'none known' or 'not asked';
--    no row there means that the list never arrived (a chart that was carried over without it).
--  * Instants are timestamptz; dates that people speak of are `date`, or text where only a year or a month may be known.

CREATE TABLE site (
  site_id text PRIMARY KEY,                 -- 'harbor-main'; an appointment's place
  name text NOT NULL,
  address_line text NOT NULL,
  city text NOT NULL,
  state text NOT NULL,
  postal_code text NOT NULL,
  phone text NOT NULL,
  time_zone text NOT NULL,
  rooms integer NOT NULL
);

CREATE TABLE staff (
  staff_id integer PRIMARY KEY,
  login text NOT NULL UNIQUE,
  family_name text NOT NULL,
  given_name text NOT NULL,
  credential text,                          -- 'MD', 'DO', 'NP', 'RN', ...
  job text NOT NULL,                        -- 'physician', 'nurse', 'front desk', 'billing', 'it', 'manager'
  specialty text,
  site_id text NOT NULL REFERENCES site,
  active boolean NOT NULL DEFAULT true
);

CREATE TABLE pharmacy (
  pharmacy_id integer PRIMARY KEY,
  name text NOT NULL,
  phone text,
  fax text
);

CREATE TABLE patient (
  patient_id integer PRIMARY KEY,
  mrn text NOT NULL UNIQUE,
  family_name text NOT NULL,
  given_names text NOT NULL,                -- separated by one space
  prefix text,
  suffix text,
  preferred_name text,
  birth_date text,                          -- 'YYYY-MM-DD', rarely 'YYYY-MM' or 'YYYY', or not known
  sex text NOT NULL,                        -- 'F', 'M', 'X', 'U'
  phone_home text,
  phone_mobile text,
  phone_work text,
  address_line text,
  city text,
  state text,
  postal_code text,
  language text,
  interpreter_needed boolean NOT NULL DEFAULT false,
  emergency_name text,
  emergency_relation text,                  -- 'mother (guardian)' for children
  emergency_phone text,
  primary_care_id integer REFERENCES staff,
  pharmacy_id integer REFERENCES pharmacy,
  code_status text,
  balance_due_cents integer NOT NULL DEFAULT 0,
  deceased boolean NOT NULL DEFAULT false,
  restriction text NOT NULL DEFAULT 'none', -- 'none', 'vip', 'part2', 'psychotherapy', 'other'
  active boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE former_name (
  former_name_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  family_name text NOT NULL,
  given_names text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- list_name: 'allergies', 'medications', 'problems', 'immunizations'
CREATE TABLE list_review (
  patient_id integer NOT NULL REFERENCES patient,
  list_name text NOT NULL,
  outcome text NOT NULL,                    -- 'listed', 'none known', 'not asked'
  reviewed_at timestamptz,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (patient_id, list_name)
);

CREATE TABLE chart_alert (
  alert_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  kind text NOT NULL,                       -- 'isolation', 'behaviour', 'fall-risk', 'safety', 'administrative', 'other'
  words text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE allergy (
  allergy_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  substance text NOT NULL,
  snomed text,
  reaction text,
  criticality text NOT NULL,                -- 'low', 'high', 'unable-to-assess', 'unknown'
  severity text,                            -- 'mild', 'moderate', 'severe'
  verified boolean NOT NULL,
  onset text,
  active boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE problem (
  problem_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  words text NOT NULL,
  icd10cm text,                             -- with the dot: 'E11.9'
  onset text,
  status text NOT NULL,                     -- 'active', 'recurrence', 'remission', 'resolved'
  active boolean NOT NULL DEFAULT true,     -- false: entered in error
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE medication (
  medication_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  drug text NOT NULL,                       -- 'Metformin 500 mg tablet'
  sig text,                                 -- 'Take 1 tablet by mouth twice a day with food'
  started_on text,
  prescriber_id integer REFERENCES staff,
  last_refill_on date,
  dea_schedule text,                        -- '2' to '5'
  high_risk text,                           -- 'anticoagulant', 'insulin', 'opioid', 'other'
  active boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE visit_note (
  note_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  author_id integer NOT NULL REFERENCES staff,
  kind text NOT NULL,                       -- 'Progress note', 'Telephone note', ...
  written_at timestamptz NOT NULL,
  assessment_plan text NOT NULL,
  signed_at timestamptz,                    -- null: still being written
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE test_order (
  order_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  kind text NOT NULL,                       -- 'lab', 'imaging', 'referral', 'procedure', 'follow-up', 'other'
  words text NOT NULL,
  loinc text,
  ordered_by integer REFERENCES staff,
  ordered_at timestamptz,
  status text NOT NULL,                     -- open: 'ordered', 'collected', 'resulted-unread', 'overdue'; closed: 'done', 'cancelled'
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE test_result (
  result_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  order_id integer REFERENCES test_order,
  test_name text NOT NULL,
  loinc text NOT NULL,
  value text NOT NULL,
  unit text,
  reference_range text,
  flag text,                                -- 'low', 'high', 'critical-low', 'critical-high', 'abnormal'
  status text NOT NULL,                     -- 'preliminary', 'final', 'corrected'
  resulted_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- One row for each time that vitals were taken; what was not measured is null.
CREATE TABLE vitals (
  vitals_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  taken_at timestamptz NOT NULL,
  systolic integer,                         -- mmHg
  diastolic integer,                        -- mmHg
  pulse integer,                            -- /min
  respirations integer,                     -- /min
  temperature_c numeric(4, 1),
  oxygen_saturation integer,                -- %
  weight_kg numeric(5, 1),
  height_cm numeric(5, 1),
  entered_in_error boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE immunization (
  immunization_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  vaccine text NOT NULL,
  cvx text,
  given_on date,                            -- null with due = true: not given yet
  lot text,
  due boolean NOT NULL DEFAULT false,
  entered_in_error boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE procedure_done (
  procedure_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  words text NOT NULL,
  cpt text,
  done_on text,
  implant boolean NOT NULL DEFAULT false,   -- something stays in the body
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE insurance (
  insurance_id integer PRIMARY KEY,
  patient_id integer NOT NULL REFERENCES patient,
  rank text NOT NULL,                       -- 'primary', 'secondary', 'tertiary'
  payer text NOT NULL,
  member_id text NOT NULL,
  group_number text,
  copay text,                               -- '$25'
  authorization_number text,
  referral_needed boolean NOT NULL DEFAULT false,
  eligibility_checked_on date,
  active boolean NOT NULL DEFAULT true,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- patient_id null: a lunch, a meeting or another block of a provider's time, which is not an appointment (visit_type 'Block').
CREATE TABLE appointment (
  appointment_id integer PRIMARY KEY,
  site_id text NOT NULL REFERENCES site,
  room text,
  provider_id integer NOT NULL REFERENCES staff,
  patient_id integer REFERENCES patient,
  starts_at timestamptz NOT NULL,
  minutes integer NOT NULL,
  visit_type text NOT NULL,
  reason text,
  status text NOT NULL,                     -- 'booked', 'arrived', 'in-room', 'checked-out', 'cancelled', 'no-show', 'pending', 'left'
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who is on the system. Signed in: signed_out_at is null. `working_on` says what is open, `note_id` a note that is not signed yet.
CREATE TABLE user_session (
  session_id integer PRIMARY KEY,
  staff_id integer NOT NULL REFERENCES staff,
  workstation text NOT NULL,
  signed_in_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  signed_out_at timestamptz,
  working_on text,
  note_id integer REFERENCES visit_note
);

-- The one row that Holdfast's canary may write: `UPDATE holdfast_canary SET stamped_at = $1`. Whoever reads it back downstream knows that
-- everything written before it has come through as well.
CREATE TABLE holdfast_canary (
  canary_id integer PRIMARY KEY CHECK (canary_id = 1),
  stamped_at timestamptz
);
INSERT INTO holdfast_canary VALUES (1, NULL);

-- Last changed, by the database and not by whoever writes.
CREATE FUNCTION stamp_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['patient', 'former_name', 'list_review', 'chart_alert', 'allergy', 'problem', 'medication', 'visit_note',
    'test_order', 'test_result', 'vitals', 'immunization', 'procedure_done', 'insurance', 'appointment']
  LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION stamp_change()', name || '_stamp', name);
    EXECUTE format('CREATE INDEX ON %I (changed_at)', name);
    IF name NOT IN ('patient', 'list_review', 'appointment') THEN
      EXECUTE format('CREATE INDEX ON %I (patient_id)', name);
    END IF;
  END LOOP;
END $$;
CREATE INDEX ON appointment (starts_at);
CREATE INDEX ON appointment (patient_id);
CREATE INDEX ON user_session (staff_id) WHERE signed_out_at IS NULL;

-- What Holdfast signs in as. Roles belong to the whole server, so they may be there already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_reader') THEN CREATE ROLE holdfast_reader LOGIN; END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'holdfast_canary') THEN CREATE ROLE holdfast_canary LOGIN; END IF;
END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO holdfast_reader;
-- Without it a standby on which nothing is replayed cannot show how current it is while nobody writes.
GRANT pg_read_all_stats TO holdfast_reader;
GRANT UPDATE (stamped_at) ON holdfast_canary TO holdfast_canary;
