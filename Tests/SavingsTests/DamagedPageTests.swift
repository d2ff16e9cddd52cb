import Catalogue
import Clinical
import Savings
import Testing

/// A page of the books whose bytes were changed: told, or other figures, and no trap.
@Suite("a damaged page")
struct DamagedPageTests {
  private static func page() throws -> BookPage {
    let lines = (0..<5).map { number in
      var line = BookLine(since: Books.time("2025-03-0\(number + 1)"), orderedAt: Books.time("2025-03-0\(number + 1)"))
      line.words.institution = Int64(number)
      line.words.item = Int64(number * 300)
      line.isPrompt = true
      line.isAccepted = number % 2 == 0
      line.respondedAt = Books.time("2025-03-0\(number + 2)")
      line.validUntil = Books.time("2025-03-09")
      line.reversedAt = number == 4 ? Books.time("2025-03-08") : nil
      line.until = number == 2 ? Books.time("2025-03-07") : nil
      line.amountFen = number * 100_000
      line.consultationFen = number * 70
      return line
    }
    return try #require(BookPage(lines))
  }

  @Test("every byte of every part changed", arguments: [0xFF, 0x01, 0x80, 0x40] as [UInt8])
  func changed(mask: UInt8) throws {
    let page = try Self.page()
    let reference = try Books.reference()
    var told = 0
    for part in 0..<3 {
      let count = [page.sums, page.times, page.words][part].count
      for place in 0..<count {
        var parts = [page.sums, page.times, page.words]
        parts[part][place] ^= mask
        var scope = AuditScope(at: Books.time("2025-03-06"))
        scope.dimensions = [.month, .institution, .item, .reason]
        var scan = BookScan(scope, zone: .shanghai)
        let isRead = parts[0].withUnsafeBytes {
          scan.add(sums: $0, times: parts[1], words: parts[2], ordered: page.ordered.lowerBound)
        }
        told += isRead ? 0 : 1
        if isRead {
          _ =
            scan.figures {
              String($0)
            } reference: {
              reference
            }.total.netFen
        }
      }
      for length in 0..<count {
        var parts = [page.sums, page.times, page.words]
        parts[part] = Array(parts[part].prefix(length))
        var scan = BookScan(AuditScope(at: Books.time("2025-03-06")), zone: .shanghai)
        let isRead = parts[0].withUnsafeBytes {
          scan.add(sums: $0, times: parts[1], words: parts[2], ordered: page.ordered.lowerBound)
        }
        #expect(!isRead, "part \(part), \(length) bytes of it")
      }
    }
    #expect(told > 0)
  }
}
