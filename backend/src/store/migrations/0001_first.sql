-- Every column says what it tells whoever reads the database: the operator, an intruder, a thief
-- of backups. Nothing here is content; all contents are sealed in the browser.

CREATE TABLE installation (
    -- Always 1: there is one row.
    only_row   INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    -- SHA-256 of the public half of the secrets file: which secrets file belongs to this database.
    secrets_id BLOB    NOT NULL CHECK (length(secrets_id) = 32)
) STRICT;

CREATE TABLE account (
    -- Random id, drawn by the browser.
    account       BLOB    NOT NULL PRIMARY KEY CHECK (length(account) = 16),
    -- The user name in clear: the server must find it. It need not be anybody's real name.
    username      TEXT    NOT NULL,
    -- The user name with look-alike characters folded: nothing beyond the name.
    folded        TEXT    NOT NULL UNIQUE,
    -- OPAQUE RegistrationRecord: with the secrets file it lets its reader guess passwords offline, at the price of Argon2id.
    opaque_record BLOB    NOT NULL,
    -- Public keys, role (patient or doctor) and date, signed by the account itself.
    key_bundle    BLOB    NOT NULL,
    -- AccountKey under a key from the password: opaque bytes.
    account_key   BLOB    NOT NULL,
    -- IdentityKeys under the AccountKey: opaque bytes.
    identity      BLOB    NOT NULL,
    -- AccountKey under a key from the recovery kit: opaque bytes; none where there is no kit.
    kit           BLOB,
    -- Sealed bytes that the account keeps, reservations included: how much it stores.
    kept_bytes    INTEGER NOT NULL CHECK (kept_bytes >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_head (
    -- Of which account.
    account   BLOB    NOT NULL REFERENCES account,
    -- Counts the statements of the account about itself: how often password or keys changed.
    counter   INTEGER NOT NULL CHECK (counter >= 0),
    -- The signed statement: what changed, hashes of the keys that lie sealed here, how often they were replaced, date.
    statement BLOB    NOT NULL,
    PRIMARY KEY (account, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE address_book (
    -- Whose book.
    account BLOB    NOT NULL PRIMARY KEY REFERENCES account,
    -- How often the book was changed.
    counter INTEGER NOT NULL CHECK (counter > 0),
    -- The book under the AccountKey: opaque bytes of a padded length.
    sealed  BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    -- Random id, drawn by the server. Knowing it authorises nothing.
    session     BLOB    NOT NULL PRIMARY KEY CHECK (length(session) = 16),
    -- Who is signed in.
    account     BLOB    NOT NULL REFERENCES account,
    -- Key of the request proofs, sealed under a key of the secrets file; none while the browser is locked.
    request_key BLOB,
    -- Key that proves a return to the session, sealed under a key of the secrets file.
    return_key  BLOB    NOT NULL,
    -- When the session ends, seconds since 1970: 12 hours after both factors were shown, so when that was.
    expires_at  INTEGER NOT NULL,
    -- What the browser said of itself, under the AccountKey: opaque bytes of a padded length, empty until it did.
    device      BLOB    NOT NULL DEFAULT x''
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

CREATE TABLE tries (
    -- What is counted: 1 tries from a network, 2 registrations from a network, 3 sign-ins to a user name, 4 sign-ins from a device that signed in before.
    kind     INTEGER NOT NULL,
    -- HMAC, under a key of the secrets file, of the network, the user name (whether or not somebody has it) or the device: opaque bytes without that key.
    bucket   BLOB    NOT NULL CHECK (length(bucket) = 16),
    -- When all failed tries are forgotten, seconds since 1970, an hour for each: how many there were. The row goes then.
    clear_at INTEGER NOT NULL,
    -- When the last try was, seconds since 1970.
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE failed_tries (
    -- To whose account somebody tried to sign in and was not let in; null for names that nobody has, all together.
    account  BLOB    REFERENCES account,
    -- When the first try of a series was, seconds since 1970. A series goes after 90 days, and at the latest when there are 20 newer ones of the account.
    began_at INTEGER NOT NULL,
    -- When the last one was, seconds since 1970.
    last_at  INTEGER NOT NULL,
    -- How many there were.
    tries    INTEGER NOT NULL,
    -- How many of them came from devices that had signed in to the account before.
    known    INTEGER NOT NULL,
    -- From how many networks the first 64 of them came.
    places   INTEGER NOT NULL,
    -- While the series may go on: 8 bytes for each of these, an HMAC under a key of the secrets file of the account and the network; empty afterwards.
    marks    BLOB    NOT NULL,
    -- The first session after them, whose browser shows them; null until there is one.
    told     BLOB
) STRICT;
CREATE INDEX failed_tries_by_account ON failed_tries (account, last_at);

CREATE TABLE spent_puzzle (
    -- Random mark of a puzzle that was solved and used: it is good once.
    puzzle     BLOB    NOT NULL PRIMARY KEY CHECK (length(puzzle) = 16),
    -- When it would not be good any more, seconds since 1970; the row goes then.
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE second_factor (
    -- Whose second factor.
    account      BLOB    NOT NULL PRIMARY KEY REFERENCES account,
    -- The secret of the one-time codes, sealed under a key of the secrets file.
    secret       BLOB    NOT NULL,
    -- The step of 30 seconds of the newest code that was taken: when somebody last used one.
    last_step    INTEGER NOT NULL CHECK (last_step >= 0),
    -- Wrong codes in a row, after a right password.
    wrong        INTEGER NOT NULL CHECK (wrong >= 0),
    -- Until when no code is looked at, seconds since 1970.
    closed_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_code (
    -- Whose code.
    account BLOB NOT NULL REFERENCES account,
    -- SHA-256 of the code and the account; the row goes when the code is used.
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept_answer (
    -- Who asked.
    account         BLOB    NOT NULL REFERENCES account,
    -- Random mark of one change and its repeats.
    idempotency_key BLOB    NOT NULL CHECK (length(idempotency_key) = 16),
    -- SHA-256 of method, path, query and body: tells a repeat from another change under the same mark.
    request_hash    BLOB    NOT NULL CHECK (length(request_hash) = 32),
    -- The answer, as it was given: nothing or the id of a blob.
    body            BLOB    NOT NULL,
    -- When it was given, seconds since 1970; the row goes after 24 hours.
    kept_at         INTEGER NOT NULL,
    PRIMARY KEY (account, idempotency_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX kept_answer_by_age ON kept_answer (kept_at);

CREATE TABLE chart (
    -- Random id, drawn by the browser.
    chart BLOB NOT NULL PRIMARY KEY CHECK (length(chart) = 16),
    -- Whose chart.
    owner BLOB NOT NULL REFERENCES account
) STRICT, WITHOUT ROWID;
CREATE INDEX chart_by_owner ON chart (owner);

CREATE TABLE chart_head (
    -- Of which chart.
    chart     BLOB    NOT NULL REFERENCES chart,
    -- Counts the heads of the chart, with gaps after a repair: how often anything in it changed.
    counter   INTEGER NOT NULL CHECK (counter >= 0),
    -- The signed head: compartment ids with their newest heads, ids of live grants, date.
    statement BLOB    NOT NULL,
    PRIMARY KEY (chart, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE compartment_head (
    -- Of which chart.
    chart       BLOB    NOT NULL REFERENCES chart,
    -- Random id of a data category; which category it is, only key holders know.
    compartment BLOB    NOT NULL CHECK (length(compartment) = 16),
    -- Counts the heads of the compartment, with gaps after a repair: how often anything in it changed.
    counter     INTEGER NOT NULL CHECK (counter >= 0),
    -- The signed head: epoch, key id, how many entries and revisions, a hash over the entries, who else may read there, how much of what others wrote the owner has seen, date.
    statement   BLOB    NOT NULL,
    PRIMARY KEY (chart, compartment, counter)
) STRICT, WITHOUT ROWID;

CREATE TABLE compartment_key (
    -- Of which chart.
    chart       BLOB    NOT NULL REFERENCES chart,
    -- Random id of a data category; which category it is, only key holders know.
    compartment BLOB    NOT NULL CHECK (length(compartment) = 16),
    -- Counts the keys of the compartment: how often sharing of it ended.
    epoch       INTEGER NOT NULL CHECK (epoch >= 0),
    -- The newest key under the owner's AccountKey: opaque bytes. Gone once there is a newer one.
    own_wrap    BLOB,
    -- An older key under the next one: opaque bytes.
    back_wrap   BLOB,
    PRIMARY KEY (chart, compartment, epoch),
    CHECK ((own_wrap IS NULL) <> (back_wrap IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
    -- SHA-256 that names the signed grant.
    statement_id BLOB    NOT NULL PRIMARY KEY CHECK (length(statement_id) = 32),
    -- Which chart is shared.
    chart        BLOB    NOT NULL REFERENCES chart,
    -- Random id of the grant, the same over its re-issues.
    grant_id     BLOB    NOT NULL CHECK (length(grant_id) = 16),
    -- With whom.
    grantee      BLOB    NOT NULL REFERENCES account,
    -- The signed grant: who, to whom, when, wrapped keys of which compartment ids.
    statement    BLOB    NOT NULL,
    -- Counter of the head that began it.
    begun_by     INTEGER NOT NULL,
    -- Counter of the head that ended it; none while it lives.
    ended_by     INTEGER CHECK (ended_by > begun_by)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_by_chart ON consent (chart, grantee);
CREATE INDEX consent_by_grantee ON consent (grantee);

CREATE TABLE blob (
    -- Random id, drawn by the server.
    blob          BLOB    NOT NULL PRIMARY KEY CHECK (length(blob) = 16),
    -- To which chart the file belongs.
    chart         BLOB    NOT NULL REFERENCES chart,
    -- Whose quota it counts against.
    uploader      BLOB    NOT NULL REFERENCES account,
    -- Padded and sealed length in bytes: roughly how large the file is.
    sealed_length INTEGER NOT NULL CHECK (sealed_length > 0),
    -- When room was asked for, seconds since 1970.
    reserved_at   INTEGER NOT NULL,
    -- The entry whose revisions name it; none until one does.
    record        BLOB    CHECK (length(record) = 16),
    -- 1 while its parts are being overwritten and removed.
    removing      INTEGER NOT NULL CHECK (removing IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    -- Of which chart.
    chart       BLOB    NOT NULL REFERENCES chart,
    -- Random id of a data category: which entries belong to the same one.
    compartment BLOB    NOT NULL CHECK (length(compartment) = 16),
    -- Counts the revisions of the compartment: their order.
    place       INTEGER NOT NULL CHECK (place > 0),
    -- Random id of the entry: which revisions belong together.
    record      BLOB    NOT NULL CHECK (length(record) = 16),
    -- Counts the revisions of the entry in the compartment.
    number      INTEGER NOT NULL CHECK (number > 0),
    -- 0 while the entry is there, 1 where it left for another category, 2 where its owner has signed that it was lost, 3 where an entry by somebody else was declined, 4 where it was asked about, 5 where its owner has deleted it.
    state       INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3, 4, 5)),
    -- The signed revision: compartment id, author, date, padded lengths, which blob, wrapped keys, whose entry it decides about. Gone once the entry was deleted.
    statement   BLOB,
    -- The sealed entry: opaque bytes of a padded length. Gone soon after the statement.
    entry       BLOB,
    -- Which file it names, if any.
    blob        BLOB    REFERENCES blob,
    PRIMARY KEY (chart, compartment, place),
    UNIQUE (chart, compartment, record, number),
    CHECK (statement IS NULL OR entry IS NOT NULL),
    CHECK (statement IS NOT NULL OR blob IS NULL)
) STRICT;
CREATE INDEX revision_to_erase ON revision (chart) WHERE statement IS NULL AND entry IS NOT NULL;
CREATE INDEX revision_by_blob ON revision (blob, chart, compartment) WHERE blob IS NOT NULL;

CREATE TABLE author (
    -- In which chart somebody else than its owner wrote.
    chart      BLOB    NOT NULL REFERENCES chart,
    -- SHA-256 that names the signed keys beside it.
    bundle_id  BLOB    NOT NULL CHECK (length(bundle_id) = 32),
    -- The author's public keys, user name and role as they were then: they stay when the account goes.
    key_bundle BLOB    NOT NULL,
    PRIMARY KEY (chart, bundle_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE author_statement (
    -- Of which chart.
    chart        BLOB    NOT NULL REFERENCES chart,
    -- Random id of a data category: which entries belong to the same one.
    compartment  BLOB    NOT NULL CHECK (length(compartment) = 16),
    -- Counts the statements of the compartment: their order of arrival.
    place        INTEGER NOT NULL CHECK (place > 0),
    -- Who wrote it.
    author       BLOB    NOT NULL CHECK (length(author) = 16),
    -- Counts the author's statements in the compartment.
    number       INTEGER NOT NULL CHECK (number > 0),
    -- SHA-256 that names the signed statement.
    statement_id BLOB    NOT NULL CHECK (length(statement_id) = 32),
    -- Random id of the entry that it begins.
    record       BLOB    NOT NULL CHECK (length(record) = 16),
    -- Counter of the compartment head that the author had seen.
    head_counter INTEGER NOT NULL CHECK (head_counter >= 0),
    -- Under which keys it was signed.
    bundle_id    BLOB    NOT NULL CHECK (length(bundle_id) = 32),
    -- The signed statement: author, date, a hash of what it encloses.
    statement    BLOB    NOT NULL,
    -- What it encloses: padded lengths, which blob, wrapped keys. Gone once the entry was deleted.
    enclosure    BLOB,
    -- The sealed entry: opaque bytes of a padded length. Gone soon after what was enclosed.
    entry        BLOB,
    -- Which file it names, if any.
    blob         BLOB    REFERENCES blob,
    PRIMARY KEY (chart, compartment, place),
    UNIQUE (chart, compartment, author, number),
    UNIQUE (chart, record),
    CHECK (enclosure IS NULL OR entry IS NOT NULL),
    CHECK (enclosure IS NOT NULL OR blob IS NULL)
) STRICT;
CREATE INDEX author_statement_to_erase ON author_statement (chart) WHERE enclosure IS NULL AND entry IS NOT NULL;
CREATE INDEX author_statement_by_blob ON author_statement (blob, chart, compartment) WHERE blob IS NOT NULL;

CREATE TABLE leaf (
    -- Of which chart.
    chart       BLOB    NOT NULL REFERENCES chart,
    -- Random id of a data category: which entries belong to the same one.
    compartment BLOB    NOT NULL CHECK (length(compartment) = 16),
    -- Counts the entries of the compartment: in which order they were begun.
    position    INTEGER NOT NULL CHECK (position > 0),
    -- Random id of the entry.
    record      BLOB    NOT NULL CHECK (length(record) = 16),
    -- The number of its newest revision: how often it was changed.
    number      INTEGER NOT NULL CHECK (number > 0),
    -- SHA-256 that names the signed newest revision.
    revision_id BLOB    NOT NULL CHECK (length(revision_id) = 32),
    -- 0 while the entry is there, 1 where it left for another category, 2 where its owner has signed that it was lost, 3 where an entry by somebody else was declined, 4 where it was asked about, 5 where its owner has deleted it.
    state       INTEGER NOT NULL CHECK (state IN (0, 1, 2, 3, 4, 5)),
    PRIMARY KEY (chart, compartment, position),
    UNIQUE (chart, compartment, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE part (
    -- Order of arrival over the whole server.
    part_id INTEGER NOT NULL PRIMARY KEY,
    -- Of which blob.
    blob    BLOB    NOT NULL REFERENCES blob,
    -- Its place in the blob.
    part    INTEGER NOT NULL CHECK (part >= 0),
    -- SHA-256 of the sealed bytes.
    leaf    BLOB    NOT NULL CHECK (length(leaf) = 32),
    -- Sealed bytes of the file.
    bytes   BLOB    NOT NULL,
    UNIQUE (blob, part)
) STRICT;
