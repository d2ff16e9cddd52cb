import HTTPTypes
import Hummingbird
import Messages

typealias FHIRNotation = OperationOutcomeWriter.Notation

extension OperationOutcomeWriter.Notation {
  /// Which notation an answer is asked for in (FHIR R4, 3.1.0.1.11): `_format` goes before `Accept`, of which the most wanted counts.
  ///
  /// - Returns: nil where neither is wanted.
  init?(format: String?, accept: String?) {
    if let format {
      // A plus that nobody escaped has become a space.
      guard let notation = Self.named(format.replacing(" ", with: "+")) else { return nil }
      self = notation
      return
    }
    guard let accept = accept?.lowercased(), accept.contains(where: { !$0.isWhitespace && $0 != "," }) else {
      self = .json
      return
    }
    var best: (quality: Double, notation: Self)?
    for part in accept.split(separator: ",") {
      let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
      let quality = words.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      guard let type = words.first, quality > 0 else { continue }
      let notation = ["*/*", "application/*"].contains(type) ? .json : Self.named(type)
      guard let notation, quality > best?.quality ?? 0 else { continue }
      best = (quality, notation)
    }
    guard let best else { return nil }
    self = best.notation
  }

  private static func named(_ type: String) -> Self? {
    switch type.lowercased().prefix(while: { $0 != ";" }) {
    case "json", "application/json", "application/fhir+json", "application/json+fhir", "text/json": .json
    case "xml", "application/xml", "application/fhir+xml", "application/xml+fhir", "text/xml": .xml
    // A browser shows what it can.
    case "html", "text/html", "application/xhtml+xml": .json
    default: nil
    }
  }

  var mediaType: String {
    self == .xml ? "application/fhir+xml; charset=utf-8" : "application/fhir+json; charset=utf-8"
  }
}

extension Request {
  /// In which an error is told where nothing else can be.
  var fhirNotation: FHIRNotation {
    FHIRNotation(format: uri.queryParameters["_format"].map(String.init), accept: headers[.accept]) ?? .json
  }
}
