internal import GRDB

extension Schema {
  /// What came with the service: who looked, who may, and readers that go on while others write.
  static func registerService(in migrator: inout DatabaseMigrator) {
    migrator.registerMigration("18 who looked", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: AccessSchema.sql)
    }
    migrator.registerMigration("19 accounts", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: AccountSchema.sql)
    }
    migrator.registerMigration("20 keyed digests", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: AccessSchema.keyed)
    }
    migrator.registerMigration("21 commits of the person index", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: CommitRows.schemaOfIndex)
    }
    migrator.registerMigration("22 what derives a message again", foreignKeyChecks: .immediate) { db in
      try db.execute(sql: EvidenceSchema.sql)
    }
  }
}
