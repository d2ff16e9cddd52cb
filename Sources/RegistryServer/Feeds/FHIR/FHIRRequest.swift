import Messages
import XMLReading

/// What the answer to a resource needs of it: its notation, and of a Bundle the type, how many entries it has, and the header of a message.
struct FHIRRequest: Sendable {
  struct Header: Hashable, Sendable {
    var id: String?
    var eventSystem: String?
    var eventCode: String?
    var eventURI: String?
    /// Where the answer goes: the endpoint of the source.
    var source: String?
  }

  var isXML: Bool
  /// Of a Bundle.
  var bundleType: String?
  var entries = 0
  var header: Header?
  /// Where it is one.
  var batch: FHIRBatch?

  /// How many times its own size the units of a batch may have together, and what is not held against its size.
  private static let (ratio, anyway) = (8, 16 << 20)

  /// - Returns: nil for what is no FHIR at all. What is FHIR and cannot be read has neither type nor entries.
  init?(_ bytes: [UInt8]) {
    let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
    guard first == 0x7B || first == 0x3C else { return nil }
    isXML = first == 0x3C
    let (declared, mark) = DeclaredEncoding.of(document: bytes)
    let text = bytes[mark...].withUnsafeBufferPointer { TextDecoder().text($0, declared) }.bytes
    guard let tree = Self.tree(text, isXML: isXML) else { return }
    let root = tree.root
    if isXML, tree.rootNamespace != FHIRReader.namespace { return nil }
    guard root.name == "Bundle" else { return }
    bundleType = root.first("type")?.attribute("value")
    entries = root.all("entry").count
    batch = FHIRBatch(text, tree, isXML: isXML, limit: max(Self.anyway, text.count * Self.ratio))
    guard let resource = root.first("entry", "resource", "MessageHeader") else { return }
    header = Header(
      id: resource.value("id"), eventSystem: resource.first("eventCoding")?.value("system"),
      eventCode: resource.first("eventCoding")?.value("code"), eventURI: resource.value("eventUri"),
      source: resource.first("source")?.value("endpoint"))
  }

  private static func tree(_ text: [UInt8], isXML: Bool) -> XMLTree? {
    text.withUnsafeBufferPointer { buffer in
      isXML ? try? XMLTreeReader().read(buffer) : try? FHIRJSONTree.read(buffer, limits: XMLLimits(), line: 1)
    }
  }
}

extension XMLElement {
  fileprivate func value(_ name: String) -> String? { first(name)?.attribute("value") }
}
