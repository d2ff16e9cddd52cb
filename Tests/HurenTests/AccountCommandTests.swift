import Foundation
import Testing

@Suite("huren client, huren user")
struct AccountCommandTests {
  private static let key = #"""
    "kty":"EC","crv":"P-384","x":"46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y":"XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI"
    """#

  private struct Account: Decodable, Equatable {
    struct Key: Decodable, Equatable { var alg: String }
    var name: String
    var kind: String
    var role: String
    var institutions: [String]
    var keys: [Key]
    var enabled: Bool
    var code: String?
  }

  private static func accounts(_ text: String) throws -> [Account] {
    try JSONDecoder().decode([Account].self, from: Data(text.utf8))
  }

  @Test("a client is added by its public keys, listed, disabled, enabled and reset; a private key is refused")
  func client() throws {
    let folder = try Binary.Folder()
    let db = ["--db", folder.database]
    #expect(try Binary.run(["reference", "load", "Samples/reference"] + db).status == 0)
    func file(_ name: String, _ text: String) throws -> String {
      let file = folder.url.appending(path: name)
      try Data(text.utf8).write(to: file)
      return file.path
    }
    let keys = try file("keys.json", #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA"},{\#(Self.key)}]}"#)
    let secret = try file("secret.json", #"{"keys":[{\#(Self.key),"d":"AQAB"}]}"#)
    let add = ["client", "add", "https://ehr.example/", "--role", "order-entry"]
    let added = try Binary.run(add + db + ["--jwks", keys, "--institution", "SYNTH-H1", "SYNTH-H2", "--actor", "op-1"])
    #expect(added.status == 0 && added.errors.contains("key 1 is not used"), "\(added.errors)")
    let list = try Binary.run(["client", "list", "--format", "json"] + db).output
    let event = String(try #require(list.firstMatch(of: /"event":"(account:[0-9a-f]+)"/)?.1))
    let told = try Binary.run(["audit", "event", event] + db)
    #expect(told.status == 0 && told.output.contains("add of client https://ehr.example/ by op-1"), "\(told.errors)")
    #expect(!told.output.contains("46SDH7"))
    #expect(try Binary.run(["audit", "event", "account:0"] + db).status == 1)
    let refused: [([String], String)] = [
      (add + ["--jwks", keys, "--institution", "SYNTH-H1"], "already"),
      (["client", "add", "x", "--role", "order-entry", "--jwks", secret, "--institution", "SYNTH-H1"], "secret"),
      (["client", "add", "x", "--role", "order-entry", "--jwks", keys, "--institution", "NOWHERE"], "NOWHERE"),
      (["client", "add", "x", "--role", "clinician", "--jwks", keys, "--institution", "SYNTH-H1"], "role"),
      (["client", "add", "x", "--role", "source", "--institution", "SYNTH-H1"], "--jwks"),
      (["client", "add", "x", "--role", "source", "--jwks", folder.url.path + "/none"], "cannot read"),
      (["client", "disable", "nobody"], "huren client list"),
      (["user", "disable", "https://ehr.example/"], "huren user list"),
    ]
    for (arguments, words) in refused {
      let outcome = try Binary.run(arguments + db)
      #expect(outcome.status == 1 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(!outcome.errors.contains("46SDH7"))
    }
    for (verb, enabled) in [("disable", false), ("disable", false), ("enable", true)] {
      #expect(try Binary.run(["client", verb, "https://ehr.example/"] + db).status == 0)
      let list = try Self.accounts(Binary.run(["client", "list", "--format", "json"] + db).output)
      #expect(
        list == [
          Account(
            name: "https://ehr.example/", kind: "client", role: "order-entry", institutions: ["SYNTH-H1", "SYNTH-H2"],
            keys: [.init(alg: "ES384")], enabled: enabled, code: nil)
        ])
    }
    #expect(try Binary.run(["client", "reset", "https://ehr.example/"] + db).status == 64)
    let reset = try Binary.run(["client", "reset", "https://ehr.example/", "--institution", "SYNTH-H3"] + db)
    #expect(reset.status == 0 && reset.output.contains("SYNTH-H3") && !reset.output.contains("SYNTH-H1"))
    #expect(try Binary.run(["check"] + db).status == 0)
    #expect(try Binary.run(["audit", "verify"] + db).status == 0)
  }

  @Test("a user's one-time code is told once, and lies nowhere in the registry")
  func user() throws {
    let folder = try Binary.Folder()
    let db = ["--db", folder.database]
    #expect(try Binary.run(["reference", "load", "Samples/reference"] + db).status == 0)
    let added = try Binary.run(
      ["user", "add", "wang", "--role", "clinician", "--institution", "SYNTH-H1", "--format", "json"] + db)
    let account = try JSONDecoder().decode(Account.self, from: Data(added.output.utf8))
    let code = try #require(account.code)
    #expect(code.wholeMatch(of: /([2-9A-HJ-NP-Z]{5}-){4}[2-9A-HJ-NP-Z]{5}/) != nil)
    #expect(try Self.accounts(Binary.run(["user", "list", "--format", "json"] + db).output).map(\.code) == [nil])
    let reset = try Binary.run(["user", "reset", "wang"] + db)
    let again = try #require(reset.output.firstMatch(of: /one-time code: (\S+)/)).1
    #expect(again != code)
    #expect(try Binary.run(["user", "add", "li", "--role", "resident"] + db).errors.contains("--person"))
    #expect(try Binary.run(["user", "add", "li", "--role", "resident", "--person", "NOBODY"] + db).status == 1)
    for end in ["", "-wal"] {
      let bytes = (try? Data(contentsOf: URL(filePath: folder.database + end))) ?? Data()
      for text in [code, code.replacing("-", with: ""), String(again)] {
        #expect(bytes.range(of: Data(text.utf8)) == nil)
      }
    }
  }
}
