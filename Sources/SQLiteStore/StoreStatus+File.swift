import Foundation
import Glibc
import RegistryStore

extension StoreStatus {
  /// Of a registry's file.
  ///
  /// - Throws: `StoreError.unusable` when the system tells nothing of it.
  init(path: String) throws(StoreError) {
    var space = statvfs()
    guard let size = Self.size(of: path), statvfs(path, &space) == 0, space.f_blocks > 0 else {
      throw .unusable(.unreadable, path: path)
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    self.init(
      size: size, logSize: Self.size(of: path + "-wal") ?? 0,
      // What is kept for the superuser is nobody else's to use.
      freeShare: Double(space.f_bavail) / Double(space.f_blocks),
      isWritable: access(path, W_OK) == 0 && access(folder, W_OK) == 0 && space.f_flag & UInt(ST_RDONLY) == 0)
  }

  private static func size(of path: String) -> Int64? {
    var facts = stat()
    return stat(path, &facts) == 0 ? Int64(facts.st_size) : nil
  }
}
