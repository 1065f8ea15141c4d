// The tables of an advisory index: one SQLite file that is written once and then only read.

/** Raised with every change of the tables: an index of another version is built anew, never migrated. */
export const schemaVersion = 2

export const tables = `
  PRAGMA user_version = ${schemaVersion};
  -- Each record once, as JSON, whatever number of packages it names.
  CREATE TABLE advisories (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, modified TEXT NOT NULL, record TEXT NOT NULL);
  -- Ecosystems with their release: Debian:12.
  CREATE TABLE names (ecosystem TEXT NOT NULL, name TEXT NOT NULL, advisory INTEGER NOT NULL,
    PRIMARY KEY (ecosystem, name, advisory)) WITHOUT ROWID;
  CREATE TABLE exploited (id TEXT PRIMARY KEY, since TEXT) WITHOUT ROWID;
  CREATE TABLE epss (id TEXT PRIMARY KEY, probability REAL NOT NULL, percentile REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE ecosystems (ecosystem TEXT PRIMARY KEY, advisories INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`
