internal import GRDB

/// The second schema: what a person administers, and call records that a million rows of can be searched.
///
/// - Providers get their settings and an encrypted secret.
/// - A dialplan can be removed while its versions stay for the records and journals that name them.
/// - Call records are split in two by use. `call_records` holds what a filter asks for, in the order of the list (the
///   key begins with the start time), so that its narrow rows can be walked from the newest on without an index;
///   `call_record_details` holds the rest. Figures: Docs/Benchmarks.md.
enum Schema2 {
    static let identifier = "2"

    static func migrate(_ database: Database) throws {
        try database.execute(sql: Self.providers)
        try database.execute(sql: Self.dialplans)
        try Self.migrateRecords(database)
    }

    private static let providers = """
        -- AES-GCM under the installation's secrets key (ProviderSecret.swift), never plain text.
        ALTER TABLE providers ADD COLUMN secret BLOB CHECK (length(secret) BETWEEN 1 AND 4096);
        ALTER TABLE providers ADD COLUMN realm TEXT CHECK (length(realm) BETWEEN 1 AND 255);
        ALTER TABLE providers ADD COLUMN outbound_proxy TEXT CHECK (length(outbound_proxy) BETWEEN 1 AND 1024);
        ALTER TABLE providers ADD COLUMN from_uri TEXT CHECK (length(from_uri) BETWEEN 1 AND 1024);
        ALTER TABLE providers ADD COLUMN custom_headers TEXT NOT NULL DEFAULT ''
            CHECK (length(custom_headers) <= 8192);
        ALTER TABLE providers ADD COLUMN registers INTEGER NOT NULL DEFAULT 0 CHECK (registers IN (0, 1));
        ALTER TABLE providers ADD COLUMN register_server TEXT CHECK (length(register_server) BETWEEN 1 AND 1024);
        ALTER TABLE providers ADD COLUMN register_contact TEXT CHECK (length(register_contact) BETWEEN 1 AND 1024);
        ALTER TABLE providers ADD COLUMN register_expiry_s INTEGER NOT NULL DEFAULT 3600
            CHECK (register_expiry_s BETWEEN 60 AND 3600);
        ALTER TABLE providers ADD COLUMN disabled_reason TEXT CHECK (length(disabled_reason) BETWEEN 1 AND 1024);
        """

    private static let dialplans = """
        CREATE TABLE dialplans_2 (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            owner_id INTEGER NOT NULL REFERENCES users(id),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
            created_us INTEGER NOT NULL,
            removed_us INTEGER
        ) STRICT;
        INSERT INTO dialplans_2(id, owner_id, name, created_us) SELECT id, owner_id, name, created_us FROM dialplans;
        DROP TABLE dialplans;
        ALTER TABLE dialplans_2 RENAME TO dialplans;
        CREATE INDEX dialplans_owner ON dialplans(owner_id);
        CREATE UNIQUE INDEX dialplans_name ON dialplans(owner_id, name) WHERE removed_us IS NULL;
        """

    private static let records = """
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
            -- One bit of 64 per trigram of the URIs (TrigramSignature.swift): rules most rows out before LIKE is asked.
            signature INTEGER NOT NULL,
            account TEXT,
            from_uri TEXT NOT NULL,
            to_uri TEXT NOT NULL,
            UNIQUE (call, owner_id)
        ) STRICT;
        CREATE INDEX call_records_owner ON call_records(owner_id);

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
        """

    private static let copy = """
        CREATE TEMP TABLE new_record_ids AS
            SELECT id AS old_id, min(max(started_us, 0), 4503599627370495) * 2048
                + row_number() OVER (PARTITION BY started_us ORDER BY id) - 1 AS new_id
            FROM old_call_records;
        CREATE UNIQUE INDEX temp.new_record_ids_old ON new_record_ids(old_id);
        INSERT INTO call_records(id, call, owner_id, direction, status, talk_us, call_id_hash, signature, account,
                from_uri, to_uri)
            SELECT new_id, call, owner_id, direction, status, max(ended_us - answered_us, 0),
                schema2_call_id_hash(sip_call_id), schema2_signature(from_uri, to_uri), account, from_uri, to_uri
            FROM old_call_records JOIN new_record_ids ON old_id = id ORDER BY new_id;
        INSERT INTO call_record_details SELECT new_id, sip_call_id, dialplan_version_id, engine_version, answered_us,
                ended_us, reason, hung_up_by, hang_up_reason
            FROM old_call_records JOIN new_record_ids ON old_id = id ORDER BY new_id;
        INSERT INTO call_legs SELECT new_id, position, destination, sip_call_id, started_us, progressed_us,
                progress_status, progress_reason, answered_us, ended_us, status, reason, hang_up_reason
            FROM old_call_legs JOIN new_record_ids ON old_id = record_id ORDER BY new_id, position;
        DROP TABLE old_call_legs;
        DROP TABLE old_call_records;
        DROP TABLE temp.new_record_ids;
        """

    private static func migrateRecords(_ database: Database) throws {
        try database.execute(
            sql: """
                DROP INDEX call_records_started;
                DROP INDEX call_records_owner_started;
                DROP INDEX call_records_dialplan_version;
                ALTER TABLE call_legs RENAME TO old_call_legs;
                ALTER TABLE call_records RENAME TO old_call_records;
                """)
        try database.execute(sql: Self.records)
        let callIDHash = DatabaseFunction("schema2_call_id_hash", argumentCount: 1, pure: true) { values in
            CallIDHash.of(String.fromDatabaseValue(values[0]) ?? "")
        }
        let signature = DatabaseFunction("schema2_signature", argumentCount: 2, pure: true) { values in
            TrigramSignature(of: String.fromDatabaseValue(values[0]) ?? "", String.fromDatabaseValue(values[1]) ?? "")
                .stored
        }
        database.add(function: callIDHash)
        database.add(function: signature)
        defer {
            database.remove(function: callIDHash)
            database.remove(function: signature)
        }
        try database.execute(sql: Self.copy)
    }
}
