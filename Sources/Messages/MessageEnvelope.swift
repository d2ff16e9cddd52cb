public import Clinical
import XMLReading

/// What an answer to a message needs of it, as far as it could be read: also where the message itself is refused.
public struct MessageEnvelope: Hashable, Sendable {
  public var dialect: Dialect?
  /// The sender's own id of the message: MSH-10, the id of a document or an interaction, a Bundle's identifier.
  public var messageID: String?
  /// Of an HL7 v2 message.
  public var v2: V2Header?

  public init(dialect: Dialect?, messageID: String?, v2: V2Header? = nil) {
    self.dialect = dialect
    self.messageID = messageID
    self.v2 = v2
  }
}

extension MessageReader {
  /// The envelope of what was read.
  public func envelope(of result: Result, notation: Notation) -> MessageEnvelope {
    if let message = result.message {
      let isV2 = message.dialect == .hl7v2ER7 || message.dialect == .hl7v2XML
      let header = isV2 ? result.tree.flatMap { V2Header(of: $0.root, isER7: notation == .er7) } : nil
      return MessageEnvelope(dialect: message.dialect, messageID: message.messageID, v2: header)
    }
    guard let root = result.tree?.root else {
      // Its notation is known, where that tells the dialect.
      let dialect: Dialect? = notation == .er7 ? .hl7v2ER7 : notation == .json ? .fhirJSON : nil
      return MessageEnvelope(dialect: dialect, messageID: nil)
    }
    if notation == .xml, isMapped(root) { return MessageEnvelope(dialect: .mapped, messageID: nil) }
    if V2Reader.recognises(root) {
      let header = V2Header(of: root, isER7: notation == .er7)
      return MessageEnvelope(
        dialect: notation == .er7 ? .hl7v2ER7 : .hl7v2XML, messageID: header?.controlID, v2: header)
    }
    if FHIRReader.recognises(root) {
      return MessageEnvelope(
        dialect: notation == .json ? .fhirJSON : .fhirXML,
        messageID: FHIRMessageReader.messageID(of: root))
    }
    return MessageEnvelope(dialect: CDAReader.recognises(root), messageID: root.identifiers.first?.value)
  }
}
