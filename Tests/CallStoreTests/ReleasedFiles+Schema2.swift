extension ReleasedFiles {
    /// The file of the first schema after the second migration.
    static let schema2 = """
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
        INSERT INTO "accounts" \
        VALUES(1,'alice',1,1,'0123456789abcdef0123456789abcdef',\
        '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',NULL,'default',0,1770000000000000);
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
        INSERT INTO "bindings" \
        VALUES(1,1,'sip:alice@192.0.2.7',1000,'udp','192.0.2.1:5060','192.0.2.7:5060',NULL,'r1',4,NULL,\
        1770000300000000,1770000000000000);
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
        INSERT INTO "call_legs" \
        VALUES(3624960000000000000,0,'sip:200@192.0.2.9',NULL,1770000000000000,NULL,NULL,NULL,NULL,NULL,486,NULL,\
        NULL);
        INSERT INTO "call_legs" \
        VALUES(3624960000000000000,1,'sip:201@192.0.2.9',NULL,1770000001000000,NULL,NULL,NULL,NULL,NULL,200,NULL,\
        NULL);
        CREATE TABLE call_record_details (
            record_id INTEGER PRIMARY KEY REFERENCES call_records(id) ON DELETE CASCADE,
            sip_call_id TEXT NOT NULL,
            -- No reference: versions go only with their owner, whose records go first.
            dialplan_version_id INTEGER,
            engine_version INTEGER CHECK (engine_version BETWEEN 0 AND 4294967295),
            answered_us INTEGER,
            ended_us INTEGER NOT NULL,
            reason TEXT,
            hung_up_by TEXT CHECK (hung_up_by IN ('caller', 'callee', 'switch')),
            hang_up_reason TEXT
        ) STRICT;
        INSERT INTO "call_record_details" \
        VALUES(3624959999999997952,'c0',NULL,NULL,NULL,1770000000000000,NULL,NULL,NULL);
        INSERT INTO "call_record_details" \
        VALUES(3624960000000000000,'c1',2,NULL,1770000004000000,1770000060000000,'OK',NULL,NULL);
        CREATE TABLE call_records (
            -- started_us * 2048 plus a number that tells apart what started in one microsecond.
            id INTEGER PRIMARY KEY CHECK (id >= 0),
            started_us INTEGER NOT NULL GENERATED ALWAYS AS (id >> 11) VIRTUAL,
            call INTEGER NOT NULL CHECK (call >= 1),
            owner_id INTEGER NOT NULL REFERENCES users(id),
            direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
            -- The final status the caller got; NULL when the caller left without one.
            status INTEGER CHECK (status BETWEEN 200 AND 699),
            -- From the answer to the end; NULL when nobody answered.
            talk_us INTEGER CHECK (talk_us >= 0),
            -- FNV-1a (32 bits) of the SIP Call-ID: finds it without an index of its own.
            call_id_hash INTEGER NOT NULL,
            -- One bit of 64 per trigram of the URIs (TrigramSignature.swift): rules most rows out before LIKE \
        is asked.
            signature INTEGER NOT NULL,
            account TEXT,
            from_uri TEXT NOT NULL,
            to_uri TEXT NOT NULL,
            UNIQUE (call, owner_id)
        ) STRICT;
        INSERT INTO "call_records" \
        VALUES(3624959999999997952,10,1,'in',NULL,NULL,2267668038,3541240157919912210,NULL,'sip:bob@example.org',\
        'sip:alice@example.org');
        INSERT INTO "call_records" \
        VALUES(3624960000000000000,11,1,'out',200,56000000,2284445657,3469780663847747922,NULL,\
        'sip:alice@example.org','sip:200@example.org');
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
        INSERT INTO "dialplan_versions" \
        VALUES(1,1,1,X'0000000000000000000000000000000000000000000000000000000000000000','sys.Log(1)','alice','',\
        1770000000000000);
        INSERT INTO "dialplan_versions" \
        VALUES(2,1,2,X'0000000000000000000000000000000000000000000000000000000000000000','sys.Dial(''200'')',\
        'alice','dial',1770000000000000);
        CREATE TABLE "dialplans" (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
            created_us INTEGER NOT NULL,
            removed_us INTEGER
        ) STRICT;
        INSERT INTO "dialplans" VALUES(1,1,'default',1770000000000000,NULL);
        CREATE TABLE domain_aliases (
            alias TEXT NOT NULL PRIMARY KEY CHECK (length(alias) BETWEEN 1 AND 255 AND alias = lower(alias)),
            domain_id INTEGER NOT NULL REFERENCES domains(id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        INSERT INTO "domain_aliases" VALUES('*',1);
        CREATE TABLE domains (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255 AND name = lower(name)),
            created_us INTEGER NOT NULL
        ) STRICT;
        INSERT INTO "domains" VALUES(1,'example.org',1770000000000000);
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO "grdb_migrations" VALUES('1');
        INSERT INTO "grdb_migrations" VALUES('2');
        CREATE TABLE journals (
            call INTEGER NOT NULL CHECK (call >= 1),
            execution INTEGER NOT NULL CHECK (execution >= 0),
            engine_version INTEGER NOT NULL CHECK (engine_version BETWEEN 0 AND 4294967295),
            entries BLOB NOT NULL CHECK (length(entries) <= 16777216),
            updated_us INTEGER NOT NULL,
            PRIMARY KEY (call, execution)
        ) STRICT;
        INSERT INTO "journals" VALUES(12,0,1,X'010203',1770000000000000);
        CREATE TABLE providers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND instr(name, '.') = 0),
            server_uri TEXT NOT NULL CHECK (length(server_uri) BETWEEN 1 AND 1024),
            username TEXT NOT NULL CHECK (length(username) BETWEEN 1 AND 128),
            auth_username TEXT CHECK (length(auth_username) BETWEEN 1 AND 128),
            created_us INTEGER NOT NULL, secret BLOB CHECK (length(secret) BETWEEN 1 AND 4096), realm TEXT CHECK \
        (length(realm) BETWEEN 1 AND 255), outbound_proxy TEXT CHECK (length(outbound_proxy) BETWEEN 1 AND \
        1024), from_uri TEXT CHECK (length(from_uri) BETWEEN 1 AND 1024), custom_headers TEXT NOT NULL DEFAULT ''
            CHECK (length(custom_headers) <= 8192), registers INTEGER NOT NULL DEFAULT 0 CHECK (registers IN (0, \
        1)), register_server TEXT CHECK (length(register_server) BETWEEN 1 AND 1024), register_contact TEXT \
        CHECK (length(register_contact) BETWEEN 1 AND 1024), register_expiry_s INTEGER NOT NULL DEFAULT 3600
            CHECK (register_expiry_s BETWEEN 60 AND 3600), disabled_reason TEXT CHECK (length(disabled_reason) \
        BETWEEN 1 AND 1024),
            UNIQUE (owner_id, name)
        ) STRICT;
        INSERT INTO "providers" \
        VALUES(1,1,'voip1','sip:sip.provider.net','u1',NULL,1770000000000000,NULL,NULL,NULL,NULL,'',0,NULL,NULL,\
        3600,NULL);
        CREATE TABLE settings (
            key TEXT NOT NULL PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 128),
            value TEXT NOT NULL CHECK (length(value) <= 65536)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO "settings" VALUES('colour','blue');
        CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL COLLATE NOCASE UNIQUE
                CHECK (length(name) BETWEEN 1 AND 64 AND name NOT GLOB '*[^A-Za-z0-9_-]*'),
            created_us INTEGER NOT NULL,
            suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1))
        ) STRICT;
        INSERT INTO "users" VALUES(1,'alice',1770000000000000,0);
        CREATE INDEX domain_aliases_domain ON domain_aliases(domain_id);
        CREATE TRIGGER domains_name_is_no_alias BEFORE INSERT ON domains
        WHEN EXISTS (SELECT 1 FROM domain_aliases WHERE alias = new.name)
        BEGIN SELECT RAISE(ABORT, 'this name is an alias of another domain'); END;
        CREATE TRIGGER domain_aliases_alias_is_no_name BEFORE INSERT ON domain_aliases
        WHEN EXISTS (SELECT 1 FROM domains WHERE name = new.alias)
        BEGIN SELECT RAISE(ABORT, 'this alias is the name of a domain'); END;
        CREATE INDEX accounts_owner ON accounts(owner_id);
        CREATE TRIGGER dialplan_versions_never_change BEFORE UPDATE ON dialplan_versions
        BEGIN SELECT RAISE(ABORT, 'a dialplan version never changes'); END;
        CREATE INDEX bindings_expiry ON bindings(expires_us);
        CREATE INDEX dialplans_owner ON dialplans(owner_id);
        CREATE UNIQUE INDEX dialplans_name ON dialplans(owner_id, name) WHERE removed_us IS NULL;
        CREATE INDEX call_records_owner ON call_records(owner_id);
        """
}
