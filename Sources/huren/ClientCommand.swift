import ArgumentParser
import Registry
import RegistryStore

struct ClientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client", abstract: "The systems that may ask: source, order-entry, auditor.",
    subcommands: [Add.self, List.self, Disable.self, Enable.self, Reset.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Registers a system by its public keys or its certificate.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var credentials: CredentialOptions
    @Argument(help: "What it calls itself: the `iss` of its tokens.")
    var name: String
    @Option(help: "source, order-entry or auditor.")
    var role: Role
    @Option(parsing: .upToNextOption, help: "Those it acts for, by their codes.")
    var institution: [String] = []

    func run() throws {
      let account = Account(
        name: name, kind: .client, role: role, institutions: institution, keys: try credentials.keys()?.canonical,
        keyAddress: credentials.jku, certificate: try credentials.certificateDigest())
      try store.answer(try store.open().addAccount(account, by: actor.name))
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All systems, and what each is known by.")
    @OptionGroup var store: StoreOptions

    func run() throws { try store.list(.client) }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keeps it out, from its next request on.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument var name: String

    func run() throws { try store.set(name, .client, enabled: false, by: actor) }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lets it in again.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument var name: String

    func run() throws { try store.set(name, .client, enabled: true, by: actor) }
  }

  struct Reset: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives it new keys or another certificate, or other institutions, in place of those it had.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @OptionGroup var credentials: CredentialOptions
    @Argument var name: String
    @Option(parsing: .upToNextOption, help: "All that it acts for from now on.")
    var institution: [String] = []

    func validate() throws {
      if credentials.jwks == nil, credentials.certificate == nil, institution.isEmpty {
        throw ValidationError("say what is to be new: --jwks FILE, --certificate FILE or --institution CODE")
      }
    }

    func run() throws {
      let reset = AccountReset(
        institutions: institution.isEmpty ? nil : institution, keys: try credentials.keys(),
        keyAddress: credentials.jku, certificate: try credentials.certificateDigest())
      try store.answer(try store.open().resetAccount(name, .client, reset, by: actor.name))
    }
  }
}
