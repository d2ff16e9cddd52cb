/// The tables of audits' pages. Like the books they are derived, and overwritten: whatever they hold can be made again from reports,
/// links and events.
enum AuditPageSchema {
  static let sql = """
    -- What pages tell of: reports (institution and number) and persons (code).
    CREATE TABLE audit_subject (
      id INTEGER PRIMARY KEY,
      kind INTEGER NOT NULL,
      scope TEXT NOT NULL,
      name TEXT NOT NULL,
      -- Whether it is to be looked at anew.
      is_stale INTEGER NOT NULL,
      -- The days in whose pages its lines are, four bytes each.
      days BLOB NOT NULL,
      UNIQUE (kind, scope, name)
    ) STRICT;
    CREATE INDEX audit_subject_stale ON audit_subject (kind) WHERE is_stale = 1;

    -- The lines of a kind and day, in packed columns.
    CREATE TABLE audit_page (
      id INTEGER PRIMARY KEY,
      kind INTEGER NOT NULL,
      day INTEGER NOT NULL,
      body BLOB NOT NULL,
      UNIQUE (kind, day)
    ) STRICT;

    -- How far the pages of a kind of subject have followed what is recorded.
    CREATE TABLE audit_state (
      kind INTEGER PRIMARY KEY,
      -- Raised whenever pages or subjects change: what was made of an earlier state is not put in place.
      edition INTEGER NOT NULL,
      -- Up to which commit they have followed.
      followed INTEGER NOT NULL,
      reference TEXT NOT NULL
    ) STRICT;

    -- Which orders were ever about a person: as the decisions name them, by code and by source record.
    CREATE TABLE book_asked (
      order_key TEXT NOT NULL,
      person TEXT NOT NULL,
      record INTEGER,
      UNIQUE (order_key, person, record)
    ) STRICT;
    -- Orders of which a report that was chosen has other versions than that one: few, and those that `corrected` looks at.
    CREATE TABLE book_corrected (
      order_key TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX book_asked_person ON book_asked (person);
    CREATE INDEX book_asked_record ON book_asked (record) WHERE record IS NOT NULL;
    """
}
