-- One subset of DDL for SQLite and PostgreSQL. TEXT sorts by code point, INTEGER has 64 bits. WITHOUT ROWID is SQLite's alone.

CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE sessions (
    "id" TEXT PRIMARY KEY,
    "code" TEXT NOT NULL,
    seq INTEGER NOT NULL,
    "pack" TEXT NOT NULL,
    "pack_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "flow" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "audience" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "started" TEXT NOT NULL,
    "changed" TEXT NOT NULL,
    "come_back" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    snapshot BLOB NOT NULL
);

CREATE INDEX sessions_by_change ON sessions ("state", "changed", "id");

CREATE TABLE events (
    session TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (session, seq)
) WITHOUT ROWID;

CREATE TABLE session_packs (
    session TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (session, digest)
) WITHOUT ROWID;

CREATE INDEX session_packs_by_digest ON session_packs (digest, session);

CREATE TABLE packs (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    sources BLOB NOT NULL
);

CREATE TABLE cases (
    "session" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "portal" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "body" BLOB NOT NULL,
    "changed" TEXT NOT NULL,
    "filed" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    PRIMARY KEY ("session", "number")
);

CREATE INDEX cases_by_change ON cases ("state", "changed", "session", "number");

CREATE TABLE files (
    session TEXT NOT NULL,
    digest TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (session, digest)
);

CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    session TEXT NOT NULL
);

CREATE TABLE terms (
    session TEXT NOT NULL,
    term TEXT NOT NULL,
    PRIMARY KEY (session, term)
) WITHOUT ROWID;

CREATE INDEX terms_by_term ON terms (term, session);

CREATE TABLE wrong_codes (
    asker TEXT NOT NULL,
    at TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (asker, at)
);
