import RegistryStore

@testable import SQLiteStore

extension StoreTransaction {
  /// As its engine has it: what a test says in SQL within a transaction of the registry's own.
  var sqlite: SQLiteTransaction {
    guard let own = self as? SQLiteTransaction else { preconditionFailure("another engine's") }
    return own
  }
}
