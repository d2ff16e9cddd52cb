/// One record of a CSV file.
public struct CSVRecord: Hashable, Sendable {
  /// The line on which it begins, counted from 1.
  public var line: Int
  public var fields: [String]

  public init(line: Int, fields: [String]) {
    self.line = line
    self.fields = fields
  }
}

/// Why bytes are not CSV.
public struct CSVError: Error, Hashable, Sendable {
  public var line: Int
  public var message: String
}

/// CSV after RFC 4180: quoted fields, doubled quotes, line ends CRLF, LF or CR; a byte order mark and blank lines are
/// left aside.
public enum CSVReader {
  /// The records of a file.
  ///
  /// - Throws: where the bytes are not UTF-8 or the quoting is broken.
  public static func records(_ bytes: [UInt8]) throws(CSVError) -> [CSVRecord] {
    var scanner = Scanner(bytes)
    return try scanner.records()
  }

  private struct Scanner {
    private let bytes: [UInt8]
    private var index: Int
    private var line = 1

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func records() throws(CSVError) -> [CSVRecord] {
      var records: [CSVRecord] = []
      while index < bytes.count {
        let start = line
        let fields = try record()
        if fields != [""] { records.append(CSVRecord(line: start, fields: fields)) }
      }
      return records
    }

    private mutating func record() throws(CSVError) -> [String] {
      var fields: [String] = []
      while true {
        fields.append(index < bytes.count && bytes[index] == 34 ? try quoted() : try plain())
        guard index < bytes.count else { return fields }
        let byte = bytes[index]
        index += 1
        if byte == 44 { continue }
        if byte == 13, index < bytes.count, bytes[index] == 10 { index += 1 }
        line += 1
        return fields
      }
    }

    private mutating func plain() throws(CSVError) -> String {
      let start = index
      while index < bytes.count {
        let byte = bytes[index]
        if byte == 44 || byte == 10 || byte == 13 { break }
        if byte == 34 {
          throw CSVError(
            line: line, message: "a quote inside an unquoted field: put the whole field in quotes and double the quote")
        }
        index += 1
      }
      return try text(bytes[start..<index])
    }

    private mutating func quoted() throws(CSVError) -> String {
      let start = line
      var field: [UInt8] = []
      index += 1
      while index < bytes.count {
        let byte = bytes[index]
        index += 1
        if byte != 34 {
          if byte == 10 || (byte == 13 && !(index < bytes.count && bytes[index] == 10)) { line += 1 }
          field.append(byte)
          continue
        }
        if index < bytes.count, bytes[index] == 34 {
          field.append(34)
          index += 1
          continue
        }
        guard index == bytes.count || bytes[index] == 44 || bytes[index] == 10 || bytes[index] == 13 else {
          throw CSVError(line: line, message: "text after a closing quote: double a quote that belongs to the field")
        }
        return try text(field[...])
      }
      throw CSVError(line: start, message: "a quoted field that never ends: close its quote")
    }

    private func text(_ slice: ArraySlice<UInt8>) throws(CSVError) -> String {
      guard let text = String(validating: slice, as: UTF8.self) else {
        throw CSVError(line: line, message: "not UTF-8: save the file as UTF-8")
      }
      return text
    }
  }
}
