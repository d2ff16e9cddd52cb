import Recognition
import Synchronization

/// Whose the studies are that an institution was told of, in decisions of this process: what asks as a plain client of DICOMweb does says the
/// study alone. It opens nothing: whether whoever asks may see it is asked of the person's record each time.
final class ShownStudies: Sendable {
  private struct Shown: Hashable {
    let institution: String
    let study: String
  }

  private let persons = Mutex<[Shown: String]>([:])
  private static let most = 131_072

  /// Keeps the studies of what was chosen for an institution.
  func remember(_ decision: Decision, toldTo institution: String) {
    let studies = decision.items.flatMap(\.chosen).compactMap(\.study?.studyInstanceUID)
    if studies.isEmpty { return }
    persons.withLock { persons in
      if persons.count >= Self.most { persons = [:] }
      for study in studies { persons[Shown(institution: institution, study: study)] = decision.person }
    }
  }

  /// The code of the person whose study an institution was told of; nil where it was not, or another process told it.
  func person(of study: ImageUID, toldTo institution: String) -> String? {
    persons.withLock { $0[Shown(institution: institution, study: study.text)] }
  }
}
