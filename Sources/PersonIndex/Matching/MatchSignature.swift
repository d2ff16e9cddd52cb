import Clinical

/// The normalised form of a record that the index keeps in memory and the store keeps beside the record: 56 bytes, hashes in place of
/// names and numbers. A record with several names, or more than three numbers besides the resident ID or two telephones, takes as
/// much again for each. The fields of Latin tables are not in it.
public struct MatchSignature: Hashable, Sendable {
  let lines: [MatchLine]

  init(lines: [MatchLine]) { self.lines = lines }

  public init(_ record: PersonRecord) {
    var numbers = record.numbers.filter { $0.kind != .residentID || $0.value != record.residentID }
      .map { MatchLine.number($0.kind, $0.value) }
    numbers += record.doubtfulNumbers.map { MatchLine.number($0.kind, $0.value) }
    if let mother = record.motherResidentID { numbers.append(MatchLine.number(.motherResidentID, mother)) }
    let phones = record.phones.map { StableHash.short($0) }
    let parts = max(1, (numbers.count + 2) / 3, (phones.count + 1) / 2)
    var names: [PersonName?] = [record.name] + record.otherNames
    // Latin names meet whichever word comes first.
    for case let name? in names where name.words.count > 1 { names += name.rotations.map { $0 } }
    lines = names.flatMap { name in
      (0..<parts).map { part in
        MatchLine(
          record, name: name, numbers: numbers.dropFirst(3 * part).prefix(3),
          phones: phones.dropFirst(2 * part).prefix(2), isPart: parts > 1)
      }
    }
  }

  /// What to store: the bytes of one little-endian machine are those of another.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(lines.count * MatchLine.storedBytes)
    for line in lines {
      for place in 0..<MatchLine.storedBytes / 4 {
        let word = line.words[place]
        for shift in [0, 8, 16, 24] as [UInt32] { result.append(UInt8(truncatingIfNeeded: word >> shift)) }
      }
    }
    return result
  }

  /// - Returns: nil when the bytes are not those of a signature of this version: make it again from the record.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty, bytes.count % MatchLine.storedBytes == 0 else { return nil }
    var lines: [MatchLine] = []
    lines.reserveCapacity(bytes.count / MatchLine.storedBytes)
    for start in stride(from: 0, to: bytes.count, by: MatchLine.storedBytes) {
      var words = SIMD16<UInt32>()
      for place in 0..<MatchLine.storedBytes / 4 {
        words[place] = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 4 * place, as: UInt32.self))
      }
      lines.append(MatchLine(words: words))
    }
    guard lines.allSatisfy({ $0.storedVersion == MatchLine.version }) else { return nil }
    self.lines = lines
  }
}
