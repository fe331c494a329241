import type { Migration } from '../../base/database.ts'

export const migrations: Migration[] = [
  {
    name: 'sheets-0001-finished-paper',
    sql: `
      -- Finished paper, whole, until its day is over. Sites get it inside their packs.
      CREATE TABLE sheet (
        site_id text NOT NULL,
        label text NOT NULL,
        day text NOT NULL,
        content_hash text NOT NULL,
        as_of bigint NOT NULL,
        made_at bigint NOT NULL,
        place integer NOT NULL,
        pages integer NOT NULL,
        pdf bytea NOT NULL,
        PRIMARY KEY (site_id, label)
      );
      ALTER TABLE sheet ALTER COLUMN pdf SET STORAGE EXTERNAL;
    `,
  },
  {
    name: 'sheets-0002-numbers-are-kept',
    sql: `
      -- A sheet of paper is known by its number for as long as somebody may hold it: given once, never again to another.
      CREATE TABLE sheet_number (
        site_id text NOT NULL,
        day text NOT NULL,
        kind text NOT NULL,
        of text NOT NULL,
        number integer NOT NULL,
        PRIMARY KEY (site_id, day, kind, of),
        UNIQUE (site_id, day, kind, number)
      );
    `,
  },
]
