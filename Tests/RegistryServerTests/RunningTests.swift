import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Messages
import NIOCore
import Registry
import RegistryStore
import Savings
import Synchronization
import Testing

@testable import RegistryServer

@Suite("how it runs, told from outside")
struct RunningTests {
  private static let asks = HTTPFields(dictionaryLiteral: (.authorization, "orders-SYNTH-H4"))
  private static let order = """
    {"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"999901196205141019"}]},\
    "setting":"outpatient","orderedAt":"2026-05-20T09:00:00+08:00","items":[{"item":"LYTES"}]}
    """

  private static func slow(at moment: String = "2026-05-20T09:05:00+08:00") throws -> (SampleRegistry, SlowStore) {
    let held = Mutex<SlowStore?>(nil)
    let sample = try SampleRegistry(at: moment) { store in
      let slow = SlowStore(store)
      held.withLock { $0 = slow }
      return slow
    }
    return (sample, try #require(held.withLock { $0 }))
  }

  /// What a measure is, all its dimensions added; nil where it is not there.
  private static func value(_ measure: String, in text: String) -> Double? {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix(measure + " ") || $0.hasPrefix(measure + "{") }
    let values = lines.compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    return values.isEmpty ? nil : values.reduce(0, +)
  }

  @Test("one request of each kind, and every measure tells of it")
  func measures() async throws {
    let (sample, slow) = try Self.slow()
    try sample.load(archives: ["SYNTH-H1": "http://127.0.0.1:9/dicom-web"])
    try await sample.fill()
    let imaged = ImagesBench.message("measured", of: ImagesBench.study, at: "SYNTH-H1")
    _ = try await sample.registry.submit(Array(imaged.utf8), of: FeedOwner("SYNTH-H1"), label: "test")
    let person = try sample.registry.persons(with: Identifier(.residentID, ImagesBench.resident), institution: nil)
    let second = sample.folder.appending(path: "second/ltx/0")
    try FileManager.default.createDirectory(at: second, withIntermediateDirectories: true)
    try Data().write(to: second.appending(path: "1.ltx"))
    var configuration = ServerConfiguration()
    configuration.listen.port = 0
    configuration.copy = sample.folder.appending(path: "second").path
    configuration.answersWithin = .seconds(60)
    let source = Caller(name: "lis", kind: .client, role: .source, institutions: ["SYNTH-H1"])
    let service = RegistryService(
      registry: sample.registry, configuration: configuration,
      logger: AccessBench.quiet,
      authenticating: [NamedCallers([.orderEntry("SYNTH-H4"), .auditor, source])])
    let (ports, ready) = AsyncStream.makeStream(of: Int.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [configuration] in
        try await service.run(reload: { configuration }, ready: { ready.yield($0) })
      }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let client = TestClient(host: "127.0.0.1", port: port, configuration: .init(timeout: .seconds(60)))
      client.connect()
      func ask(_ path: String, as caller: String, _ body: String? = nil) async throws -> (status: Int, text: String) {
        var headers: HTTPFields = [.authorization: caller]
        headers[.hurenPerson] = person.first
        let answer = try await client.execute(
          TestClient.Request(
            path, method: body == nil ? .get : .post, authority: "localhost", headers: headers,
            body: body.map { ByteBuffer(string: $0) }))
        return (Int(answer.status.code), answer.body.map { String(buffer: $0) } ?? "")
      }
      #expect(try await ask("/v1/decisions", as: "orders-SYNTH-H4", Self.order).status == 200)
      #expect(try await ask("/feeds", as: "lis", ServerBench.message("measured")).text.contains("MSA|AA|"))
      // Nobody listens there.
      #expect(try await ask("/dicom-web/studies/\(ImagesBench.study)", as: "orders-SYNTH-H4").status == 502)
      // A question that finds the disk slow.
      var hasty = configuration
      hasty.answersWithin = .milliseconds(50)
      service.reconfigure(hasty)
      slow.wait(reading: 1)
      #expect(try await ask("/v1/decisions", as: "orders-SYNTH-H4", Self.order).status == 503)
      slow.wait()
      // What is measured from time to time comes soon after the start.
      var text = ""
      for _ in 0..<600 {
        text = try await ask("/metrics", as: "auditor").text
        let names = ServiceMetrics.Measure.allCases.map(\.rawValue)
        if names.allSatisfy({ text.contains("\n\($0)") || text.contains("\n\($0)_count") }) { break }
        try await Task.sleep(for: .milliseconds(100))
      }
      let page = try String(contentsOf: SampleRegistry.root.appending(path: "docs/operating.md"), encoding: .utf8)
      for measure in ServiceMetrics.Measure.allCases {
        #expect(page.contains("`\(measure.rawValue)`"), "docs/operating.md does not tell what it means")
        let name = measure.rawValue
        let isThere = Self.value(name, in: text) ?? Self.value(name + "_count", in: text)
        #expect(isThere != nil, "\(name) is not measured")
        #expect(text.contains("# HELP \(name) \(measure.help)\n"))
      }
      for (measure, least) in [
        ("huren_http_requests_total", 3.0), ("huren_http_request_seconds_count", 3), ("huren_messages_total", 1),
        ("huren_decisions_total", 1), ("huren_questions_timed_out_total", 1), ("huren_question_seconds_count", 1),
        ("huren_commit_seconds_count", 2), ("huren_commit_units_total", 2), ("huren_file_bytes", 1),
        ("huren_disk_free_ratio", 0.000_001), ("huren_last_commit", 3),
      ] {
        #expect((Self.value(measure, in: text) ?? -1) >= least, "\(measure): \(text)")
      }
      #expect(text.contains("huren_messages_total{institution=\"SYNTH-H1\",outcome=\"accepted\"} 1.0\n"))
      #expect(text.contains("huren_decisions_total{outcome=\"recognise\"} 1.0\n"))
      try await client.shutdown()
      group.cancelAll()
    }
  }

  @Test(
    "it is not ready while its index is not loaded, its file cannot be written, or less than 5 % of its disk is free")
  func readiness() async throws {
    let (sample, slow) = try Self.slow()
    let service = sample.service([])
    try await Application(router: service.router()).test(.router) { client in
      func ready() async throws -> String {
        let answer = try await client.execute(uri: "/ready", method: .get)
        return "\(answer.status.code) " + String(buffer: answer.body)
      }
      let early = try await ready()
      #expect(early == "503 not ready: the index of people is being loaded\n")
      service.readiness.setPrepared()
      for (free, isWritable, expected) in [
        (0.06, true, "200 ready\n"), (0.049, true, "503 not ready: less than 5 % of the disk is free\n"),
        (0.5, false, "503 not ready: the registry cannot be written\n"),
      ] {
        slow.say(StoreStatus(size: 1, logSize: 0, freeShare: free, isWritable: isWritable))
        let told = try await ready()
        #expect(told == expected)
      }
      let health = try await client.execute(uri: "/health", method: .get)
      #expect(health.status == .ok)
    }
  }

  @Test("a feed is silent when it has sent nothing for three times its usual gap, as the audit of coverage says")
  func silence() async throws {
    let sample = try SampleRegistry(at: "2026-03-20T09:00:00+08:00")
    let service = sample.service([.auditor])
    func silent(at moment: String) throws -> [String] {
      sample.time.set(moment)
      try sample.registry.keepUp()
      try service.measureSilence()
      let told = try sample.registry.silentFeeds()
      let rows = try sample.registry.auditCoverage(AuditScope(at: sample.time.now)).rows
      #expect(rows.filter { $0.rhythm.standing == .silent }.map(\.institution) == told)
      #expect(service.metrics.factory.text.contains("\nhuren_silent_feeds \(Double(told.count))\n"))
      return told
    }
    for day in 10..<19 {
      let message = ServerBench.message("\(day)").replacing("20260310", with: "202603\(day)")
      let taken = try await sample.registry.submit(Array(message.utf8), of: FeedOwner("SYNTH-H1"), label: "a test")
      #expect(taken.acknowledgement.outcome == .accepted)
    }
    #expect(try silent(at: "2026-03-20T09:00:00+08:00") == [])
    #expect(try silent(at: "2026-03-23T09:00:00+08:00") == ["SYNTH-H1"])
  }

  @Test("how far the copy in the second place is behind: of what was recorded, by the newest file there")
  func copy() throws {
    let moments = [0, 10, 70].map { Instant(milliseconds: 1_700_000_000_000 + Int64($0) * 1000) }
    #expect(SecondPlace.behind(newest: moments[1], lastCommit: moments[0], now: moments[2]) == 0)
    #expect(SecondPlace.behind(newest: moments[0], lastCommit: moments[1], now: moments[2]) == 70)
    #expect(SecondPlace.behind(newest: nil, lastCommit: moments[0], now: moments[2]) == .infinity)
    let folder = try SampleRegistry().folder.deletingLastPathComponent().appending(path: "huren-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(SecondPlace.newest(in: folder.path) == nil)
    for (level, seconds) in [("0", 5), ("1", 9), ("9", 3)] {
      let place = folder.appending(path: "ltx/\(level)")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      for (name, later) in [("a.ltx", 0), ("b.tmp", 100)] {
        let file = place.appending(path: name)
        try Data().write(to: file)
        let date = Date(timeIntervalSince1970: TimeInterval(1_700_000_000 + seconds + later))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
      }
    }
    #expect(SecondPlace.newest(in: folder.path)?.milliseconds == 1_700_000_009_000)
    #expect(try ServerConfiguration(yaml: "copy: /srv/huren-copy").copy == "/srv/huren-copy")
    let metrics = ServiceMetrics()
    metrics.set(.copyBehind, .infinity)
    #expect(metrics.factory.text.contains("\nhuren_copy_behind_seconds +Inf\n"))
  }
}
