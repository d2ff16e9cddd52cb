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

  /// Of the second format too: with identities of the report, further sites, isolates and numbers of a domain.
  private static func richReport() throws -> Report {
    var report = try #require(try reports().first { !$0.observations.isEmpty })
    report.identities = ["D1", "D2"]
    var study = ImagingStudy()
    study.otherSites = [ExaminedSite(bodySite: Code("knee"), laterality: Code("L"))]
    report.studies = [study]
    report.observations[0].isolate = "E1"
    report.patient.identifiers.append(Identifier(.local, "9999", assigner: "LAB"))
    report.patient.birthDate = CalendarDate(year: 1980, month: 1)
    report.patient.birthOrder = 2
    return report
  }

  @Test("bytes that were cut or changed are told as damage or as another value, and never crash")
  func damage() throws {
    var told = 0
    for report in try Self.reports().prefix(12) + [Self.richReport()] {
      let packed = ReportPacking.pack(report)
      let patient = PatientPacking.pack(report.patient)
      for length in packed.indices {
        let cut = Array(packed[..<length])
        #expect(throws: StoreError.self) {
          _ = try cut.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: report.messageTime) }
        }
      }
      for length in patient.indices {
        let cut = Array(patient[..<length])
        #expect(throws: StoreError.self) { _ = try cut.withUnsafeBytes { try PatientPacking.unpack($0) } }
      }
      for mask in [0xFF, 0x01, 0x80, 0x20] as [UInt8] {
        for place in packed.indices {
          var changed = packed
          changed[place] ^= mask
          let read = try? changed.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: report.messageTime) }
          // What is read of other bytes is another value: it does not pack to what was there.
          if let read { #expect(ReportPacking.pack(read) != packed, "byte \(place), mask \(mask)") } else { told += 1 }
        }
        for place in patient.indices {
          var changed = patient
          changed[place] ^= mask
          let read = try? changed.withUnsafeBytes { try PatientPacking.unpack($0) }
          if let read {
            #expect(PatientPacking.pack(read) != patient, "byte \(place), mask \(mask)")
          } else {
            told += 1
          }
        }
      }
    }
    #expect(told > 1000, "most of what is not text is told")
  }

  @Test("a message that was changed where it says how long it is, is told, and no room is made for it")
  func damagedLength() throws {
    let bytes = [UInt8](repeating: 65, count: 1000)
    let compressed = Compressor().compress(bytes)
    var told = 0
    for place in compressed.indices {
      for mask in [0xFF, 0x01, 0x80] as [UInt8] {
        var changed = compressed
        changed[place] ^= mask
        let read = try? changed.withUnsafeBytes { try Compressor.expand($0) }
        told += read == nil ? 1 : 0
        #expect(read?.count ?? 0 < 1 << 24)
      }
    }
    #expect(told > compressed.count, "of the heads and lengths that were changed most are told")
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
