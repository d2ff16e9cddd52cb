import Clinical
import RegistryStore

extension StoreConformance {
  /// Who may ask.
  static let accounts: [StoreConformance] = [
    StoreConformance("of an account's states the newest holds; all of it comes back") { subject in
      let store = try subject.open()
      var account = Account(
        name: "urn:é\u{0}x", kind: .client, role: .orderEntry, institutions: ["A 1", "B"], keys: #"{"keys":[]}"#,
        keyAddress: "https://ehr.example/keys", certificate: [UInt8](repeating: 7, count: 32), event: "account:1")
      let other = Account(name: "urn:é", kind: .user, role: .reviewer, institutions: [], event: "account:2")
      try store.write { transaction in
        try transaction.insert(account, recordedAt: transaction.recordedAt)
        try transaction.insert(other, recordedAt: transaction.recordedAt)
      }
      let certificate = account.certificate ?? []
      try store.read { snapshot in
        try hold(try snapshot.account(account.name), is: account, "an account")
        try hold(try snapshot.account(other.name), is: other, "an account whose name another begins with")
        try hold(try snapshot.account("urn"), is: nil, "an account that is not there")
        try hold(try snapshot.accounts(), is: [other, account], "all of them, by name")
        try hold(try snapshot.account(certificate: certificate), is: account, "whose certificate it is")
      }
      account.certificate = nil
      account.isEnabled = false
      try store.write { try $0.insert(account, recordedAt: $0.recordedAt) }
      try store.read { snapshot in
        try hold(try snapshot.account(account.name), is: account, "its newest state")
        try hold(try snapshot.account(certificate: certificate), is: nil, "whose certificate it was")
        try hold(try snapshot.accounts().count, is: 2, "accounts")
      }
    },
    StoreConformance("of an account's secrets the newest hold") { subject in
      let store = try subject.open()
      let first = AccountSecrets(account: "a", code: [1, 2], codeExpires: Moment.hours(72))
      let second = AccountSecrets(account: "a", password: "$scrypt$", totp: [9])
      for secrets in [first, second] {
        try store.write { try $0.insert(secrets, recordedAt: $0.recordedAt) }
        try hold(try store.read { try $0.accountSecrets("a") }, is: secrets, "secrets")
      }
      try hold(try store.read { try $0.accountSecrets("b") }, is: nil, "secrets of nobody")
    },
    StoreConformance("what may be used once is used once, by whomever, until it is forgotten") { subject in
      let stores = [try subject.open(), try subject.open()]
      let digest = [UInt8](repeating: 1, count: 32)
      try hold(try stores[0].write { try $0.use(digest, expires: Moment.hours(1)) }, is: true, "the first use")
      for store in stores {
        try hold(try store.read { try $0.isUsed(digest) }, is: true, "whether it is used")
        try hold(try store.write { try $0.use(digest, expires: Moment.hours(9)) }, is: false, "another use")
      }
      try stores[1].write { try $0.forgetUsed(expiredBy: Moment.start) }
      try hold(try stores[0].read { try $0.isUsed(digest) }, is: true, "whether it is used, before it expires")
      try stores[1].write { try $0.forgetUsed(expiredBy: Moment.hours(1)) }
      try hold(try stores[0].read { try $0.isUsed(digest) }, is: false, "whether it is used, when it is forgotten")
      try hold(
        try stores[0].read { try $0.verifyCommits().problem }, is: nil, "commits that were digested without it")
    },
  ]
}
