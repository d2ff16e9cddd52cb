import Registry

/// In which form an archive is asked for images, of those that the client takes, and in which it may answer.
struct ImageMedia: Sendable {
  /// One, as archives are more used to it.
  let accept: String

  /// - Parameters:
  ///   - accepted: the client's `Accept`; nil: whatever comes.
  /// - Throws: `ServiceError.imagesNotAcceptable`.
  init(_ content: ImagePart.Content, accepted: String?) throws(ServiceError) {
    let ranges = MediaRange.list(accepted ?? "*/*")
    guard let accept = ranges.lazy.compactMap({ Self.asked(content, $0) }).first else { throw .imagesNotAcceptable }
    self.accept = accept
  }

  /// Whether an archive may answer so: what is shown in a browser, or run there, it may not.
  static func isTaken(_ type: String?, as content: ImagePart.Content) -> Bool {
    guard let range = type.flatMap({ MediaRange.list($0).first }) else { return false }
    switch content {
    case .dicom: return ["multipart/related", "application/dicom"].contains(range.type)
    case .json: return ["application/dicom+json", "application/json"].contains(range.type)
    case .bytes:
      return ["multipart/related", "application/octet-stream"].contains(range.type) || pixels.contains(range.type)
    case .rendered: return (pictures + ["image/gif", "image/webp", "video/mp4", "video/mpeg"]).contains(range.type)
    }
  }

  /// What the standard takes for it where nothing is said comes first.
  private static let pictures = ["image/jpeg", "image/png"]
  private static let pixels: Set<String> = [
    "image/jpeg", "image/jls", "image/x-jls", "image/jp2", "image/jpx", "image/j2c", "image/jphc", "image/jxl",
    "image/dicom-rle", "image/x-dicom-rle", "video/mpeg", "video/mp4", "video/mpeg2", "video/h265",
  ]

  private static func asked(_ content: ImagePart.Content, _ range: MediaRange) -> String? {
    switch content {
    case .dicom: dicom(range)
    case .json:
      ["*/*", "application/*", "application/dicom+json", "application/json"].contains(range.type)
        ? "application/dicom+json" : nil
    case .bytes: bytes(range)
    case .rendered:
      ["*/*", "image/*"].contains(range.type) ? pictures[0] : pictures.first { $0 == range.type }
    }
  }

  /// As it was stored, where nothing else is asked for: an archive must not make another of it, and not every one can.
  private static func dicom(_ range: MediaRange) -> String? {
    switch range.type {
    case "application/dicom": "application/dicom; transfer-syntax=\(range.transferSyntax ?? "*")"
    case "*/*", "multipart/*", "multipart/related":
      range.inner == nil || range.inner == "application/dicom"
        ? "multipart/related; type=\"application/dicom\"; transfer-syntax=\(range.transferSyntax ?? "*")" : nil
    default: nil
    }
  }

  private static func bytes(_ range: MediaRange) -> String? {
    let octets = "application/octet-stream"
    switch range.type {
    case octets: return "\(octets); transfer-syntax=\(range.transferSyntax ?? "*")"
    case "*/*", "multipart/*", "multipart/related":
      let inner = range.inner ?? octets
      guard inner == octets || pixels.contains(inner) else { return nil }
      let syntax = range.transferSyntax ?? (inner == octets ? "*" : nil)
      return "multipart/related; type=\"\(inner)\"" + (syntax.map { "; transfer-syntax=" + $0 } ?? "")
    default: return nil
    }
  }
}

/// One of the media ranges of `Accept` (RFC 9110, section 12.5.1).
struct MediaRange: Sendable {
  /// In lower case, without parameters.
  let type: String
  private let parameters: [String: String]
  private let weight: Double

  /// Of the parts of a multipart one, in lower case; some write its parameters within its quotes.
  var inner: String? { parameters["type"].map { $0.lowercased().prefix { $0 != ";" } }.map(String.init) }

  /// A UID, or `*`; nil where it is neither.
  var transferSyntax: String? {
    let within = parameters["type"].flatMap { Self.parts(of: $0, between: ";").last?.split(separator: "=") } ?? []
    let inQuotes = within.count == 2 && within[0].lowercased() == "transfer-syntax" ? String(within[1]) : nil
    return (parameters["transfer-syntax"] ?? inQuotes).flatMap { $0 == "*" || ImageUID($0) != nil ? $0 : nil }
  }

  /// Those that are wanted, the most wanted first.
  static func list(_ text: String) -> [MediaRange] {
    let ranges = parts(of: text, between: ",").prefix(32).compactMap { MediaRange($0) }.filter { $0.weight > 0 }
    return ranges.enumerated().sorted { ($1.element.weight, $0.offset) < ($0.element.weight, $1.offset) }.map(\.element)
  }

  private init?(_ text: String) {
    let parts = Self.parts(of: text, between: ";")
    guard let type = parts.first?.lowercased(), type.contains("/") else { return nil }
    self.type = type
    var parameters: [String: String] = [:]
    for part in parts.dropFirst() {
      guard let sign = part.firstIndex(of: "=") else { continue }
      var value = part[part.index(after: sign)...]
      if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
      parameters[part[..<sign].lowercased()] = String(value)
    }
    weight = parameters["q"].flatMap { Double($0) } ?? 1
    self.parameters = parameters
  }

  /// Between quotes nothing divides.
  private static func parts(of text: String, between sign: Character) -> [String] {
    var (parts, isQuoted) = ([""], false)
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == sign, !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts.map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }
}
