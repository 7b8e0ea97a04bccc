-- Keys of sessions that were removed for good: nothing of them but that, so that whoever still holds one does not bring it back.

CREATE TABLE purged (
    session TEXT PRIMARY KEY
);
