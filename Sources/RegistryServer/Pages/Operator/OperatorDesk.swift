import Catalogue
import Clinical
import Hummingbird
import Registry
import RegistryStore
import Savings

extension RegistryService {
  /// The operator's desk: feeds, quarantine, codes, reference data, accounts.
  func addOperatorDesk(_ router: Router<ServerContext>) {
    page(.operatorDesk, router) { visit in
      let scope = AuditScope(at: self.registry.now)
      let audit = try await self.waiting { try self.registry.auditCoverage(scope) }
      return FeedsPage(visit: visit, audit: audit).page
    }
    page(.quarantineList, router) { visit in
      QuarantinePage(visit: visit, messages: try await self.waiting { try self.registry.quarantined() }).page
    }
    page(.quarantined, router) { visit in
      let (message, _) = try self.quarantined(visit)
      return QuarantinedPage(visit: visit, message: message, bytes: nil).page
    }
    change(.openQuarantined, router) { visit, form in
      let (message, bytes) = try self.quarantined(visit)
      guard let reason = form["reason"]?.nonBlank else { throw ServiceError.reasonNeeded }
      let event = AccessEvent(
        .message, by: try self.askedBy(visit.context, visit.request), institution: message.feedOf, purpose: .stated,
        outcome: .answered, at: self.registry.now)
      try await self.registry.submit(access: event, words: reason)
      return QuarantinedPage(visit: visit, message: message, bytes: bytes).page
    }
    change(.retryQuarantine, router) { visit, _ in
      let summary = try await self.waiting { try self.registry.retryQuarantine().summary }
      return QuarantinePage(
        visit: visit, messages: try await self.waiting { try self.registry.quarantined() }, retried: summary
      ).page
    }
    page(.unmappedCodes, router) { visit in
      CodesPage(visit: visit, audit: try await self.waiting { try self.registry.auditCatalogue() }).page
    }
    page(.referenceData, router) { visit in try await self.referencePage(visit) }
    change(.checkReference, router) { visit, form in try await self.changeReference(visit, form) }
    page(.accounts, router) { visit in try await self.accountsPage(visit) }
    change(.addAccount, router) { visit, form in try await self.addAccount(visit, form) }
    change(.changeAccount, router) { visit, form in try await self.changeAccount(visit, form) }
  }

  private func quarantined(_ visit: Visit) throws -> (message: QuarantinedMessage, bytes: [UInt8]) {
    guard let id = Int64(visit.part("message")) else { throw ServiceError.noRoute }
    return try registry.quarantined(id)
  }

  // MARK: Reference data

  private func referencePage(
    _ visit: Visit, checked: [ReferenceProblem]? = nil, loaded: Registry.ReferenceLoad? = nil
  ) async throws -> Page {
    let reference = try registry.reference()
    return ReferencePage(
      visit: visit, reference: reference, folder: configuration.reference != nil, checked: checked, loaded: loaded
    ).page
  }

  /// Checks the folder that the configuration names, or loads it.
  private func changeReference(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    guard let folder = configuration.reference else { throw ServiceError.noRoute }
    let now = registry.now
    switch form["do"] {
    case "check":
      let problems = try await waiting { try Registry.checkReference(directory: folder, now: now) }
      return try await referencePage(visit, checked: problems)
    case "load":
      do {
        let prepared = try await waiting { try Registry.prepareReference(directory: folder) }
        return try await referencePage(visit, loaded: try await registry.submit(prepared))
      } catch RegistryError.rejectedReference(let problems) {
        return try await referencePage(visit, checked: problems)
      }
    default: throw ServiceError.malformed
    }
  }

  // MARK: Accounts

  private func accountsPage(_ visit: Visit, new: AccountView? = nil, error: String? = nil) async throws -> Page {
    AccountsPage(
      visit: visit, users: try registry.accounts(.user), clients: try registry.accounts(.client), new: new, error: error
    ).page
  }

  private func addAccount(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    guard let name = form["name"], let role = form["role"].flatMap(Role.init) else { throw ServiceError.malformed }
    let account = Account(
      name: name, kind: .user, role: role, institutions: form["institution"].map { [$0] } ?? [], person: form["person"])
    do {
      let by = visit.caller.name
      return try await accountsPage(visit, new: try await waiting { try self.registry.addAccount(account, by: by) })
    } catch let error as RegistryError {
      let words = ErrorWords.words(of: ErrorTable.row(of: error), visit.l)
      return try await accountsPage(visit, error: words)
    }
  }

  private func changeAccount(_ visit: Visit, _ form: FormFields) async throws -> any ResponseGenerator {
    guard let name = form["name"], let kind = form["kind"].flatMap(Account.Kind.init) else {
      throw ServiceError.malformed
    }
    let by = visit.caller.name
    switch form["do"] {
    case "disable", "enable":
      let isEnabled = form["do"] == "enable"
      _ = try await waiting { try self.registry.setAccount(name, kind, enabled: isEnabled, by: by) }
      return Response.seeOther(Desk.operator.path.part("accounts"))
    case "reset" where kind == .user:
      let new = try await waiting { try self.registry.resetAccount(name, .user, AccountReset(), by: by) }
      return try await accountsPage(visit, new: new)
    default: throw ServiceError.malformed
    }
  }
}
