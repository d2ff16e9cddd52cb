import Catalogue
public import Clinical
import Recognition
import RegistryStore

/// One consistent state of the registry, for as long as it is read.
public struct RegistryState {
  let registry: Registry
  let snapshot: any StoreSnapshot

  /// The reference data in force, or as it was at a moment.
  ///
  /// - Throws: `RegistryError.noReference` when none was loaded by then.
  public func reference(knownAt: Instant? = nil) throws -> LoadedReference {
    try registry.reference(snapshot, knownAt: knownAt)
  }
}

extension Registry {
  /// Reads one consistent state, not older than the call. From any number of threads: who asks together reads together.
  ///
  /// - Parameter body: on a thread that may wait for the disk; it keeps those waiting who asked with it.
  /// - Throws: what the body throws; `StoreError`.
  public func look<Value: Sendable>(
    _ body: @escaping @Sendable (RegistryState) throws -> Value
  ) async throws -> Value {
    try await reading.read(store) { try body(RegistryState(registry: self, snapshot: $0)) }
  }
}
