import Foundation
import Glibc
import Testing

/// The built command as a service that is told to stop.
@Suite("a service that is told to stop", .serialized)
struct StoppedServiceTests {
  private static func served(_ folder: Binary.Folder) throws -> (ServedBinary, mllp: Int) {
    let mllp = try LocalConnection.freePort()
    let lines = "mllp:\n  - listen: 127.0.0.1:\(mllp)\n    institutions: [SYNTH-H1]\n"
    return (try ServedBinary(folder, lines), mllp)
  }

  private static func filled() throws -> Binary.Folder {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    return folder
  }

  @Test(
    "those whose message comes whole get their answer, whatever they came by; none that was acknowledged is lost",
    .enabled(if: ServedTests.hasTools, "curl and openssl are needed"))
  func answersFinish() throws {
    let folder = try Self.filled()
    let (served, mllp) = try Self.served(folder)
    let token = try served.sourceToken()
    // Twenty are under way: all but the end of each has been sent, and is waited for.
    var under: [(name: String, connection: LocalConnection, rest: ArraySlice<UInt8>, isHTTP: Bool)] = []
    for number in 0..<20 {
      let isHTTP = number % 2 == 0
      let connection = try #require(
        LocalConnection.waiting(port: isHTTP ? served.port : mllp) { served.process.isRunning })
      let bytes = isHTTP ? Senders.request("S\(number)", token: token) : Senders.frame("S\(number)")
      #expect(connection.send(bytes[..<(bytes.count - 40)]))
      under.append(("S\(number)", connection, bytes[(bytes.count - 40)...], isHTTP))
    }
    let other = try #require(LocalConnection.waiting(port: mllp) { served.process.isRunning })
    #expect(other.send(Senders.frame("first")))
    #expect(other.readBlock().contains("\rMSA|AA|M-first\r"))
    // What was sent is to have been read; a connection of which nothing was is closed at once.
    sleep(2)
    let start = ContinuousClock.now
    kill(served.process.processIdentifier, SIGTERM)
    usleep(300_000)
    var acknowledged = ["first"]
    for (name, connection, rest, isHTTP) in under {
      #expect(connection.send(rest))
      let answer = isHTTP ? connection.readResponse() : connection.readBlock()
      #expect(answer.contains(isHTTP ? "HTTP/1.1 200" : "\rMSA|AA|"), "\(name): \(answer)")
      #expect(answer.contains("MSA|AA|M-\(name)\r"), "\(name): \(answer)")
      acknowledged.append(name)
    }
    served.process.waitUntilExit()
    #expect(ContinuousClock.now - start < .seconds(15))
    #expect(served.process.terminationStatus == 0)
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
    #expect(try Senders.missing(acknowledged, in: folder.database, folder: folder) == 0)
  }

  @Test("a client that sends no more, and a second signal, hold nothing up")
  func stuck() throws {
    let folder = try Self.filled()
    let (served, mllp) = try Self.served(folder)
    let stuck = try [(served.port, Array("POST /feeds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n".utf8))]
      .map { port, bytes in
        let connection = try #require(LocalConnection(port: port))
        #expect(connection.send(bytes))
        return connection
      }
    // The doors are opened one beside the other.
    let half = try #require(LocalConnection.waiting(port: mllp) { served.process.isRunning })
    #expect(half.send(Senders.frame("half").prefix(50)))
    usleep(200_000)
    let (status, seconds) = served.stopped(signals: 2)
    #expect(status == 0)
    // Ten for those who may still come, and what a machine with much else to do takes.
    #expect(seconds < 20, "\(seconds) s")
    withExtendedLifetime(stuck) {}
    #expect(try Binary.run(["check", "--db", folder.database]).status == 0)
  }

  @Test(
    "SIGHUP: a new certificate is shown without a restart, and what cannot be read changes nothing",
    .enabled(if: ServedTests.hasTools, "curl and openssl are needed"))
  func hangUp() throws {
    let folder = try Self.filled()
    let place = folder.url.appending(path: "own").path
    func bash(_ line: String) throws -> Binary.Outcome {
      try Binary.run(["-c", line], executable: URL(filePath: "/bin/bash"))
    }
    func make(_ name: String) throws {
      let made = try bash(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=\(name) -keyout '\(place).key' -out '\(place).pem'"
      )
      #expect(made.status == 0, "\(made.errors)")
    }
    try make("before")
    let served = try ServedBinary(folder, "tls: {certificate: \(place).pem, key: \(place).key}\n")
    func shown() throws -> String {
      try bash(
        "openssl s_client -connect 127.0.0.1:\(served.port) </dev/null 2>/dev/null | openssl x509 -noout -subject"
      ).output
    }
    #expect(try shown().contains("before"))
    try Data("none".utf8).write(to: URL(filePath: place + ".key"))
    kill(served.process.processIdentifier, SIGHUP)
    usleep(500_000)
    #expect(try shown().contains("before"))
    try make("after")
    kill(served.process.processIdentifier, SIGHUP)
    var subject = ""
    for _ in 0..<100 where !subject.contains("after") {
      subject = try shown()
      usleep(100_000)
    }
    #expect(subject.contains("after"))
    #expect(try bash("curl -sSk \(served.url)/health").output == "alive\n")
    #expect(served.stopped().status == 0)
  }
}
