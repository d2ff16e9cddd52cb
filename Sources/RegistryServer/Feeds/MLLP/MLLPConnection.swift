import Clinical
import Feeds
import Logging
import Messages
import NIOCore
import Registry
import XMLReading

/// One connection: its messages in order, each answered before the next is looked at.
struct MLLPConnection: Sendable {
  let service: RegistryService
  let owner: FeedOwner
  /// Where its messages come from, for the quarantine.
  let label: String
  let limits: FeedLimits
  private var registry: Registry { service.registry }
  private var logger: Logger { service.logger }

  init(service: RegistryService, owner: FeedOwner, label: String, limits: FeedLimits) {
    (self.service, self.owner, self.label, self.limits) = (service, owner, label, limits)
  }

  /// What is sent back for an event, and whether the connection ends with it.
  func answers(to event: MLLPEvent) async -> (frames: [[UInt8]], isLast: Bool) {
    switch event {
    case .block(let bytes): return (await answers(to: bytes), false)
    case .broken(.stray, _):
      logger.warning("mllp: bytes outside any block, and no block: closed", metadata: ["from": "\(label)"])
      return ([], true)
    case .broken(.unfinished, let head):
      logger.warning("mllp: a block without an end: closed", metadata: ["from": "\(label)"])
      // It may come whole the next time.
      return (frames(failure(ServiceError.unfinished, answering: head), to: head), true)
    case .broken(.noRoom, let head): return (frames(failure(ServiceError.busy, answering: head), to: head), true)
    case .broken(.tooLong, let head): return (await refuse(head), true)
    }
  }

  private func answers(to bytes: [UInt8]) async -> [[UInt8]] {
    if isAcknowledgement(bytes) {
      logger.debug("mllp: an acknowledgement: not answered", metadata: ["from": "\(label)"])
      return []
    }
    do {
      let gate = bytes.count > service.feedBounds.inMemory ? service.largeFeedGate : service.feedGate
      let submission = try await gate.through {
        try await registry.submit(bytes, of: owner, label: label, limits: limits)
      }
      service.count(submission, of: owner)
      return frames(submission, to: bytes)
    } catch {
      return frames(failure(error, answering: bytes), to: bytes)
    }
  }

  /// More than one message may have: its head lies in quarantine.
  private func refuse(_ head: [UInt8]) async -> [[UInt8]] {
    let isXML = head.first { $0 > 0x20 } == 0x3C
    let frame = MessageFrame(
      kind: isXML ? .xml : .er7, bytes: Array(String(decoding: head, as: UTF8.self).utf8), label: label, offset: 0,
      line: 1, column: 1,
      problem: FrameProblem(
        code: .limitExceeded, reason: "more than \(limits.message >> 20) MiB in one message: send it in parts", line: 1,
        column: 1))
    do {
      let submission = try await registry.submit(frame, of: owner)
      service.count(submission, of: owner)
      return frames(submission, to: head)
    } catch {
      return frames(failure(error, answering: head), to: head)
    }
  }

  /// An answer that is answered never ends.
  private func isAcknowledgement(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(512)
    guard head.firstRange(of: Array("ACK".utf8)) != nil || head.firstRange(of: Array("MCF".utf8)) != nil else {
      return false
    }
    return registry.envelope(ofBroken: bytes).v2?.isAcknowledgement ?? false
  }

  /// What went wrong is none of the sender's doing: it is asked to send again.
  private func failure(_ error: any Error, answering bytes: [UInt8]) -> Submission {
    let row = ErrorTable.row(ofAny: error) ?? ErrorTable.row(of: ServiceError.internal)
    logger.error("mllp: not taken: \(row.code)", metadata: ["from": "\(label)"])
    let envelope = registry.envelope(ofBroken: bytes)
    let zone = (try? registry.zone()) ?? .shanghai
    let failure = Submission(
      acknowledgement: Acknowledgement(row, answering: envelope, at: zone.rfc3339(registry.now)),
      dialect: envelope.dialect)
    service.count(failure, of: owner)
    return failure
  }

  private func frames(_ submission: Submission, to bytes: [UInt8]) -> [[UInt8]] {
    let isXML = bytes.first { $0 > 0x20 } == 0x3C
    let dialect = submission.dialect ?? (isXML ? .hl7v2XML : .hl7v2ER7)
    let encoding = MLLPAnswers.encoding(of: bytes, submission.acknowledgement.v2)
    return MLLPAnswers.asked(for: submission.acknowledgement).map {
      MLLPAnswers.frame($0, as: dialect, in: encoding)
    }
  }
}
