import Clinical
import Foundation
import XMLReading

/// `RCMR_IN000002UV02`, the registration of a document on a Chinese platform: the CDA stands in base64 in
/// `controlActProcess/subject/clinicalDocument/storageCode/originalText/@value`.
enum RCMRReader {
  static func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    try V3Wrapper.refuseTest(root)
    let time = try V3Wrapper.creationTime(root, notes: &notes)
    var reports: [Report] = []
    for subject in root.first("controlActProcess")?.all("subject") ?? [] {
      for document in subject.all("clinicalDocument") {
        var report = try CDAReader.document(try inner(document, notes: &notes), notes: &notes)
        report.messageTime = time
        if ["nullified", "aborted", "cancelled"].contains(document.first("statusCode")?.stated("code")) {
          report.status = .cancelled
        }
        reports.append(report)
      }
    }
    if reports.isEmpty {
      throw Refusal(
        .unreadable, "no clinicalDocument in controlActProcess/subject: there is nothing to register", at: root)
    }
    return Message(
      dialect: .chineseCDAInRCMR, messageID: root.identifiers.first?.value, messageTime: time, reports: reports)
  }

  /// The root of the document that is registered.
  private static func inner(_ document: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> XMLElement {
    let holders = [
      document.first("storageCode")?.first("originalText"), document.first("storageCode"), document.first("text"),
    ]
    for case let holder? in holders {
      let inline = [holder, holder.first("value")].compactMap { $0?.first("ClinicalDocument") }.first
      if let inline { return try recognised(inline) }
      let content =
        holder.stated("value") ?? holder.first("value").flatMap { $0.stated("value") ?? $0.filled } ?? holder.filled
      if let content { return try recognised(parse(content, at: holder, notes: &notes)) }
    }
    if let inline = document.first("ClinicalDocument") { return try recognised(inline) }
    throw Refusal(
      .unreadable, "no document in storageCode/originalText: send the CDA in base64 as its value", at: document)
  }

  private static func recognised(_ root: XMLElement) throws(Refusal) -> XMLElement {
    if root.name == "ClinicalDocument", CDAReader.recognises(root) != nil { return root }
    throw Refusal(
      .unknownDialect, "the document inside is no ClinicalDocument: looked for C0006, C0007 or a lab CDA", at: root)
  }

  private static func parse(
    _ content: String, at holder: XMLElement, notes: inout ReadingNotes
  ) throws(Refusal) -> XMLElement {
    // XML itself, only escaped, has been decoded with the message around it.
    var document =
      content.first == "<" ? Array(content.utf8) : try text(of: decode(content, at: holder), at: holder, notes: &notes)
    blankDeclaration(&document)
    do throws(XMLReadingError) {
      let reader = XMLTreeReader()
      return try document.withUnsafeBufferPointer { (buffer) throws(XMLReadingError) in try reader.read(buffer) }.root
    } catch {
      let finding = Finding(error)
      let place = "the document inside, line \(error.location.line) column \(error.location.column)"
      throw Refusal(finding.code, "\(place): \(finding.message)", at: holder)
    }
  }

  /// A declaration has been read, and its encoding may have a name that XML does not allow (`GB 18030-2000`).
  private static func blankDeclaration(_ document: inout [UInt8]) {
    guard let start = document.firstIndex(where: { $0 > 0x20 }), document[start...].starts(with: "<?xml ".utf8),
      let end = document[start...].prefix(1024).firstIndex(of: 0x3E)
    else { return }
    for index in start...end where document[index] != 0x0A { document[index] = 0x20 }
  }

  /// The document's bytes as UTF-8: it has a declaration of its own, which lies as often as that of the message.
  private static func text(
    of bytes: [UInt8], at holder: XMLElement, notes: inout ReadingNotes
  ) throws(Refusal) -> [UInt8] {
    let (declared, markLength) = DeclaredEncoding.of(document: bytes)
    let text = bytes.withUnsafeBufferPointer {
      TextDecoder().text(UnsafeBufferPointer(rebasing: $0.dropFirst(markLength)), declared)
    }
    if let problem = text.problem { throw Refusal(.unreadable, "the document inside: \(problem)", at: holder) }
    if let note = text.note { notes.note(.encodingMislabelled, "the document inside: \(note)", at: holder) }
    return text.bytes
  }

  /// The bytes of base64 with white space anywhere and its padding optional.
  private static func decode(_ content: String, at holder: XMLElement) throws(Refusal) -> [UInt8] {
    var characters = content.utf8.filter { $0 != 32 && !(9...13).contains($0) }
    while characters.last == 61 { characters.removeLast() }
    characters += repeatElement(61, count: (4 - characters.count % 4) % 4)
    guard let data = Data(base64Encoded: Data(characters)), !data.isEmpty else {
      throw Refusal(
        .unreadable, "the document inside is not base64: send the CDA in base64 without a line prefix", at: holder)
    }
    return Array(data)
  }
}
