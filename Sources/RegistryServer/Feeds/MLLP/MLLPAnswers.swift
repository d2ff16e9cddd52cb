import Clinical
import Messages
import Registry
import XMLReading

/// The acknowledgements of a message of HL7 v2, as its header asks for them.
enum MLLPAnswers {
  /// Bytes that an answer has with its frame, so that who reads once has it whole.
  static let most = 4096

  /// Those to send, in order.
  ///
  /// Original mode: one, AA, AE or AR. Enhanced mode (MSH-15 or MSH-16 is filled; table 0155): whether the message is kept, then what
  /// became of it, each where it is asked for. What is refused is kept too, in quarantine; CR says so of what could be no message of
  /// this kind at all, and of what is refused for another reason where the sender asks for no other word.
  static func asked(for answer: Acknowledgement) -> [Acknowledgement] {
    guard let header = answer.v2, header.isEnhanced else { return [answer] }
    let isGood = answer.outcome == .accepted
    let wantsCommit = wants(header.acceptAcknowledgement, isGood)
    let wantsOutcome = wants(header.applicationAcknowledgement, isGood)
    let isCommitted = isGood || answer.outcome == .rejected && wantsOutcome && !isNoSuchMessage(answer)
    var result: [Acknowledgement] = []
    if isCommitted, wants(header.acceptAcknowledgement, true) {
      var commit = answer
      (commit.outcome, commit.isOfCommit, commit.findings) = (.accepted, true, [])
      result.append(commit)
    } else if !isCommitted, wantsCommit {
      var commit = answer
      commit.isOfCommit = true
      return [commit]
    }
    if wantsOutcome { result.append(answer) }
    return result
  }

  /// Table 0155; what is not in it asks always.
  private static func wants(_ condition: String?, _ isGood: Bool) -> Bool {
    switch condition {
    case nil, "NE": false
    case "ER": !isGood
    case "SU": isGood
    default: true
    }
  }

  private static func isNoSuchMessage(_ answer: Acknowledgement) -> Bool {
    let codes: [Finding.Code] = [.unreadable, .doctypeRefused, .limitExceeded, .unknownDialect, .testMessage]
    return answer.findings.contains { codes.contains($0.code) }
  }

  /// One of them, framed: of its findings as many as there is room for, those first for which it is refused.
  static func frame(_ answer: Acknowledgement, as dialect: Dialect, in encoding: TextEncoding) -> [UInt8] {
    var answer = answer
    let fatal = answer.findings.filter { FindingTable.row(of: $0.code).isFatal }
    answer.findings = fatal + answer.findings.filter { !FindingTable.row(of: $0.code).isFatal }
    while true {
      let text = answer.written(for: dialect)
      let bytes = encoding.bytes(of: text) ?? Array(text.utf8)
      if bytes.count + 3 <= most || answer.findings.isEmpty { return [0x0B] + bytes + [0x1C, 0x0D] }
      answer.findings.removeLast((answer.findings.count + 1) / 2)
    }
  }

  /// What a message is written in, so that its answer is too: UTF-16 by its first bytes, UTF-8 where it is that, else what MSH-18 says.
  static func encoding(of bytes: [UInt8], _ header: V2Header?) -> TextEncoding {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.count > 1 && bytes[1] == 0 && bytes[0] != 0 {
      return .utf16LittleEndian
    }
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.count > 1 && bytes[0] == 0 && bytes[1] != 0 { return .utf16BigEndian }
    if String(validating: bytes, as: UTF8.self) != nil { return .utf8 }
    if let label = header?.characterSet, case .label(let encoding) = DeclaredEncoding(label: label), encoding != .utf8 {
      return encoding
    }
    return .gb18030
  }
}
