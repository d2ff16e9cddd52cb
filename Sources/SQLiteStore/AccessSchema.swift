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
}
