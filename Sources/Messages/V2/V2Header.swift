import Clinical
import XMLReading

/// What an answer needs of the header (MSH) of an HL7 v2 message, as far as it could be read: also where the message itself is refused.
public struct V2Header: Hashable, Sendable {
  /// MSH-3 to MSH-6, each its components.
  public var sendingApplication: [String] = []
  public var sendingFacility: [String] = []
  public var receivingApplication: [String] = []
  public var receivingFacility: [String] = []
  /// MSH-9, first and second component.
  public var type: String?
  public var event: String?
  /// MSH-10.
  public var controlID: String?
  /// MSH-11 and MSH-12.
  public var processingID: String?
  public var version: String?
  /// MSH-15 and MSH-16, of table 0155.
  public var acceptAcknowledgement: String?
  public var applicationAcknowledgement: String?
  /// MSH-18, as it is written.
  public var characterSet: String?

  public init() {}

  /// - Returns: nil where there is no header segment.
  init?(of root: XMLElement, isER7: Bool) {
    guard let header = root.first("MSH") else { return nil }
    let separators = V2Separators(ofRead: V2Segment(element: header), isER7: isER7)
    let msh = V2Segment(element: header, separators: separators)
    func components(_ field: Int) -> [String] {
      var texts = (1...3).map { msh.text(field, $0) ?? "" }
      while texts.last?.isEmpty ?? false { texts.removeLast() }
      return texts
    }
    (sendingApplication, sendingFacility) = (components(3), components(4))
    (receivingApplication, receivingFacility) = (components(5), components(6))
    let structure = msh.text(9)?.split(separator: "_", maxSplits: 1).map(String.init)
    (type, event) = (structure?.first, msh.text(9, 2) ?? (structure?.count == 2 ? structure?.last : nil))
    (controlID, processingID, version) = (msh.text(10), msh.text(11), msh.text(12))
    (acceptAcknowledgement, applicationAcknowledgement) = (msh.text(15)?.uppercased(), msh.text(16)?.uppercased())
    characterSet = msh.text(18)
  }

  /// Whether it is itself an answer: one that is answered would never end.
  public var isAcknowledgement: Bool { type == "ACK" || type == "MCF" }

  /// Whether the sender asks for the enhanced mode: either field that says so is filled (HL7 v2, 2.9.2).
  public var isEnhanced: Bool { acceptAcknowledgement != nil || applicationAcknowledgement != nil }
}

extension MessageReader {
  /// The envelope of bytes that are no whole message: what stands before the damage may still say whose they are.
  public func envelope(ofBroken bytes: [UInt8], notation: Notation) -> MessageEnvelope {
    switch notation {
    case .json: return MessageEnvelope(dialect: .fhirJSON, messageID: nil)
    case .er7:
      let line = bytes.prefix(4096).prefix { $0 != 0x0D && $0 != 0x0A }
      let text = Array(String(decoding: line, as: UTF8.self).utf8)
      guard let tree = try? ER7Tree.read(text) else { return MessageEnvelope(dialect: nil, messageID: nil) }
      return envelope(of: Result(message: nil, refusal: nil, findings: [], tree: tree), notation: .er7)
    case .xml:
      let result = bytes.prefix(64 << 10).withUnsafeBufferPointer { read($0, notation: .xml) }
      return envelope(of: result, notation: .xml)
    }
  }
}
