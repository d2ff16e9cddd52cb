import Catalogue
import Clinical
import Foundation
import Registry
import Testing

/// The reference data a new region starts from.
@Suite("the default catalogue")
struct DefaultCatalogueTests {
  static let folder = Bench.samples.appending(path: "catalogue").path

  @Test("it loads, has more than 300 items, and no gap or contradiction")
  func loads() throws {
    // Its certificates of the demonstration run out in time, as certificates do.
    let now = try #require(RegistryZone.shanghai.instant("2025-06-01"))
    #expect(try Registry.checkReference(directory: Self.folder, now: now) == [])
    let bench = try Bench(reference: Self.folder)
    let reference = try bench.registry.reference().data
    #expect(reference.items.count > 300)
    for item in reference.items.values {
      if let unit = item.unit { #expect(UCUM.isValid(unit), "\(item.code)") }
    }
  }
}
