internal import GRDB
import RegistryStore

/// The tables, as append-only migrations. Times are milliseconds since the epoch, UTC. Nothing is overwritten: a change is a new
/// row with its own `recorded_at`, so that `--known-at` can go back to any moment.
///
/// A source record's id begins with its shard (`shard << 40 | sequence`): what is stored of a patient of an institution can be
/// laid on one node of a larger engine by that prefix alone.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 spine") { db in
      try db.execute(sql: spine)
    }
    migrator.registerMigration("2 event text") { db in
      try db.execute(sql: eventText)
    }
    migrator.registerMigration("3 person index") { db in
      try db.execute(sql: personIndex)
    }
    migrator.registerMigration("4 books") { db in
      try db.execute(sql: BookSchema.sql)
    }
    migrator.registerMigration("5 link grades") { db in
      try db.execute(sql: linkGrades)
    }
    migrator.registerMigration("6 numbers of a record") { db in
      try db.execute(sql: numbersOfRecord)
    }
    // A table alone needs no check of what all others refer to, which takes minutes where they are large.
    migrator.registerMigration("7 message dictionaries", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: messageDictionaries)
    }
    migrator.registerMigration("8 report identities", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: ReportIdentitySchema.sql)
    }
    migrator.registerMigration("9 where quarantined messages stood", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: quarantinePlaces)
    }
    migrator.registerMigration("10 what the books compare", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: BookSchema.compared)
    }
    migrator.registerMigration("11 decided events", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: decidedEvents)
    }
    migrator.registerMigration("12 patient events", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: patientEvents)
    }
    migrator.registerMigration("13 crowds", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: crowds)
    }
    migrator.registerMigration("14 moved reports", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: ReportMove.schema)
    }
    migrator.registerMigration("15 commits", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: CommitClock.schema)
      try db.execute(sql: IdentityPast.schema)
      try db.execute(sql: CommitDigest.schema)
      try SQLiteTransaction(reading: db).digestFirstCommit()
    }
    migrator.registerMigration("16 whom an order was about", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: BookSchema.asked)
    }
    migrator.registerMigration("17 pages of audits", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: CommitRows.schema)
      try db.execute(sql: AuditPageSchema.sql)
      try db.execute(sql: BookSchema.questioned)
    }
    registerService(in: &migrator)
    return migrator
  }

  private static let crowds = """
    -- What so many people have in common that it proves nothing: telephones, dwellings, numbers, names. A hash alone.
    CREATE TABLE common_value (
      id INTEGER PRIMARY KEY,
      value INTEGER NOT NULL UNIQUE,
      recorded_at INTEGER NOT NULL
    ) STRICT;

    -- Records of different people that are grouped together, for what comes of one depends on the other. Derived.
    CREATE TABLE tie (
      record_a INTEGER NOT NULL REFERENCES source_record (id),
      record_b INTEGER NOT NULL REFERENCES source_record (id),
      PRIMARY KEY (record_a, record_b),
      CHECK (record_a < record_b)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tie_record_b ON tie (record_b);
    """

  private static let patientEvents = """
    -- What institutions say of their own patients' numbers: updates, merges, links. It holds of whoever has the numbers, also of records
    -- that come later, until it is undone. With `record_identity` the place of names and numbers.
    CREATE TABLE patient_event (
      id INTEGER PRIMARY KEY,
      -- The event of the chain.
      event TEXT NOT NULL UNIQUE,
      institution TEXT NOT NULL,
      kind TEXT NOT NULL,
      message INTEGER NOT NULL REFERENCES message (id),
      -- When the institution says that it happened: of two that contradict each other the later holds.
      at INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER,
      patient BLOB NOT NULL,
      prior BLOB
    ) STRICT;

    -- The numbers it is about. `told`: digest of what it tells of patients beside their numbers, empty for nothing.
    CREATE TABLE patient_event_number (
      institution TEXT NOT NULL,
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      told BLOB NOT NULL,
      at INTEGER NOT NULL,
      patient_event INTEGER NOT NULL REFERENCES patient_event (id),
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER,
      PRIMARY KEY (institution, kind, value, told, at, patient_event)
    ) STRICT, WITHOUT ROWID;

    -- When the institution says it, for what it says of two of its own records; null: a human says it.
    ALTER TABLE verdict ADD COLUMN stated_at INTEGER;

    -- What was said of a record by such an event alone, and is unsaid with it.
    CREATE TABLE stated_identity (
      identity INTEGER PRIMARY KEY REFERENCES record_identity (id),
      event TEXT NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE INDEX stated_identity_event ON stated_identity (event);

    -- Numbers that nothing says of the record any more.
    CREATE TABLE ended_identifier (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      institution TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES source_record (id),
      ended_at INTEGER NOT NULL,
      PRIMARY KEY (kind, value, institution, record)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whether there is a decision is asked of every line of feedback, and there may be a hundred thousand about one that is not there.
  private static let decidedEvents = "CREATE INDEX event_decided ON event (decision_id) WHERE kind = 'decision'"

  /// What a retry needs beside the bytes: without it a place told again would be counted from the message's own first line.
  private static let quarantinePlaces = """
    ALTER TABLE quarantine ADD COLUMN frame_line INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE quarantine ADD COLUMN frame_column INTEGER NOT NULL DEFAULT 1;
    -- Whose feed it was said to be (`huren import --from`); null where nothing was said.
    ALTER TABLE quarantine ADD COLUMN feed_of TEXT;
    """

  private static let messageDictionaries = """
    -- What compressed messages have in common: pieces of messages. A message that names one cannot be read without it.
    CREATE TABLE message_dictionary (
      id INTEGER PRIMARY KEY,
      recorded_at INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    """

  /// What was said of a record tells its numbers; the index of them by record was a fifth of a population's database.
  private static let numbersOfRecord = "DROP INDEX identifier_record"

  /// `IN` makes SQLite build a table of the grades at every insert; the comparisons say the same.
  private static let linkGrades = """
    CREATE TABLE link_graded (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES source_record (id),
      person TEXT NOT NULL REFERENCES person (code),
      grade TEXT NOT NULL CHECK (grade = 'certain' OR grade = 'probable' OR grade = 'possible'),
      rule TEXT NOT NULL,
      actor TEXT NOT NULL,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO link_graded SELECT id, record, person, grade, rule, actor, recorded_at FROM link;
    DROP TABLE link;
    ALTER TABLE link_graded RENAME TO link;
    CREATE INDEX link_record ON link (record);
    CREATE INDEX link_person ON link (person);
    """

  private static let personIndex = """
    -- What the index counts with: weights, frequencies, population. The newest row holds.
    CREATE TABLE person_model (
      id INTEGER PRIMARY KEY,
      version TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      body BLOB NOT NULL
    ) STRICT;

    -- The normalised form of a record as the index holds it in memory, derived from what was said of it. The newest row of a record holds.
    CREATE TABLE match_signature (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES source_record (id),
      body BLOB NOT NULL
    ) STRICT;

    -- Two records that may be one person's: a human decides. Open until it has an end.
    CREATE TABLE review (
      id INTEGER PRIMARY KEY,
      record_a INTEGER NOT NULL REFERENCES source_record (id),
      record_b INTEGER NOT NULL REFERENCES source_record (id),
      guards TEXT NOT NULL,
      -- log2 of the odds that the two are one person's.
      bits REAL NOT NULL,
      -- Whether a link was given up for what else their people hold: then both belong to one neighbourhood.
      is_refused_link INTEGER NOT NULL CHECK (is_refused_link IN (0, 1)),
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER,
      outcome TEXT CHECK (outcome IN ('linked', 'not-the-same', 'superseded')),
      CHECK (record_a < record_b)
    ) STRICT;
    CREATE INDEX review_record_a ON review (record_a);
    CREATE INDEX review_record_b ON review (record_b);
    CREATE INDEX review_open ON review (bits) WHERE ended_at IS NULL;

    -- What a human said of two records, for ever unless undone: same (a pin) or not (a veto).
    CREATE TABLE verdict (
      id INTEGER PRIMARY KEY,
      record_a INTEGER NOT NULL REFERENCES source_record (id),
      record_b INTEGER NOT NULL REFERENCES source_record (id),
      is_same INTEGER NOT NULL CHECK (is_same IN (0, 1)),
      -- The event of the chain it came with.
      event TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER,
      CHECK (record_a < record_b)
    ) STRICT;
    CREATE INDEX verdict_record_a ON verdict (record_a);
    CREATE INDEX verdict_record_b ON verdict (record_b);
    CREATE INDEX verdict_event ON verdict (event);

    -- A report of which its person says that it is not theirs. It counts as uncertain until that is settled.
    CREATE TABLE dispute (
      id INTEGER PRIMARY KEY,
      institution TEXT NOT NULL,
      report_number TEXT NOT NULL,
      event TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER,
      outcome TEXT CHECK (outcome IN ('theirs', 'not-theirs'))
    ) STRICT;
    CREATE INDEX dispute_report ON dispute (institution, report_number);

    -- The event of the chain that a link came with, for those made by a human.
    CREATE TABLE link_event (
      link INTEGER PRIMARY KEY REFERENCES link (id),
      event TEXT NOT NULL
    ) STRICT;
    CREATE INDEX link_event_event ON link_event (event);
    """

  private static let eventText = """
    -- Words of an event that may name a patient: beside the chain, which holds their digest.
    CREATE TABLE event_text (
      event_id TEXT PRIMARY KEY REFERENCES event (event_id),
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  private static let spine = """
    -- Where messages came from: a file, an entry of an archive.
    CREATE TABLE feed (
      id INTEGER PRIMARY KEY,
      label TEXT NOT NULL UNIQUE
    ) STRICT;

    -- Accepted messages, with their bytes as evidence (zstd).
    CREATE TABLE message (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      institution TEXT NOT NULL,
      -- Who sent it, as the message writes it: message ids are the sender's own.
      sender TEXT NOT NULL,
      message_id TEXT NOT NULL,
      message_time INTEGER NOT NULL,
      content BLOB NOT NULL,
      dialect TEXT NOT NULL,
      feed INTEGER NOT NULL REFERENCES feed (id),
      line INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      findings TEXT,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX message_sender ON message (sender, message_id);

    -- A patient as one institution knows them: what results belong to, for ever.
    CREATE TABLE source_record (
      id INTEGER PRIMARY KEY,
      institution TEXT NOT NULL,
      key_kind TEXT NOT NULL,
      key_value TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      UNIQUE (institution, key_kind, key_value)
    ) STRICT;

    -- What was said of that patient, each time it changed.
    CREATE TABLE record_identity (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES source_record (id),
      message INTEGER NOT NULL REFERENCES message (id),
      told_at INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      digest BLOB NOT NULL,
      body BLOB NOT NULL,
      UNIQUE (record, digest)
    ) STRICT;

    -- Numbers to find a record by. `institution` is empty for those that mean the same everywhere.
    CREATE TABLE identifier (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      institution TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES source_record (id),
      recorded_at INTEGER NOT NULL,
      PRIMARY KEY (kind, value, institution, record)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX identifier_record ON identifier (record);

    CREATE TABLE person (
      code TEXT PRIMARY KEY,
      recorded_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Record -> person. The newest row of a record holds; older ones say what was believed before.
    CREATE TABLE link (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES source_record (id),
      person TEXT NOT NULL REFERENCES person (code),
      grade TEXT NOT NULL CHECK (grade IN ('certain', 'probable', 'possible')),
      rule TEXT NOT NULL,
      actor TEXT NOT NULL,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX link_record ON link (record);
    CREATE INDEX link_person ON link (person);

    -- A code that was merged away redirects for ever, unless a later row says otherwise.
    CREATE TABLE redirect (
      id INTEGER PRIMARY KEY,
      person TEXT NOT NULL REFERENCES person (code),
      target TEXT NOT NULL REFERENCES person (code),
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX redirect_person ON redirect (person);
    CREATE INDEX redirect_target ON redirect (target);

    -- Every state of every report that was told. What is current is computed from them, never stored.
    CREATE TABLE report_version (
      id INTEGER PRIMARY KEY,
      record INTEGER NOT NULL REFERENCES source_record (id),
      institution TEXT NOT NULL,
      report_number TEXT NOT NULL,
      message INTEGER NOT NULL REFERENCES message (id),
      message_time INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      content BLOB NOT NULL,
      body BLOB NOT NULL
    ) STRICT;
    CREATE INDEX report_version_record ON report_version (record);
    CREATE INDEX report_version_number ON report_version (institution, report_number);

    CREATE TABLE quarantine (
      id INTEGER PRIMARY KEY,
      digest BLOB NOT NULL,
      code TEXT NOT NULL,
      reason TEXT NOT NULL,
      feed INTEGER NOT NULL REFERENCES feed (id),
      line INTEGER NOT NULL,
      column_number INTEGER NOT NULL,
      path TEXT NOT NULL,
      frame TEXT NOT NULL,
      prologue BLOB NOT NULL,
      recorded_at INTEGER NOT NULL,
      body BLOB NOT NULL,
      UNIQUE (digest, code)
    ) STRICT;

    -- A quarantined message that was taken in later, by a retry.
    CREATE TABLE quarantine_release (
      quarantine INTEGER PRIMARY KEY REFERENCES quarantine (id),
      recorded_at INTEGER NOT NULL
    ) STRICT;

    -- Reference data as loaded: whole folders, so that a decision can be made again with what was in force.
    CREATE TABLE reference_generation (
      id INTEGER PRIMARY KEY,
      recorded_at INTEGER NOT NULL,
      digest TEXT NOT NULL,
      body BLOB NOT NULL
    ) STRICT;

    -- What happened, chained: each row carries the digest of the one before it.
    CREATE TABLE event (
      id INTEGER PRIMARY KEY,
      event_id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      decision_id TEXT,
      at INTEGER NOT NULL,
      recorded_at INTEGER NOT NULL,
      body TEXT NOT NULL,
      previous BLOB NOT NULL,
      digest BLOB NOT NULL
    ) STRICT;
    CREATE INDEX event_decision ON event (decision_id);
    """
}
