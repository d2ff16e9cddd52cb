import Clinical
import Feeds
import Foundation
import Messages
import Registry
import RegistryStore
import Testing

@Suite("packing")
struct PackingTests {
  /// Every report of the samples, as its dialect's reader writes it down.
  static func reports() throws -> [Report] {
    let folder = Bench.samples.appending(path: "feeds").path
    let roots = Dictionary(MessageReader.roots.map { ($0, MessageRoots.Nesting.withinOthers) }) { first, _ in first }
    var feed = FeedReader(paths: [folder], roots: MessageRoots(roots))
    let reader = MessageReader(context: ReadingContext())
    var reports: [Report] = []
    while let frame = feed.next() {
      guard frame.problem == nil, let notation = MessageReader.Notation(rawValue: frame.kind.rawValue) else { continue }
      let result = frame.bytes.withUnsafeBufferPointer {
        reader.read($0, notation: notation, within: frame.prologue, line: frame.line, column: frame.column)
      }
      reports += result.message?.reports ?? []
    }
    return reports
  }

  @Test("law: what is packed and unpacked is the same, and packs to the same bytes")
  func roundTrip() throws {
    let reports = try Self.reports()
    #expect(reports.count > 40)
    for report in reports {
      let packed = ReportPacking.pack(report)
      var unpacked = try packed.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: report.messageTime) }
      #expect(ReportPacking.pack(unpacked) == packed)
      unpacked.patient = report.patient
      #expect(unpacked == report)
      let patient = PatientPacking.pack(report.patient)
      #expect(try patient.withUnsafeBytes { try PatientPacking.unpack($0) } == report.patient)
    }
  }

  @Test("bytes that were cut or changed are told as damage or as another value, and never crash")
  func damage() throws {
    for report in try Self.reports().prefix(12) {
      let packed = ReportPacking.pack(report)
      for length in packed.indices {
        let cut = Array(packed[..<length])
        #expect(throws: StoreError.self) {
          _ = try cut.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: report.messageTime) }
        }
      }
      for place in packed.indices {
        var changed = packed
        changed[place] ^= 0xFF
        _ = try? changed.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: report.messageTime) }
      }
    }
  }

  @Test("law: a message that was compressed expands to its bytes")
  func compression() throws {
    let compressor = Compressor()
    for length in [0, 1, 100, 70_000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) }
      #expect(try compressor.compress(bytes).withUnsafeBytes { try Compressor.expand($0) } == bytes)
    }
  }
}
