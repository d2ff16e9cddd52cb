import Crypto
import CryptoExtras
import Foundation
import HTTPTypes
import HummingbirdTesting
import Registry
import Testing

@testable import RegistryServer

/// Tokens that another library signs: joserfc, of PyPI.
@Suite("tokens of joserfc")
struct JoserfcTests {
  private static let script = """
    import json, sys
    from joserfc import jwk, jwt
    given = json.load(sys.stdin)
    ec, rsa = jwk.ECKey.import_key(given["ec"]), jwk.RSAKey.import_key(given["rsa"])
    for claims in given["claims"]:
        for kid, key, algorithm in [("es", ec, "ES384"), ("rs", rsa, "RS384"), ("rs", rsa, "RS256"), ("rs", rsa, "PS384")]:
            claims["jti"] = claims["aud"] + algorithm
            print(jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm]))
    """

  private static func python(_ script: String, _ input: Data) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let (given, told) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (given, told, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return (-1, "") }
    // Less than a pipe holds.
    given.fileHandleForWriting.write(input)
    try? given.fileHandleForWriting.close()
    let output = told.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  private static let isInstalled = python("import joserfc", Data()).status == 0

  @Test(
    "ES384 and RS384 are taken at both doors, RS256 and PS384 at none",
    .enabled(if: isInstalled, "joserfc of PyPI is not installed"))
  func signed() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    var ec = Forge.jwk(forge.ec.publicKey)
    ec["d"] = Base64URL.text(forge.ec.rawRepresentation)
    let audiences = [AccessBench.base + "/oauth/token", AccessBench.base + "/cds-services/sign"]
    let input = try JSONSerialization.data(withJSONObject: [
      "ec": ec, "rsa": forge.rsa.pemRepresentation, "claims": audiences.map { bench.claims($0) },
    ])
    let (status, output) = Self.python(Self.script, input)
    let tokens = output.split(separator: "\n").map(String.init)
    try #require(status == 0 && tokens.count == 8)
    try await bench.app().test(.router) { client in
      for (place, token) in tokens.enumerated() {
        let answer = try await place < 4 ? client.token(assertion: token) : client.call(token)
        #expect(answer.status == (place % 4 < 2 ? .ok : .unauthorized), "\(place): \(answer.text)")
      }
    }
  }
}
