// The tables of an advisory index: one SQLite file that is written once and then only read.

/** Raised with every change of the tables: an index of another version is built anew, never migrated. */
export const schemaVersion = 4

export const tables = `
  PRAGMA user_version = ${schemaVersion};
  -- Each record once, as JSON, whatever number of packages it names. content: hash of what it says, its time left out.
  CREATE TABLE advisories (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, modified TEXT NOT NULL,
    part INTEGER NOT NULL, content BLOB NOT NULL, record TEXT NOT NULL);
  -- Ecosystems with their release: Debian:12; names in the form in which they are compared (model/package-name.ts).
  CREATE TABLE names (ecosystem TEXT NOT NULL, name TEXT NOT NULL, advisory INTEGER NOT NULL,
    PRIMARY KEY (ecosystem, name, advisory)) WITHOUT ROWID;
  CREATE TABLE exploited (id TEXT PRIMARY KEY, since TEXT, part INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE epss (id TEXT PRIMARY KEY, probability REAL NOT NULL, percentile REAL NOT NULL,
    part INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE ends (of TEXT PRIMARY KEY, day TEXT NOT NULL, part INTEGER NOT NULL) WITHOUT ROWID;
  -- as_of: when it was fetched; newest: time of its newest record; records: what it gave; problem: why it is not the newest.
  CREATE TABLE parts (number INTEGER PRIMARY KEY, feed TEXT NOT NULL, part TEXT NOT NULL, as_of TEXT, newest TEXT,
    records INTEGER NOT NULL DEFAULT 0, problem TEXT, UNIQUE (feed, part));
  CREATE TABLE ecosystems (ecosystem TEXT PRIMARY KEY, advisories INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE ecosystem_parts (ecosystem TEXT NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (ecosystem, part)) WITHOUT ROWID;
  -- Of this index and those that it was built over, the oldest first: what each changed stands in changes.
  CREATE TABLE generations (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  CREATE TABLE changes (generation INTEGER NOT NULL, ecosystem TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (generation, ecosystem, name)) WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`
