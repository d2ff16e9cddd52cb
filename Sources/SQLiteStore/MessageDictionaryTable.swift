import Clinical
import RegistryStore

extension SQLiteTransaction {
  func messageDictionaries() throws -> (ids: Set<UInt32>, whole: [MessageDictionary]) {
    let rows = try rows("SELECT id, body FROM message_dictionary ORDER BY recorded_at, id", [])
    var ids: Set<UInt32> = []
    var whole: [MessageDictionary] = []
    while let row = try rows.next() {
      let id = UInt32(truncatingIfNeeded: row[0] as Int64)
      ids.insert(id)
      if let dictionary = MessageDictionary(row[1]), dictionary.id == id { whole.append(dictionary) }
    }
    return (ids, whole)
  }

  func insert(_ dictionary: MessageDictionary, recordedAt: Instant) throws {
    // Another import may have found the same at the same time.
    try run(
      "INSERT INTO message_dictionary (id, recorded_at, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      [Int64(dictionary.id), recordedAt.milliseconds, dictionary.bytes])
    guard try messageDictionary(dictionary.id)?.bytes == dictionary.bytes else {
      throw StoreError.damaged("message dictionary \(dictionary.id)")
    }
  }

  func expand(_ body: UnsafeRawBufferPointer) throws -> [UInt8] {
    guard let id = Compressor.dictionaryID(of: body) else { return try Compressor.expand(body) }
    if dictionaries[id] == nil { dictionaries[id] = try messageDictionary(id) }
    return try Compressor.expand(body, with: dictionaries[id])
  }

  private func messageDictionary(_ id: UInt32) throws -> MessageDictionary? {
    try one([UInt8].self, "SELECT body FROM message_dictionary WHERE id = ?", [Int64(id)])
      .flatMap { MessageDictionary($0) }
  }
}
