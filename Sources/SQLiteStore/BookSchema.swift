/// The tables of the books. Unlike the others they are derived, and overwritten: whatever they hold can be made again from the
/// events and the reports.
enum BookSchema {
  static let sql = """
    -- What prompts were and became: one row for each stretch of time in which the same decision and response held.
    CREATE TABLE book_entry (
      id INTEGER PRIMARY KEY,
      order_key TEXT NOT NULL,
      person TEXT NOT NULL,
      day INTEGER NOT NULL,
      institution TEXT NOT NULL,
      item TEXT NOT NULL,
      sources TEXT,
      department TEXT,
      clinician TEXT,
      setting TEXT NOT NULL,
      order_reason INTEGER,
      is_prompt INTEGER NOT NULL,
      is_same_institution INTEGER NOT NULL,
      since INTEGER NOT NULL,
      until INTEGER,
      ordered_at INTEGER NOT NULL,
      amount_fen INTEGER,
      valid_until INTEGER,
      window_hours INTEGER NOT NULL,
      claimed_items TEXT NOT NULL,
      responded_at INTEGER,
      is_accepted INTEGER NOT NULL,
      reason_number INTEGER,
      reason_code TEXT,
      is_patient_told INTEGER NOT NULL,
      consultation_fen INTEGER NOT NULL,
      scheme TEXT,
      enrolment TEXT,
      payment TEXT,
      reversed_at INTEGER,
      deferred_at INTEGER,
      -- Whether the person's results are to be looked at again.
      is_stale INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX book_entry_order ON book_entry (order_key);
    CREATE INDEX book_entry_person ON book_entry (person);
    CREATE INDEX book_entry_day ON book_entry (day);
    CREATE INDEX book_entry_stale ON book_entry (person) WHERE is_stale = 1;

    -- The entries of a day in packed columns, as the reference data reads them: a report reads pages, not rows.
    CREATE TABLE book_page (
      day INTEGER PRIMARY KEY,
      is_stale INTEGER NOT NULL,
      first_ordered INTEGER NOT NULL,
      last_ordered INTEGER NOT NULL,
      first_accepted INTEGER NOT NULL,
      last_accepted INTEGER NOT NULL,
      since INTEGER NOT NULL,
      settled_at INTEGER NOT NULL,
      sums BLOB NOT NULL
    ) STRICT;
    CREATE INDEX book_page_stale ON book_page (day) WHERE is_stale = 1;

    -- day * 2: the page's times; + 1: its words.
    CREATE TABLE book_part (
      id INTEGER PRIMARY KEY,
      body BLOB NOT NULL
    ) STRICT;

    CREATE TABLE book_word (
      id INTEGER PRIMARY KEY,
      text TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE book_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      event INTEGER NOT NULL,
      version INTEGER NOT NULL,
      link INTEGER NOT NULL,
      redirect INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      reference TEXT NOT NULL,
      zone TEXT NOT NULL
    ) STRICT;
    """

  static let asked = """
    -- The source record that the order was about; null where the decision does not say.
    ALTER TABLE book_entry ADD COLUMN record INTEGER;
    CREATE INDEX book_entry_record ON book_entry (record) WHERE record IS NOT NULL;
    """

  /// Entries of every item that was ordered, not of prompts alone; what they were made of before is made again.
  static let questioned = """
    DELETE FROM book_entry;
    DELETE FROM book_page;
    DELETE FROM book_part;
    DELETE FROM book_unreadable;
    DROP TABLE book_state;
    CREATE TABLE book_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      -- Up to which commit the books have followed.
      followed INTEGER NOT NULL,
      reference TEXT NOT NULL,
      zone TEXT NOT NULL
    ) STRICT;
    -- book_part from now on: day * 4 is the page's times, + 1 its words, + 2 what was asked and decided.
    ALTER TABLE book_entry ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
    -- JSON: how many candidates failed each check.
    ALTER TABLE book_entry ADD COLUMN causes TEXT NOT NULL DEFAULT '';
    -- JSON: the institutions whose results stood in, each once.
    ALTER TABLE book_entry ADD COLUMN source_list TEXT NOT NULL DEFAULT '';
    """

  /// Entries keep what a later result is compared with; what they were made of before is made again.
  static let compared = """
    DELETE FROM book_entry;
    DELETE FROM book_page;
    DELETE FROM book_part;
    DELETE FROM book_word;
    DELETE FROM book_state;
    ALTER TABLE book_entry RENAME COLUMN claimed_items TO claimed_tests;

    -- Events that cannot be read, as no time or amount they hold can be meant: they are in no figure, and every audit names them.
    CREATE TABLE book_unreadable (
      id INTEGER PRIMARY KEY,
      event_id TEXT NOT NULL
    ) STRICT;
    """
}
