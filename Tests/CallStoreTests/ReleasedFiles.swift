import Foundation
import GRDB
import Testing

struct ReleasedFile: Sendable, CustomTestStringConvertible {
    let schema: String
    let sql: String

    var testDescription: String { "schema \(self.schema)" }
}

/// Files as released versions made them. FROZEN: each is a copy of what that version wrote, so that a change to the
/// migrations cannot change the test with it. A release with a new schema adds one.
enum ReleasedFiles {
    static let all = [
        ReleasedFile(schema: "1", sql: schema1), ReleasedFile(schema: "2", sql: schema2),
    ]

    static func make(_ sql: String, at path: String) throws {
        // The rows stand in the order of the tables' names, not of their references.
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA application_id = 1146113102")
            try database.execute(sql: sql)
        }
        try queue.close()
    }

    static let schema1 = """
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

        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1');
        INSERT INTO users(name, created_us) VALUES ('alice', 1770000000000000);
        INSERT INTO domains(name, created_us) VALUES ('example.org', 1770000000000000);
        INSERT INTO domain_aliases VALUES ('*', 1);
        INSERT INTO accounts(username, domain_id, owner_id, ha1_md5, ha1_sha256, out_dialplan, created_us) VALUES
            ('alice', 1, 1, '0123456789abcdef0123456789abcdef',
             '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'default', 1770000000000000);
        INSERT INTO providers(owner_id, name, server_uri, username, created_us) VALUES
            (1, 'voip1', 'sip:sip.provider.net', 'u1', 1770000000000000);
        INSERT INTO dialplans(owner_id, name, created_us) VALUES (1, 'default', 1770000000000000);
        INSERT INTO dialplan_versions(dialplan_id, number, digest, text, author, note, created_us) VALUES
            (1, 1, zeroblob(32), 'sys.Log(1)', 'alice', '', 1770000000000000),
            (1, 2, zeroblob(32), 'sys.Dial(''200'')', 'alice', 'dial', 1770000000000000);
        INSERT INTO bindings(account_id, contact, priority_thousandths, received_transport, received_local,
            received_remote, call_id, cseq, expires_us, updated_us) VALUES
            (1, 'sip:alice@192.0.2.7', 1000, 'udp', '192.0.2.1:5060', '192.0.2.7:5060', 'r1', 4, 1770000300000000,
             1770000000000000);
        INSERT INTO call_records(call, owner_id, direction, from_uri, to_uri, sip_call_id, dialplan_version_id,
            started_us, answered_us, ended_us, status, reason) VALUES
            (11, 1, 'out', 'sip:alice@example.org', 'sip:200@example.org', 'c1', 2, 1770000000000000,
             1770000004000000, 1770000060000000, 200, 'OK'),
            (10, 1, 'in', 'sip:bob@example.org', 'sip:alice@example.org', 'c0', NULL, 1769999999999999, NULL,
             1770000000000000, NULL, NULL);
        INSERT INTO call_legs(record_id, position, destination, started_us, status) VALUES
            (1, 0, 'sip:200@192.0.2.9', 1770000000000000, 486), (1, 1, 'sip:201@192.0.2.9', 1770000001000000, 200);
        INSERT INTO journals(call, execution, engine_version, entries, updated_us) VALUES
            (12, 0, 1, X'010203', 1770000000000000);
        INSERT INTO settings VALUES ('colour', 'blue');
        """
}
