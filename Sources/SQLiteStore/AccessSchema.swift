/// Who looked at whose data.
enum AccessSchema {
  /// By the code that a person had when somebody asked for their data: whoever asks who looked reads no other's events.
  static let sql = """
    CREATE TABLE event_person (
      person TEXT NOT NULL,
      event INTEGER NOT NULL REFERENCES event (id),
      PRIMARY KEY (person, event)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO event_person (person, event)
      SELECT person, id FROM
        (SELECT id, CASE WHEN json_valid(body) THEN json_extract(body, '$.person') END AS person FROM event
         WHERE kind = 'decision')
      WHERE person IS NOT NULL;
    """

  /// Words are short, and guessed from a digest that anybody can make. Which algorithm ties an event stands with it, for the day on which
  /// there is another.
  static let keyed = """
    CREATE TABLE digest_key (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT;
    INSERT INTO digest_key (id, key) VALUES (1, randomblob(32));
    ALTER TABLE event ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'SHA-256';
    """
}
