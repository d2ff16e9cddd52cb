public import Catalogue
import Feeds
import Messages

/// A generation of reference data, ready for use: the tables indexed, the vendors' mappings read.
public struct LoadedReference: Sendable {
  public let generation: Int64
  public let data: ReferenceData
  let mappings: [Mapping]

  /// - Parameter isStored: whether it was loaded before: what today is refused only when loaded was taken then.
  /// - Throws: `RegistryError.rejectedReference` with the bad rows and every mistake in a mapping.
  init(generation: Int64, folder: ReferenceFolder, isStored: Bool = false) throws(RegistryError) {
    var problems: [ReferenceProblem] = []
    var mappings: [Mapping] = []
    for (name, bytes) in folder.mappings.sorted(by: { $0.key < $1.key }) {
      do {
        mappings.append(try Mapping(yaml: String(decoding: bytes, as: UTF8.self), file: name))
      } catch {
        problems += error.problems.map {
          ReferenceProblem(file: $0.file, line: $0.line, column: $0.key, message: $0.message)
        }
      }
    }
    do {
      data = try ReferenceData(folder, isStored: isStored)
    } catch {
      throw .rejectedReference(error.problems + problems)
    }
    guard problems.isEmpty else { throw .rejectedReference(problems) }
    self.mappings = mappings
    self.generation = generation
  }

  /// What begins a message in a feed: the roots of the dialects and of the mappings.
  var roots: MessageRoots {
    var names: [String: MessageRoots.Nesting] = [:]
    for mapping in mappings { names[mapping.root] = .withinOthers }
    for name in MessageReader.roots { names[name] = .never }
    for name in ["ClinicalDocument", "DiagnosticReport"] { names[name] = .withinOthers }
    for name in ["Bundle", "organizer"] { names[name] = .withinItself }
    // A vendor's own element of such a name goes first: a mapping was written for it.
    for name in MessageReader.rootsInNamespaces.keys where names[name] == nil { names[name] = .withinItself }
    return MessageRoots(names, within: MessageReader.rootsInNamespaces.filter { names[$0.key] == .withinItself })
  }
}
