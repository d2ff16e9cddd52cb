import Foundation
import Glibc
import Testing

@testable import Feeds

@Suite struct FeedBodyTests {
  private let roots = MessageRoots(["ORU_R01": .never])
  private let text = "<ORU_R01><MSH/></ORU_R01><ORU_R01><PID/></ORU_R01>"

  private func frames(_ body: FeedBody, _ limits: FeedLimits = FeedLimits()) -> (count: Int, problems: [FeedProblem]) {
    var feed = FeedReader(body, label: "a body", limits: limits, roots: roots)
    var count = 0
    while let frame = feed.next() {
      #expect(frame.label == "a body")
      count += 1
    }
    return (count, feed.problems)
  }

  @Test("a body gives the same frames in memory and in a file, again and again, and its owner's file stays open")
  func again() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "huren-\(UUID().uuidString)")
    try Data(text.utf8).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let descriptor = open(url.path, O_RDONLY)
    defer { close(descriptor) }
    for body in [FeedBody.bytes(Array(text.utf8)), .file(descriptor: descriptor)] {
      for _ in 0..<2 {
        #expect(frames(body).count == 2)
        #expect(body.whole(atMost: 1000) == Array(text.utf8))
      }
      #expect(body.whole(atMost: 10) == nil)
    }
    #expect(fcntl(descriptor, F_GETFD) >= 0)
  }

  @Test("an empty body has a problem and no frame")
  func empty() {
    let (count, problems) = frames(.bytes([]))
    #expect(count == 0 && problems.map(\.code) == [.unreadable])
  }
}
