import Foundation
import Testing

/// Who writes one line and waits for its answer before the next, as a program at a ward does.
@Suite("one line at a time")
struct WaitingTests {
  @Test("an order is answered when it is written, not when more of them are", .timeLimit(.minutes(2)))
  func waiting() throws {
    let folder = try Binary.Folder()
    let reference = Binary.samples.appending(path: "reference").path
    #expect(try Binary.run(["reference", "load", reference, "--db", folder.database]).status == 0)
    let (process, output, _) = Binary.process(["decide", "-", "--db", folder.database, "--format", "json"])
    let input = Pipe()
    process.standardInput = input
    try process.run()
    defer {
      if process.isRunning { process.terminate() }
      process.waitUntilExit()
    }
    for number in 1...3 {
      try input.fileHandleForWriting.write(contentsOf: Data("{\"orderId\":\"O\(number)\"}\n".utf8))
      // The input stays open: were it read to its end first, this would wait for ever.
      var answer = Data()
      while !answer.contains(10) {
        let piece = output.fileHandleForReading.availableData
        if piece.isEmpty { break }
        answer += piece
      }
      #expect(String(decoding: answer, as: UTF8.self).contains("O\(number)"))
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
  }
}
