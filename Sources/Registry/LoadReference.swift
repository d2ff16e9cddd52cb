public import Catalogue
import Foundation
import RegistryStore

extension Registry {
  /// What `huren reference load` did.
  public struct ReferenceLoad: Encodable, Sendable {
    public var generation: Int64
    /// Whether the same content was in force already: then nothing was added.
    public var isUnchanged: Bool
    /// Rows, by file.
    public var rows: [String: Int]
    public var digest: String
  }

  /// Loads a folder as a new generation: the whole directory or nothing.
  ///
  /// - Throws: `RegistryError.rejectedReference` with every bad row.
  public func loadReference(directory: String) throws -> ReferenceLoad {
    let folder = try Registry.referenceFolder(directory)
    let reference = try LoadedReference(generation: 0, folder: folder)
    let digest = reference.data.digests.whole
    let files = folder.files.map { (name: $0.key, bytes: $0.value) }
    return try store.write { transaction in
      if let current = try transaction.referenceGeneration(), try transaction.referenceDigest(current) == digest {
        return ReferenceLoad(generation: current, isUnchanged: true, rows: folder.rowCounts, digest: digest)
      }
      let id = try transaction.insertReference(digest: digest, files: files, recordedAt: clock())
      return ReferenceLoad(generation: id, isUnchanged: false, rows: folder.rowCounts, digest: digest)
    }
  }

  /// Gaps and contradictions of a folder, without loading it.
  public static func checkReference(directory: String) throws -> [ReferenceProblem] {
    let folder = try referenceFolder(directory)
    do {
      return ReferenceCheck.problems(try LoadedReference(generation: 0, folder: folder).data)
    } catch RegistryError.rejectedReference(let problems) {
      return problems
    }
  }

  private static func referenceFolder(_ directory: String) throws -> ReferenceFolder {
    do {
      return try ReferenceFolder(directory: URL(filePath: directory))
    } catch {
      throw RegistryError.unreadable(path: directory)
    }
  }
}
