import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Event: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "A decision with what was answered to it, and the messages behind the results it stood on; or who said what of who is who, who asked for whose data, what was made of an account."
    )

    @OptionGroup var store: StoreOptions
    @Argument(
      help:
        "The id of a decision, of a line of feedback, of an act on persons or patients' numbers, of an access (huren audit access) or of an account's event."
    )
    var id: String

    func run() throws {
      let registry = try store.open()
      if let act = try registry.actTrail(id) {
        if store.format == .json { return try Output.answer(json: act) }
        return Output.answer(act.text)
      }
      if let access = try registry.accessTrail(id) {
        if store.format == .json { return try Output.answer(json: access) }
        return Output.answer(access.trail)
      }
      if let account = try registry.accountTrail(id) {
        if store.format == .json { return try Output.answer(json: account) }
        return Output.answer(account.text)
      }
      let trail = try registry.eventTrail(id)
      if store.format == .json { return try Output.answer(json: trail) }
      Output.answer(trail.text)
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recompute the chain of events and every total, and say where the first difference lies.",
      discussion: """
        Print the head from time to time, sign it, and keep it elsewhere: --head then shows whether the chain was cut or written anew. \
        openssl checks a signature with `openssl pkeyutl -verify -rawin` over the statement.
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "A head that was kept elsewhere: it must stand in the chain.")
    var head: String?
    @Option(help: "The file of an Ed25519 private key (PEM) to sign the head with.")
    var signWith: String?

    func run() throws {
      let registry = try store.open()
      let found =
        try signWith.map { try registry.verifyAndSignEvents(keyPath: $0, expectedHead: head) }
        ?? registry.verifyEvents(expectedHead: head)
      if store.format == .json { try Output.answer(json: found) } else { Output.answer(found.text) }
      if found.firstDifference != nil || found.booksDifference != nil { throw ExitCode.failure }
    }
  }
}
