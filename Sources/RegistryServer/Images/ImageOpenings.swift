import Catalogue
import Clinical
import Crypto
import Registry
import Savings
import Synchronization

/// A study that somebody looks at: by what right, and since when.
struct ImageOpening: Hashable, Sendable {
  let account: String
  /// Told by its digest: the token, the session or the address that it is looked at by.
  let shownBy: Secret.Digest
  private(set) var reader: RecordReader
  /// The institution that it is looked at for.
  let institution: String?
  let person: String
  let study: ImageUID

  /// Looks at what the person withholds, for a reason that is kept with it.
  mutating func breakGlass() {
    if let institution { reader = .institution(institution, breaksGlass: true) }
  }

  var purpose: AccessEvent.Purpose {
    switch reader {
    case .person: .ownRecord
    case .institution(_, let breaksGlass): breaksGlass ? .breakGlass : .order
    }
  }
}

/// Lets look at studies who may: asked of the record again as soon as anything was recorded since. That somebody looks is one event of the
/// chain, on disk before they see anything, and not one for each of a thousand frames.
final class ImageOpenings: Sendable {
  private struct Known: Sendable {
    var images: RecordedImages
    /// What was read of this commit holds until there is another, or the consents' time has come.
    var commit: Int64
    var read: Instant
    var used: Instant
  }

  private let registry: Registry
  private let known = Mutex<[ImageOpening: Known]>([:])

  /// Milliseconds, without a look: who comes again then opens it again.
  private static let idle: Int64 = 15 * 60_000
  /// Milliseconds: consents hold from a time, and to one.
  private static let fresh: Int64 = 1000
  private static let most = 16_384

  init(_ registry: Registry) { self.registry = registry }

  /// Opens a study, or goes on with it.
  ///
  /// - Parameter words: of the reason for which glass is broken.
  /// - Throws: `ServiceError.unknownStudy` where whoever asks may not see that there is one, as where there is none;
  ///   `ServiceError.imagesMissing` where its source has no archive.
  func open(_ opening: ImageOpening, by asked: AskedBy, words: String? = nil) async throws -> RecordedImages {
    let now = registry.now
    let before = known.withLock { $0[opening] }.flatMap {
      now.milliseconds - $0.used.milliseconds < Self.idle ? $0 : nil
    }
    let (state, person) = try await registry.look { state -> (Known?, String?) in
      if var before, before.commit == state.commit, now.milliseconds - before.read.milliseconds < Self.fresh {
        before.used = now
        return (before, nil)
      }
      let (person, images) = try state.images(
        of: opening.study.text, ofPerson: opening.person, for: opening.reader, at: now)
      return (images.map { Known(images: $0, commit: state.commit, read: now, used: now) }, person)
    }
    guard let state, state.images.archive != nil else {
      known.withLock { $0[opening] = nil }
      let error = state == nil ? ServiceError.unknownStudy : .imagesMissing
      try await keep(opening, person, asked, words, refused: error)
      throw error
    }
    if before == nil { try await keep(opening, person, asked, words) }
    remember(opening, state)
    return state.images
  }

  private func remember(_ opening: ImageOpening, _ state: Known) {
    known.withLock { known in
      if known.count >= Self.most {
        known = known.filter { state.used.milliseconds - $0.value.used.milliseconds < Self.idle }
      }
      // Of whom there is no place any more the next look is an opening: rather one event more.
      if known.count < Self.most || known[opening] != nil { known[opening] = state }
    }
  }

  /// Keeps in the chain that somebody looked, or was refused.
  func keep(
    _ opening: ImageOpening, _ person: String?, _ asked: AskedBy, _ words: String?, refused error: ServiceError? = nil
  ) async throws {
    var event = AccessEvent(
      .image, by: asked, institution: opening.institution, purpose: opening.purpose,
      outcome: error == nil ? .answered : .refused, at: registry.now)
    event.person = person
    event.error = error.map { ErrorTable.row(of: $0).code }
    try await registry.submit(access: event, words: words)
  }
}
