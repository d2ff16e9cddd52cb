import Clinical
import Testing

struct TimeTextTests {
  private let zone = RegistryZone.shanghai

  @Test(arguments: [
    ("20250530", "2025-05-30T00:00:00+08:00", Instant.Precision.day),
    ("202505300805", "2025-05-30T08:05:00+08:00", .minute),
    ("2025年5月30日", "2025-05-30T00:00:00+08:00", .day),
    ("2025年05月30日 8时5分", "2025-05-30T08:05:00+08:00", .minute),
    ("2025年5月30日8点05分09秒", "2025-05-30T08:05:09+08:00", .second),
    ("２０２５－０５－３０　０８：０５", "2025-05-30T08:05:00+08:00", .minute),
    ("2025/5/3 8:05", "2025-05-03T08:05:00+08:00", .minute), ("2025.5.3", "2025-05-03T00:00:00+08:00", .day),
    ("2025-05-30T00:05:00Z", "2025-05-30T08:05:00+08:00", .second),
  ])
  func isPlaced(text: String, expected: String, precision: Instant.Precision) {
    let instant = zone.instant(text)
    #expect(instant.map { zone.rfc3339($0) } == expected)
    #expect(instant?.precision == precision)
  }

  @Test(arguments: ["2025", "202505", "2025年5月", "20251301", "20250230", "00000000", "30/05/2025", "5月30日", "昨天"])
  func cannotBePlaced(text: String) {
    #expect(zone.instant(text) == nil)
  }

  @Test(arguments: [
    ("19800101", "1980-01-01"), ("1980-1-1", "1980-01-01"), ("1980年1月", "1980-01"), ("1980", "1980"),
    ("19800000", "1980"),
    ("1980-00-00", "1980"), ("198005", "1980-05"), ("19800500", "1980-05"), ("1980年5月3日", "1980-05-03"),
    ("1980-05-03T00:00:00", "1980-05-03"),
  ])
  func isADate(text: String, expected: String) {
    #expect(CalendarDate(text)?.iso == expected)
  }

  @Test(arguments: ["00000000", "1980-02-30", "19801", "1980abcd", "不详", ""])
  func isNoDate(text: String) {
    #expect(CalendarDate(text) == nil)
  }

  @Test(arguments: [
    ("1900-01-01T12:00:00+08:00", false), ("1900-01-02T00:00:00+08:00", true), ("0001-01-01T00:00:00+08:00", false),
    ("9998-12-31T23:00:00+08:00", true), ("9999-12-31T00:00:00+08:00", false), ("2025-01-01T00:00:00Z", true),
  ])
  func canBeMeant(text: String, isPlausible: Bool) throws {
    #expect(zone.isPlausible(try #require(zone.instant(text))) == isPlausible)
  }

  @Test func beforeTheZonesFirstWholeOffsetTheMomentStays() throws {
    for text in ["1900-06-01T12:00:00Z", "1850-01-01T00:00:01Z", "1901-01-01T00:00:00+08:05"] {
      let instant = try #require(zone.instant(text))
      #expect(zone.instant(zone.rfc3339(instant)) == instant)
    }
  }

  @Test(
    arguments: [("-", "-"), (" － ", "－"), ("--", nil), ("无", nil), ("4.1", "4.1"), ("", nil), ("null", nil)]
      as [(String, String?)])
  func aLoneDashIsAnAnswer(text: String, expected: String?) {
    #expect(Filler.answer(text) == expected)
  }
}
