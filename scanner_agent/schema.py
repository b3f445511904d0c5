"""The outbox's tables. Nothing is ever deleted, and what was signed, sent back or seen is never changed: by trigger.

All but what is private, which may have to be erased, and advice, of which the newest is enough.
"""

_FIRST = """
CREATE TABLE draft (
    session INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    input   BLOB    NOT NULL,  -- JSON of a workflow.Kept
    PRIMARY KEY (session, n)
) STRICT;

CREATE TABLE session_end (
    session INTEGER PRIMARY KEY,
    outcome TEXT NOT NULL CHECK (outcome IN ('signed', 'cancelled'))
) STRICT;

CREATE TABLE statement (
    issuer      TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    id          TEXT    NOT NULL UNIQUE,
    envelope    BLOB    NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'receipted', 'quarantined')),
    entry_index INTEGER,
    receipt     BLOB,
    PRIMARY KEY (issuer, seq),
    CHECK ((state = 'receipted') = (receipt IS NOT NULL AND entry_index IS NOT NULL))
) STRICT;
CREATE INDEX statement_pending ON statement (seq) WHERE state = 'pending';

CREATE TABLE checkpoint (  -- each verified, and consistent with those before it
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    note BLOB NOT NULL
) STRICT;

CREATE TABLE roster (
    entry_index INTEGER PRIMARY KEY,
    entry       BLOB NOT NULL
) STRICT;

CREATE TABLE incident (  -- what an operator has to look at
    id        INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL CHECK (kind IN ('refused', 'chain-behind', 'split-view')),
    issuer    TEXT,
    statement TEXT,
    time      INTEGER NOT NULL,
    detail    TEXT    NOT NULL,
    evidence  TEXT    NOT NULL,  -- JSON
    reviewed  INTEGER
) STRICT;

CREATE TRIGGER draft_kept       BEFORE DELETE ON draft       BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER session_end_kept BEFORE DELETE ON session_end BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER statement_kept   BEFORE DELETE ON statement   BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER checkpoint_kept  BEFORE DELETE ON checkpoint  BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER roster_kept      BEFORE DELETE ON roster      BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER incident_kept    BEFORE DELETE ON incident    BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER draft_fixed       BEFORE UPDATE ON draft       BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
CREATE TRIGGER session_end_fixed BEFORE UPDATE ON session_end BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
CREATE TRIGGER checkpoint_fixed  BEFORE UPDATE ON checkpoint  BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
CREATE TRIGGER roster_fixed      BEFORE UPDATE ON roster      BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
CREATE TRIGGER statement_fixed BEFORE UPDATE ON statement
    WHEN OLD.state = 'receipted' OR NEW.issuer IS NOT OLD.issuer OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id
        OR NEW.envelope IS NOT OLD.envelope
    BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER incident_fixed BEFORE UPDATE ON incident
    WHEN OLD.reviewed IS NOT NULL OR NEW.kind IS NOT OLD.kind OR NEW.issuer IS NOT OLD.issuer
        OR NEW.statement IS NOT OLD.statement OR NEW.time IS NOT OLD.time OR NEW.detail IS NOT OLD.detail
        OR NEW.evidence IS NOT OLD.evidence
    BEGIN SELECT RAISE(ABORT, 'an incident is reviewed once'); END;
"""

_ADVICE = """
CREATE TABLE private (
    hash   TEXT PRIMARY KEY,  -- hex SHA-256 of salted
    kind   TEXT NOT NULL,     -- the field: note, vehicle, paper, photo
    salted BLOB NOT NULL      -- 16 random bytes, then the content
) STRICT;

CREATE TABLE snapshot (  -- signed by an advisor, as verified
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    hash   TEXT NOT NULL,  -- hex SHA-256 of signed
    signed BLOB NOT NULL
) STRICT;
"""

