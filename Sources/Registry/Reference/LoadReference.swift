public import Catalogue
public import Clinical
import Crypto
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

  /// A folder that was read and found whole, to be loaded.
  public struct PreparedReference: Sendable {
    fileprivate let files: [(name: String, bytes: [UInt8])]
    fileprivate let rows: [String: Int]
    fileprivate let digest: String
  }

  /// Loads a folder as a new generation: the whole directory or nothing.
  ///
  /// - Throws: `RegistryError.rejectedReference` with every bad row.
  public func loadReference(directory: String) throws -> ReferenceLoad {
    let prepared = try Registry.prepareReference(directory: directory)
    return try store.write { try Registry.load(prepared, in: $0) }
  }

  /// Reads a folder for `submit`, which takes a while.
  ///
  /// - Throws: `RegistryError.rejectedReference` with every bad row.
  public static func prepareReference(directory: String) throws -> PreparedReference {
    let folder = try referenceFolder(directory)
    return PreparedReference(
      files: folder.files.map { (name: $0.key, bytes: $0.value) },
      rows: try LoadedReference(generation: 0, folder: folder).data.rowCounts, digest: digest(of: folder))
  }

  /// Loads it as `loadReference` does, in a commit that it shares with what else is submitted, after what was submitted before.
  ///
  /// - Returns: when it is on disk.
  public func submit(_ prepared: PreparedReference) async throws -> ReferenceLoad {
    try await writing.submit(to: store) { try Registry.load(prepared, in: $0) }
  }

  private static func load(
    _ prepared: PreparedReference, in transaction: any StoreTransaction
  ) throws -> ReferenceLoad {
    let digest = prepared.digest
    if let current = try transaction.referenceGeneration(), try transaction.referenceDigest(current) == digest {
      return ReferenceLoad(generation: current, isUnchanged: true, rows: prepared.rows, digest: digest)
    }
    let id = try transaction.insertReference(
      digest: digest, files: prepared.files, recordedAt: transaction.recordedAt)
    return ReferenceLoad(generation: id, isUnchanged: false, rows: prepared.rows, digest: digest)
  }

  /// Gaps and contradictions of a folder, without loading it.
  ///
  /// - Parameter now: what has expired by then is told.
  public static func checkReference(directory: String, now: Instant = Registry.systemClock()) throws
    -> [ReferenceProblem]
  {
    let folder = try referenceFolder(directory)
    let found = ReferenceCheck.problems(in: folder, today: RegistryZone.shanghai.date(of: now).epochDay)
    do {
      _ = try LoadedReference(generation: 0, folder: folder)
      return found
    } catch {
      guard case .rejectedReference(let problems) = error else { throw error }
      return found + problems.filter { !found.contains($0) }
    }
  }

  /// Of the files of a folder, with their names.
  static func digest(of folder: ReferenceFolder) -> String {
    var hash = SHA256()
    for (name, bytes) in folder.files.sorted(by: { $0.key < $1.key }) {
      hash.update(data: Array("\(name)\u{0}\(bytes.count)\u{0}".utf8))
      hash.update(data: bytes)
    }
    return hash.finalize().hex
  }

  static func referenceFolder(_ directory: String) throws -> ReferenceFolder {
    do {
      return try ReferenceFolder(directory: URL(filePath: directory))
    } catch {
      throw RegistryError.unreadable(path: (error as? CocoaError)?.filePath ?? directory)
    }
  }
}
