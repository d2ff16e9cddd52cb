import Foundation
import Synchronization
import Testing

/// A real browser, driven by Debian's chromedriver (W3C WebDriver) and by its keyboard alone. Ends with `end`.
final class WebDriver: Sendable {
  static let driver = "/usr/bin/chromedriver"
  static let chromium = "/usr/bin/chromium"

  static var isThere: Bool {
    [driver, chromium].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
  }

  enum Key: String {
    case tab = "\u{E004}"
    case enter = "\u{E007}"
    case space = "\u{E00D}"
  }

  private let process: Process
  private let port: Int
  private let session: String
  private let folder: URL

  /// - Parameters:
  ///   - width: of the page, in CSS pixels.
  ///   - languages: what the browser prefers.
  init(width: Int, language: String) async throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "huren-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(filePath: Self.driver)
    process.arguments = ["--port=0"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    self.process = process
    let port = try await Self.port(output)
    self.port = port
    let options: [String: Any] = [
      "binary": Self.chromium,
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--user-data-dir=\(folder.path)", "--window-size=\(width),900", "--accept-lang=\(language)",
      ],
      "mobileEmulation": [
        "deviceMetrics": ["width": width, "height": 900, "pixelRatio": 1, "mobile": false, "touch": false]
      ],
    ]
    let asked: [String: Any] = [
      "capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options]]
    ]
    do {
      let made = try await Self.send(port, "POST", "/session", asked)
      session = try #require((made as? [String: Any])?["sessionId"] as? String, "\(made ?? "")")
    } catch {
      kill(process.processIdentifier, SIGKILL)
      throw error
    }
  }

  /// chromedriver says on which port it listens.
  private static func port(_ output: Pipe) async throws -> Int {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        var said = ""
        while true {
          let data = output.fileHandleForReading.availableData
          said += String(decoding: data, as: UTF8.self)
          if let port = said.firstMatch(of: /successfully on port (\d+)/).flatMap({ Int($0.1) }) {
            return continuation.resume(returning: port)
          }
          if data.isEmpty { return continuation.resume(throwing: Failure(words: "chromedriver ended: \(said)")) }
        }
      }
    }
  }

  struct Failure: Error {
    var words: String
  }

  func end() async {
    _ = try? await Self.send(port, "DELETE", "/session/\(session)", nil)
    // What it blocks of signals it has from the thread that began it: this one it cannot.
    kill(process.processIdentifier, SIGKILL)
    await exited()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Waits, on a thread that may, until it has ended.
  private func exited() async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { [process] in
        process.waitUntilExit()
        continuation.resume()
      }
    }
  }

  // MARK: What it does

  func go(_ url: String) async throws { _ = try await send("POST", "url", ["url": url]) }

  func press(_ key: Key) async throws { try await type(key.rawValue) }

  /// One key after the other.
  func type(_ text: String) async throws {
    let strokes = text.flatMap { [["type": "keyDown", "value": String($0)], ["type": "keyUp", "value": String($0)]] }
    _ = try await send(
      "POST", "actions", ["actions": [["type": "key", "id": "keyboard", "actions": strokes]]])
  }

  /// What a script of the test's own finds on the page.
  func ask(_ script: String) async throws -> Any? {
    try await send("POST", "execute/sync", ["script": "return " + script, "args": [Any]()])
  }

  /// What the rules of axe-core find, of WCAG 2.2 AA; none where `HUREN_AXE` does not name its file: PyPI's `axe-playwright-python` has one.
  func axe() async throws -> String {
    guard let path = ProcessInfo.processInfo.environment["HUREN_AXE"] else { return "" }
    let rules = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    let script = """
      const done = arguments[0]; \(rules);
      axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
        r => done(r.passes.length === 0 ? 'no rule was run' :
          r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')).join('; ')),
        e => done('axe: ' + e));
      """
    return try await send("POST", "execute/async", ["script": script, "args": [Any]()]) as? String ?? ""
  }

  func text(_ script: String) async throws -> String { try await ask(script) as? String ?? "" }

  /// Goes on with Tab until a script says that what has the focus is meant. Each stop must show that it has the focus.
  func tab(to meant: String, atMost count: Int = 80) async throws {
    for _ in 0..<count {
      try await press(.tab)
      let shows = try await ask(
        "(e => { const s = getComputedStyle(e); return e === document.body || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 })(document.activeElement)"
      )
      if shows as? Bool != true {
        Issue.record("a stop without a mark: \(try await text("document.activeElement.outerHTML"))")
      }
      if try await ask("(e => \(meant))(document.activeElement)") as? Bool == true { return }
    }
    throw Failure(words: "Tab does not lead to \(meant) at \(try await text("location.pathname"))")
  }

  func fill(_ name: String, _ value: String) async throws {
    try await tab(to: "e.name === '\(name)'")
    try await type(value)
  }

  /// Waits until a page has come.
  func wait(for script: String) async throws {
    for _ in 0..<600 {
      if (try? await ask(script) as? Bool) == true { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw Failure(words: "it never came to \(script): \(try await text("document.body.innerText"))")
  }

  /// Into the folder that `HUREN_SCREENSHOTS` names, if it does.
  func screenshot(_ name: String) async throws {
    guard let folder = ProcessInfo.processInfo.environment["HUREN_SCREENSHOTS"] else { return }
    _ = try await ask("document.activeElement && document.activeElement.blur()")
    let height = (try await ask("Math.min(5000, document.documentElement.scrollHeight)") as? NSNumber)?.intValue ?? 900
    let width = (try await ask("innerWidth") as? NSNumber)?.intValue ?? 1280
    let command: [String: Any] = [
      "cmd": "Page.captureScreenshot",
      "params": [
        "captureBeyondViewport": true, "clip": ["x": 0, "y": 0, "width": width, "height": height, "scale": 1],
      ],
    ]
    let answer = try await send("POST", "goog/cdp/execute", command) as? [String: Any]
    let data = try #require((answer?["data"] as? String).flatMap { Data(base64Encoded: $0) })
    try data.write(to: URL(filePath: folder).appending(path: name + ".png"))
  }

  private func send(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any? {
    try await Self.send(port, method, "/session/\(session)/\(path)", body)
  }

  private static func send(_ port: Int, _ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any? {
    let json = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let head = RawHTTP.head(
      method, path, ["Content-Type: application/json", "Content-Length: \(json.count)"]
    ).replacing("Host: x", with: "Host: 127.0.0.1")
    let answer = try await RawHTTP.send(port, [Array(head.utf8) + Array(json)])
    let text = answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
    let read = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? [String: Any]
    if let error = (read?["value"] as? [String: Any])?["error"] {
      throw Failure(words: "\(method) \(path): \(error) \((read?["value"] as? [String: Any])?["message"] ?? "")")
    }
    return read?["value"]
  }
}
