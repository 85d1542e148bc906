/// The first released schema. FROZEN: files with it exist. Any change is a new migration in a new file.
///
/// Rules that the tables keep by themselves, whoever writes: types (STRICT), references, lengths, ranges, uniqueness.
/// Times are microseconds since 1970 UTC in columns ending in `_us`. Booleans are 0 or 1.
enum Schema1 {
    static let identifier = "1"

    static let sql = """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE UNIQUE
                CHECK (length(name) BETWEEN 1 AND 64 AND name NOT GLOB '*[^A-Za-z0-9_-]*'),
            created_us INTEGER NOT NULL,
            suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1))
        ) STRICT;

        CREATE TABLE domains (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255 AND name = lower(name)),
            created_us INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE domain_aliases (
            alias TEXT NOT NULL PRIMARY KEY CHECK (length(alias) BETWEEN 1 AND 255 AND alias = lower(alias)),
            domain_id INTEGER NOT NULL REFERENCES domains(id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX domain_aliases_domain ON domain_aliases(domain_id);

        -- A host name means one domain, whether it is its name or an alias.
        CREATE TRIGGER domains_name_is_no_alias BEFORE INSERT ON domains
        WHEN EXISTS (SELECT 1 FROM domain_aliases WHERE alias = new.name)
        BEGIN SELECT RAISE(ABORT, 'this name is an alias of another domain'); END;
        CREATE TRIGGER domain_aliases_alias_is_no_name BEFORE INSERT ON domain_aliases
        WHEN EXISTS (SELECT 1 FROM domains WHERE name = new.alias)
        BEGIN SELECT RAISE(ABORT, 'this alias is the name of a domain'); END;

        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 64),
            domain_id INTEGER NOT NULL REFERENCES domains(id),
            owner_id INTEGER NOT NULL REFERENCES users(id),
            ha1_md5 TEXT NOT NULL CHECK (length(ha1_md5) = 32 AND ha1_md5 NOT GLOB '*[^0-9a-f]*'),
            ha1_sha256 TEXT NOT NULL CHECK (length(ha1_sha256) = 64 AND ha1_sha256 NOT GLOB '*[^0-9a-f]*'),
            in_dialplan TEXT CHECK (length(in_dialplan) BETWEEN 1 AND 64),
            out_dialplan TEXT CHECK (length(out_dialplan) BETWEEN 1 AND 64),
            disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
            created_us INTEGER NOT NULL,
            UNIQUE (domain_id, username)
        ) STRICT;
        CREATE INDEX accounts_owner ON accounts(owner_id);

        -- No column for the secret: a later migration adds one for what the caller has encrypted.
        CREATE TABLE providers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND instr(name, '.') = 0),
            server_uri TEXT NOT NULL CHECK (length(server_uri) BETWEEN 1 AND 1024),
            username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 128),
            auth_username TEXT CHECK (length(auth_username) BETWEEN 1 AND 128),
            created_us INTEGER NOT NULL,
            UNIQUE (owner_id, name)
        ) STRICT;

        CREATE TABLE dialplans (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
            created_us INTEGER NOT NULL,
            UNIQUE (owner_id, name)
        ) STRICT;

        CREATE TABLE dialplan_versions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            dialplan_id INTEGER NOT NULL REFERENCES dialplans(id) ON DELETE CASCADE,
            number INTEGER NOT NULL CHECK (number >= 1),
            digest BLOB NOT NULL CHECK (length(digest) = 32),
            text TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 262144),
            author TEXT NOT NULL CHECK (length(author) <= 128),
            note TEXT NOT NULL CHECK (length(note) <= 1024),
            created_us INTEGER NOT NULL,
            UNIQUE (dialplan_id, number)
        ) STRICT;
        CREATE TRIGGER dialplan_versions_never_change BEFORE UPDATE ON dialplan_versions
        BEGIN SELECT RAISE(ABORT, 'a dialplan version never changes'); END;

        CREATE TABLE bindings (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
            contact TEXT NOT NULL CHECK (length(CAST(contact AS BLOB)) BETWEEN 1 AND 1024),
            priority_thousandths INTEGER NOT NULL CHECK (priority_thousandths BETWEEN 0 AND 1000),
            received_transport TEXT,
            received_local TEXT,
            received_remote TEXT,
            instance TEXT CHECK (length(instance) BETWEEN 1 AND 512),
            call_id TEXT NOT NULL CHECK (length(call_id) BETWEEN 1 AND 512),
            cseq INTEGER NOT NULL CHECK (cseq BETWEEN 0 AND 4294967295),
            user_agent TEXT CHECK (length(user_agent) <= 512),
            expires_us INTEGER NOT NULL,
            updated_us INTEGER NOT NULL,
            UNIQUE (account_id, contact),
            CHECK ((received_transport IS NULL) = (received_local IS NULL)
                AND (received_transport IS NULL) = (received_remote IS NULL))
        ) STRICT;
        CREATE INDEX bindings_expiry ON bindings(expires_us);

        CREATE TABLE call_records (
            id INTEGER PRIMARY KEY,
            call INTEGER NOT NULL CHECK (call >= 1),
            owner_id INTEGER NOT NULL REFERENCES users(id),
            direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
            account TEXT,
            from_uri TEXT NOT NULL,
            to_uri TEXT NOT NULL,
            sip_call_id TEXT NOT NULL,
            dialplan_version_id INTEGER REFERENCES dialplan_versions(id),
            engine_version INTEGER CHECK (engine_version BETWEEN 0 AND 4294967295),
            started_us INTEGER NOT NULL,
            answered_us INTEGER,
            ended_us INTEGER NOT NULL,
            status INTEGER CHECK (status BETWEEN 200 AND 699),
            reason TEXT,
            hung_up_by TEXT CHECK (hung_up_by IN ('caller', 'callee', 'switch')),
            hang_up_reason TEXT,
            UNIQUE (call, owner_id)
        ) STRICT;
        CREATE INDEX call_records_started ON call_records(started_us);
        CREATE INDEX call_records_owner_started ON call_records(owner_id, started_us);
        CREATE INDEX call_records_dialplan_version ON call_records(dialplan_version_id);

        CREATE TABLE call_legs (
            record_id INTEGER NOT NULL REFERENCES call_records(id) ON DELETE CASCADE,
            position INTEGER NOT NULL CHECK (position >= 0),
            destination TEXT NOT NULL,
            sip_call_id TEXT,
            started_us INTEGER NOT NULL,
            progressed_us INTEGER,
            progress_status INTEGER CHECK (progress_status BETWEEN 100 AND 199),
            progress_reason TEXT,
            answered_us INTEGER,
            ended_us INTEGER,
            status INTEGER CHECK (status BETWEEN 200 AND 699),
            reason TEXT,
            hang_up_reason TEXT,
            PRIMARY KEY (record_id, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE journals (
            call INTEGER NOT NULL CHECK (call >= 1),
            execution INTEGER NOT NULL CHECK (execution >= 0),
            engine_version INTEGER NOT NULL CHECK (engine_version BETWEEN 0 AND 4294967295),
            entries BLOB NOT NULL CHECK (length(entries) <= 16777216),
            updated_us INTEGER NOT NULL,
            PRIMARY KEY (call, execution)
        ) STRICT;

        CREATE TABLE settings (
            key TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 128),
            value TEXT NOT NULL CHECK (length(value) <= 65536)
        ) STRICT, WITHOUT ROWID;
        """
}
