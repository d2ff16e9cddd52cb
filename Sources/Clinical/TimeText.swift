/// Times as senders write them, read and written.
///
/// HL7 v2 DTM `YYYYMMDDHH[MM[SS[.S…]]][+/-ZZZZ]`, HL7 V3 TS (the same), the Chinese DT14/DT15 (`YYYYMMDDThhmmss`), FHIR and
/// RFC 3339 `YYYY-MM-DDThh:mm:ss[.s…](Z|±hh:mm)`, and `YYYY-MM-DD hh:mm[:ss]`, `YYYY/MM/DD …` of vendor XML.
extension RegistryZone {
  /// The moment a text names. A time without zone is in this zone.
  ///
  /// - Returns: nil when the text cannot be placed: a filler of zeros, a year or month alone, a day the calendar does not have.
  public func instant(_ text: some StringProtocol) -> Instant? {
    var scanner = TimeScanner(text)
    guard let year = scanner.digits(4), year > 0 else { return nil }
    scanner.skipDateSeparator()
    guard let month = scanner.digits(2, orOne: scanner.separated) else { return nil }
    scanner.skipDateSeparator()
    guard let day = scanner.digits(2, orOne: scanner.separated) else { return nil }
    guard let date = CalendarDate(year: year, month: month, day: day) else { return nil }
    var precision = Instant.Precision.day
    var millisecondsOfDay: Int64 = 0
    scanner.skipTimeSeparator()
    if let hour = scanner.digits(2, orOne: scanner.separated) {
      guard hour <= 24 else { return nil }
      precision = .hour
      millisecondsOfDay = Int64(hour) * 3_600_000
      scanner.skipColon()
      if let minute = scanner.digits(2, orOne: scanner.separated) {
        guard minute < 60 else { return nil }
        precision = .minute
        millisecondsOfDay += Int64(minute) * 60_000
        scanner.skipColon()
        if let second = scanner.digits(2, orOne: scanner.separated) {
          guard second <= 60 else { return nil }
          precision = .second
          millisecondsOfDay += Int64(second) * 1000 + scanner.fraction()
        }
      }
      guard millisecondsOfDay <= 86_400_000 else { return nil }
    }
    let local = Int64(date.epochDay) * 86_400_000 + millisecondsOfDay
    switch scanner.zone() {
    case .none: return Instant(milliseconds: utc(fromLocal: local), precision: precision)
    case .offset(let offset): return Instant(milliseconds: local - offset, precision: precision)
    case .unreadable: return nil
    }
  }

  /// RFC 3339 with this zone's offset: `2025-08-01T02:57:00+08:00`; milliseconds only where there are any.
  public func rfc3339(_ instant: Instant) -> String {
    // Before 1901 the offset of Shanghai is 8 h 5 min 43 s, which RFC 3339 cannot write: in whole minutes it is the same moment.
    let minutesAhead = Int((Double(offset(at: instant.milliseconds)) / 60_000).rounded(.down))
    let local = instant.milliseconds &+ Int64(minutesAhead) * 60_000
    var day = local / 86_400_000
    var rest = local % 86_400_000
    if rest < 0 {
      rest += 86_400_000
      day -= 1
    }
    let seconds = Int(rest / 1000)
    var text = CalendarDate(epochDay: Int(day)).iso
    text += "T" + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
    if rest % 1000 != 0 { text += "." + padded(Int(rest % 1000), 3) }
    let minutes = abs(minutesAhead)
    return text + (minutesAhead < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2)
  }

  /// Whether a moment can be meant: 0001, 1900-01-01 and 9999 are what forms hold when nobody filled them in (recognition.md, "What a
  /// candidate carries").
  public func isPlausible(_ instant: Instant) -> Bool {
    // 1900-01-03 to 9998-12-30, wherever the zone lies: nearly every time there is.
    if instant.milliseconds >= -2_208_816_000_000, instant.milliseconds < 253_370_592_000_000 { return true }
    return date(of: instant).isPlausible
  }
}

extension CalendarDate {
  /// Whether it can be a date that somebody stated: see `RegistryZone.isPlausible`.
  public var isPlausible: Bool {
    switch (year, month, day) {
    case (...1899, _, _), (9999..., _, _), (1900, 1, 1): false
    default: true
    }
  }

