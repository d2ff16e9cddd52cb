import Clinical
import Feeds
public import RegistryStore

extension Registry {
  /// What is still in quarantine, oldest first.
  public func quarantined() throws -> [QuarantinedMessage] { try store.read { try $0.quarantined() } }

  /// One of them, with its original bytes.
  public func quarantined(_ id: Int64) throws -> (message: QuarantinedMessage, bytes: [UInt8]) {
    try store.read { transaction in
      guard let message = try transaction.quarantined(id: id), let bytes = try transaction.quarantineBody(id) else {
        throw RegistryError.unknownQuarantine(id)
      }
      return (message, bytes)
    }
  }

  /// Messages of the quarantine in one transaction.
  private static let retriedTogether = 256

  /// Tries again what is in quarantine, with the reference data and mappings of today. What is taken leaves the quarantine; its
  /// row stays, as evidence that it was there.
  public func retryQuarantine() throws -> ImportOutcome {
    let reference = try reference()
    var parsers: [String?: MessageParser] = [:]
    var receiving = ImportWriter(registry: self)
    let kept = try quarantined()
    for file in kept where file.isFile { receiving.add(unread: file) }
    var rest = kept.filter { !$0.isFile }[...]
    while !rest.isEmpty {
      let together = rest.prefix(Registry.retriedTogether)
      rest = rest.dropFirst(together.count)
      let prepared = try together.map { message in
        let body = try store.read { try $0.quarantineBody(message.id) ?? [] }
        let own =
          parsers[message.feedOf]
          ?? MessageParser(reference: reference, of: message.feedOf.map { FeedOwner(text: $0) }, clock: clock)
        parsers[message.feedOf] = own
        return (quarantine: message.id, own.parse(MessageFrame(retrying: message, body: body)))
      }
      try receiving.retry(prepared)
    }
    return receiving.outcome
  }

  /// What to do next about what lies in quarantine.
  public static func advice(for message: QuarantinedMessage) -> String {
    if message.isFile { return UnreadFile.advice }
    return ErrorTable.advice(for: Finding.Code(rawValue: message.code)).description
  }
}

extension MessageFrame {
  fileprivate init(retrying message: QuarantinedMessage, body: [UInt8]) {
    self.init(
      kind: MessageFrame.Kind(rawValue: message.frame) ?? .xml, bytes: body, prologue: message.prologue,
      label: message.label, offset: 0, line: message.frameLine, column: message.frameColumn)
  }
}
