import Clinical
import RegistryStore

enum AccountSchema {
  static let sql = """
    -- Who may: clients and users. The newest row of a name holds.
    CREATE TABLE account (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind = 'client' OR kind = 'user'),
      role TEXT NOT NULL,
      -- Codes, each ended by U+001F.
      institutions TEXT NOT NULL,
      person TEXT REFERENCES person (code),
      -- Public keys, as a JWK set.
      keys TEXT,
      key_address TEXT,
      certificate BLOB CHECK (length(certificate) = 32),
      is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
      -- The event of the chain.
      event TEXT NOT NULL,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX account_name ON account (name);
    CREATE INDEX account_certificate ON account (certificate) WHERE certificate IS NOT NULL;

    -- What users show who they are by: no other table holds a secret. The newest row of an account holds.
    CREATE TABLE account_secret (
      id INTEGER PRIMARY KEY,
      account TEXT NOT NULL,
      password TEXT,
      totp BLOB,
      code BLOB,
      code_expires INTEGER,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX account_secret_account ON account_secret (account);

    -- What may be used once and was, until it would not be taken any more: part of no commit's digest, for it is forgotten.
    CREATE TABLE used_token (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX used_token_expires ON used_token (expires_at);
    """
}

extension SQLiteTransaction {
  func account(_ name: String) throws -> Account? {
    try first(
      """
      SELECT name, kind, role, institutions, person, keys, key_address, certificate, is_enabled, event FROM account
      WHERE name = ? ORDER BY id DESC LIMIT 1
      """, [name], Account.init)
  }

  func account(certificate digest: [UInt8]) throws -> Account? {
    try first(
      """
      SELECT name, kind, role, institutions, person, keys, key_address, certificate, is_enabled, event FROM account AS own
      WHERE certificate = ? AND NOT EXISTS (SELECT 1 FROM account WHERE name = own.name AND id > own.id)
      ORDER BY id DESC LIMIT 1
      """, [digest], Account.init)
  }

  func accounts() throws -> [Account] {
    let rows = try rows(
      """
      SELECT name, kind, role, institutions, person, keys, key_address, certificate, is_enabled, event FROM account
      WHERE id IN (SELECT max(id) FROM account GROUP BY name) ORDER BY name
      """, [])
    var result: [Account] = []
    while let row = try rows.next() { result.append(try Account(row)) }
    return result
  }

  func accountSecrets(_ account: String) throws -> AccountSecrets? {
    try first(
      """
      SELECT password, totp, code, code_expires FROM account_secret WHERE account = ? ORDER BY id DESC LIMIT 1
      """, [account]
    ) { row in
      AccountSecrets(
        account: account, password: row[0], totp: row.blob(1), code: row.blob(2),
        codeExpires: (row[3] as Int64?).map { Instant(milliseconds: $0) })
    }
  }

  func insert(_ account: Account, recordedAt: Instant) throws {
    try run(
      """
      INSERT INTO account
        (name, kind, role, institutions, person, keys, key_address, certificate, is_enabled, event, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        account.name, account.kind.rawValue, account.role.rawValue,
        account.institutions.map { $0 + "\u{1F}" }.joined(), account.person, account.keys, account.keyAddress,
        account.certificate, account.isEnabled ? 1 : 0, account.event, recordedAt.milliseconds,
      ])
  }

  func insert(_ secrets: AccountSecrets, recordedAt: Instant) throws {
    try run(
      """
      INSERT INTO account_secret (account, password, totp, code, code_expires, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        secrets.account, secrets.password, secrets.totp, secrets.code, secrets.codeExpires?.milliseconds,
        recordedAt.milliseconds,
      ])
  }

  func isUsed(_ digest: [UInt8]) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM used_token WHERE digest = ?", [digest]) != nil
  }

  func use(_ digest: [UInt8], expires: Instant) throws -> Bool {
    if try isUsed(digest) { return false }
    try run("INSERT INTO used_token (digest, expires_at) VALUES (?, ?)", [digest, expires.milliseconds])
    return true
  }

  func forgetUsed(expiredBy moment: Instant) throws {
    try run("DELETE FROM used_token WHERE expires_at <= ?", [moment.milliseconds])
  }
}

extension Account {
  fileprivate init(_ row: SQLRow) throws {
    guard let kind = Kind(rawValue: row[1]), let role = Role(rawValue: row[2]) else {
      throw StoreError.damaged("an account of no kind or role")
    }
    self.init(
      name: row[0], kind: kind, role: role,
      institutions: (row[3] as String).split(separator: "\u{1F}").map(String.init), person: row[4], keys: row[5],
      keyAddress: row[6], certificate: row.blob(7), isEnabled: row[8], event: row[9])
  }
}

extension SQLRow {
  /// Nil for none; an empty one is never written.
  fileprivate func blob(_ column: Int32) -> [UInt8]? {
    let bytes: [UInt8] = self[column]
    return bytes.isEmpty ? nil : bytes
  }
}