  /// Reads `YYYY[-MM[-DD]]`, `YYYY[MM[DD]]` and `YYYY年M月D日`; anything after a full date (a time) is left aside. A month or day of
  /// zeros is not known.
  ///
  /// - Returns: nil for zeros alone (`00000000`), and for what is no date.
  public init?(_ text: some StringProtocol) {
    var scanner = TimeScanner(text)
    guard let year = scanner.digits(4) else { return nil }
    scanner.skipDateSeparator()
    guard let month = scanner.digits(2, orOne: scanner.separated), month > 0 else {
      guard scanner.isRestUnknown else { return nil }
      self.init(year: year)
      return
    }
    scanner.skipDateSeparator()
    guard let day = scanner.digits(2, orOne: scanner.separated), day > 0 else {
      guard scanner.isRestUnknown else { return nil }
      self.init(year: year, month: month)
      return
    }
    self.init(year: year, month: month, day: day)
  }
}

/// Digits and separators of a time, one after the other.
private struct TimeScanner {
  enum Zone {
    case none
    case offset(Int64)
    case unreadable
  }

  private var bytes: [UInt8]
  private var index = 0
  /// Whether the last part was followed by a separator: only then may a number have one digit (`2025/3/7`).
  private(set) var separated = false

  init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
    if bytes.contains(where: { $0 >= 0x80 }) { bytes = TimeScanner.plain(text) }
    while let last = bytes.last, last == 32 || last == 10 || last == 13 || last == 9 { bytes.removeLast() }
    while index < bytes.count, bytes[index] == 32 || bytes[index] == 10 || bytes[index] == 13 || bytes[index] == 9 {
      index += 1
    }
  }

  /// Whether nothing follows but zeros and separators.
  var isRestUnknown: Bool { bytes[index...].allSatisfy { $0 == 48 || $0 == 45 || $0 == 47 || $0 == 46 || $0 == 32 } }

  /// Full-width digits and signs as those of ASCII, and the words of a Chinese date as the signs they stand for.
  private static func plain(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "年", "月": bytes.append(45)
      case "日", "号", "\u{3000}", "\u{A0}": bytes.append(32)
      case "时", "點", "点", "分": bytes.append(58)
      case "秒": continue
      case "\u{FF01}"..."\u{FF5E}": bytes.append(UInt8(scalar.value - 0xFEE0))
      default: bytes += Array(String(scalar).utf8)
      }
    }
    // What ends with its month, hour or minute says no more.
    while let last = bytes.last, last == 45 || last == 58 || last == 32 { bytes.removeLast() }
    return bytes
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }
  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 48 && $0 <= 57 } ?? false }

  mutating func digits(_ count: Int, orOne: Bool = false) -> Int? {
    var value = 0
    var taken = 0
    while taken < count, let byte = next, isDigit(byte) {
      value = value * 10 + Int(byte) - 48
      index += 1
      taken += 1
    }
    if taken == count || (orOne && taken == 1) { return value }
    index -= taken
    return nil
  }

  mutating func skipDateSeparator() {
    separated = next == 45 || next == 47 || next == 46
    if separated { index += 1 }
  }

  mutating func skipTimeSeparator() {
    separated = false
    while let byte = next, byte == 32 || byte == 84 || byte == 116 {
      index += 1
      separated = true
    }
  }

  mutating func skipColon() {
    separated = next == 58
    if separated { index += 1 }
  }

  mutating func fraction() -> Int64 {
    guard next == 46 || next == 44 else { return 0 }
    index += 1
    var milliseconds: Int64 = 0
    var unit: Int64 = 100
    while let byte = next, isDigit(byte) {
      milliseconds += Int64(byte - 48) * unit
      unit /= 10
      index += 1
    }
    return milliseconds
  }

  mutating func zone() -> Zone {
    while next == 32 { index += 1 }
    guard let sign = next else { return .none }
    index += 1
    if sign == 90 || sign == 122 { return index == bytes.count ? .offset(0) : .unreadable }
    guard sign == 43 || sign == 45, let hours = digits(2), hours <= 14 else { return .unreadable }
    skipColon()
    let minutes = digits(2) ?? 0
    guard index == bytes.count, minutes < 60 else { return .unreadable }
    let offset = Int64(hours * 60 + minutes) * 60_000
    return .offset(sign == 45 ? -offset : offset)
  }
}