# `photographs` is a function of ours. Statements of the version before, which had no such table, are looked into.
_PHOTOGRAPHS = """
CREATE TABLE photograph (  -- the photographs that a statement names
    hash      TEXT NOT NULL,
    statement TEXT NOT NULL REFERENCES statement (id),
    PRIMARY KEY (hash, statement)
) STRICT;
INSERT INTO photograph SELECT DISTINCT value, statement.id FROM statement, json_each(photographs(envelope));

CREATE TABLE upload (  -- what became of them
    hash    TEXT PRIMARY KEY,
    outcome TEXT    NOT NULL CHECK (outcome IN ('sent', 'refused')),
    time    INTEGER NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;

CREATE TRIGGER photograph_kept  BEFORE DELETE ON photograph BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER photograph_fixed BEFORE UPDATE ON photograph BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
CREATE TRIGGER upload_kept      BEFORE DELETE ON upload     BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER upload_fixed     BEFORE UPDATE ON upload     BEGIN SELECT RAISE(ABORT, 'nothing is changed'); END;
"""

_CARRIED = """
CREATE TABLE carried (  -- other devices' statements, brought here without a network
    id          TEXT    PRIMARY KEY,
    issuer      TEXT    NOT NULL,
    seq         INTEGER NOT NULL,
    envelope    BLOB    NOT NULL,
    time        INTEGER NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'receipted', 'quarantined')),
    entry_index INTEGER,
    receipt     BLOB,
    CHECK ((state = 'receipted') = (receipt IS NOT NULL AND entry_index IS NOT NULL))
) STRICT;
CREATE INDEX carried_chain ON carried (issuer, seq);

CREATE TRIGGER carried_kept  BEFORE DELETE ON carried BEGIN SELECT RAISE(ABORT, 'nothing is deleted'); END;
CREATE TRIGGER carried_fixed BEFORE UPDATE ON carried
    WHEN OLD.state = 'receipted' OR NEW.issuer IS NOT OLD.issuer OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id
        OR NEW.envelope IS NOT OLD.envelope OR NEW.time IS NOT OLD.time
    BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
"""

_SYNCED = """
CREATE TABLE synced (  -- the last whole exchange with the ledger
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    time     INTEGER NOT NULL,  -- by this device's clock
    received INTEGER NOT NULL   -- of the newest entry seen, by the ledger's
) STRICT;
"""

# An id is of what was signed: a copy whose signatures hold takes the place of one in quarantine.
_CARRIED_AGAIN = """
DROP TRIGGER carried_fixed;
CREATE TRIGGER carried_fixed BEFORE UPDATE ON carried
    WHEN OLD.state = 'receipted' OR NEW.issuer IS NOT OLD.issuer OR NEW.seq IS NOT OLD.seq OR NEW.id IS NOT OLD.id
        OR NEW.time IS NOT OLD.time
        OR (NEW.envelope IS NOT OLD.envelope AND (OLD.state, NEW.state) <> ('quarantined', 'pending'))
    BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
"""

_BY_STATE = """
CREATE INDEX statement_state ON statement (state);  -- the counts that a screen shows, without reading envelopes
"""

# What was recorded before this version is known again with the next snapshot.
_BY_ITEM = """
DROP TABLE snapshot;
CREATE TABLE advice (  -- what it is based on
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    size    INTEGER NOT NULL,  -- of the log, in the newest snapshot that was verified; 0: there is none
    advisor TEXT,              -- the keyid that signed it
    seq     INTEGER NOT NULL   -- of this device's statements: what is not in the snapshot is in known up to here
) STRICT;
INSERT INTO advice SELECT 1, 0, NULL, ifnull(max(seq), 0) FROM statement;

CREATE TABLE known (
    item  TEXT PRIMARY KEY,
    state BLOB NOT NULL  -- JSON of an advice.Known
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_entry ON statement (issuer, seq, entry_index);
"""

_AFTER_A_STOP = """
CREATE TABLE wrong_pin (  -- of badges that were not opened since
    handler TEXT    PRIMARY KEY,
    count   INTEGER NOT NULL
) STRICT;

CREATE TABLE document_due (  -- the first parts of sessions whose document is not written yet
    statement TEXT PRIMARY KEY REFERENCES statement (id)
) STRICT;
"""

_TAGGED = """
ALTER TABLE advice ADD COLUMN tag TEXT;  -- by which the ledger knows the snapshot again
"""

STEPS = [_FIRST, _ADVICE, _PHOTOGRAPHS, _CARRIED, _SYNCED, _CARRIED_AGAIN, _BY_STATE, _BY_ITEM, _AFTER_A_STOP, _TAGGED]
"""Each version's tables, beyond those of the version before."""
VERSION = len(STEPS)
