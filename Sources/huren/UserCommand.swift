import ArgumentParser
import Registry
import RegistryStore

struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "The people who may ask: clinician, resident, reviewer, auditor, operator.",
    subcommands: [Add.self, List.self, Disable.self, Enable.self, Reset.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Registers somebody, and tells once the code by which they set password and TOTP.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument(help: "What they sign in by.")
    var name: String
    @Option(help: "clinician, resident, reviewer, auditor or operator.")
    var role: Role
    @Option(parsing: .upToNextOption, help: "Where they work, by its code.")
    var institution: [String] = []
    @Option(help: "Who a resident is: a person code.")
    var person: String?

    func run() throws {
      let account = Account(name: name, kind: .user, role: role, institutions: institution, person: person)
      try store.answer(try store.open().addAccount(account, by: actor.name))
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "All users.")
    @OptionGroup var store: StoreOptions

    func run() throws { try store.list(.user) }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keeps them out, from their next request on.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument var name: String

    func run() throws { try store.set(name, .user, enabled: false, by: actor) }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lets them in again.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument var name: String

    func run() throws { try store.set(name, .user, enabled: true, by: actor) }
  }

  struct Reset: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Voids password and TOTP, and tells a new code once; with --institution, other institutions.")
    @OptionGroup var store: StoreOptions
    @OptionGroup var actor: ActorOptions
    @Argument var name: String
    @Option(parsing: .upToNextOption, help: "All where they work from now on.")
    var institution: [String] = []

    func run() throws {
      let reset = AccountReset(institutions: institution.isEmpty ? nil : institution)
      try store.answer(try store.open().resetAccount(name, .user, reset, by: actor.name))
    }
  }
}
