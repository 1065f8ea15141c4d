// The tables of an advisory index: one SQLite file that is never written while somebody may read it.

/** Raised with every change of the tables: an index of another version is built anew, never migrated. */
export const schemaVersion = 6

export const tables = `
  PRAGMA user_version = ${schemaVersion};
  -- Each record once, as JSON without its time, whatever number of packages it names. several: it is folded from what
  -- stands in told.
  CREATE TABLE advisories (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, modified TEXT NOT NULL,
    part INTEGER NOT NULL, several INTEGER NOT NULL DEFAULT 0, record TEXT NOT NULL);
  CREATE INDEX advisories_of_part ON advisories (part, several);
  -- What several parts say under one id, or one part several times. record: absent where it is what they fold to.
  CREATE TABLE told (advisory INTEGER NOT NULL, part INTEGER NOT NULL, nth INTEGER NOT NULL, modified TEXT NOT NULL,
    record TEXT, PRIMARY KEY (advisory, part, nth));
  CREATE INDEX told_of_part ON told (part, advisory, nth);
  -- What is read to judge a package, apart from the records, which are read when they change (advisory-excerpt.ts).
  CREATE TABLE heads (number INTEGER PRIMARY KEY, head TEXT NOT NULL);
  -- Ecosystems with their release: Debian:12; names in the form in which they are compared (model/package-name.ts).
  CREATE TABLE names (ecosystem TEXT NOT NULL, name TEXT NOT NULL, advisory INTEGER NOT NULL, entries TEXT NOT NULL,
    PRIMARY KEY (ecosystem, name, advisory)) WITHOUT ROWID;
  CREATE TABLE exploited (id TEXT PRIMARY KEY, since TEXT, part INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE epss (id TEXT PRIMARY KEY, probability REAL NOT NULL, percentile REAL NOT NULL,
    part INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE ends (of TEXT PRIMARY KEY, day TEXT NOT NULL, part INTEGER NOT NULL) WITHOUT ROWID;
  -- as_of: when it was fetched; newest: time of its newest record; records: what it gave, others: of that no advisories,
  -- unnamed: advisories of no package, ahead: dated in the future; problem: why it is not the newest, kept: why its former
  -- state is; replaces: JSON, feeds whose records its own replace; made_of: of its files, as whoever fetched them tells it.
  CREATE TABLE parts (number INTEGER PRIMARY KEY, feed TEXT NOT NULL, part TEXT NOT NULL, as_of TEXT, newest TEXT,
    records INTEGER NOT NULL DEFAULT 0, others INTEGER NOT NULL DEFAULT 0, unnamed INTEGER NOT NULL DEFAULT 0,
    ahead INTEGER NOT NULL DEFAULT 0, problem TEXT, kept TEXT, replaces TEXT NOT NULL DEFAULT '[]', made_of TEXT,
    UNIQUE (feed, part));
  -- How many advisories of a part speak of an ecosystem.
  CREATE TABLE ecosystem_parts (ecosystem TEXT NOT NULL, part INTEGER NOT NULL, advisories INTEGER NOT NULL,
    PRIMARY KEY (ecosystem, part)) WITHOUT ROWID;
  -- Of this index and those that it was made from, the oldest first: what each changed stands in changes.
  CREATE TABLE generations (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  CREATE TABLE changes (generation INTEGER NOT NULL, ecosystem TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (generation, ecosystem, name)) WITHOUT ROWID;
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`
