import Foundation
import Testing

@Suite("several processes at once")
struct SeveralTests {
  @Test("however many make a new registry at the same time, each of them can use it")
  func opening() throws {
    for _ in 0..<4 {
      let folder = try Binary.Folder()
      let all = (0..<6).map { _ in
        Binary.process(["reference", "load", "Samples/reference", "--db", folder.database])
      }
      for (process, _, _) in all { try process.run() }
      for (process, _, errors) in all {
        let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(words)")
      }
      #expect(try Binary.run(["check", "--db", folder.database]).output.contains("all is well"))
    }
  }

  @Test("an answer that cannot be written is an error in words, not half an answer")
  func fullDisk() throws {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    #expect(try Binary.run(["import", "Samples/feeds/v2xml", "--db", folder.database]).status == 0)
    for arguments in [["check"], ["person", "export"], ["audit", "coverage", "--format", "json"]] {
      let (process, _, errors) = Binary.process(arguments + ["--db", folder.database])
      process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
      try process.run()
      let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 1)
      #expect(words.contains("cannot be written"))
    }
  }

  @Test("a backup that is ended before its end leaves nothing that could be taken for one")
  func endedBackup() throws {
    let folder = try Binary.Folder()
    #expect(try Binary.run(["reference", "load", "Samples/reference", "--db", folder.database]).status == 0)
    for tenth in 0..<10 {
      let copy = folder.url.appending(path: "copy-\(tenth).sqlite").path
      let (process, _, _) = Binary.process(["backup", copy, "--db", folder.database])
      try process.run()
      usleep(UInt32(tenth * 10_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if FileManager.default.fileExists(atPath: copy) {
        #expect(try Binary.run(["check", "--db", copy]).output.contains("all is well"))
      }
    }
    let copy = folder.url.appending(path: "copy.sqlite").path
    #expect(try Binary.run(["backup", copy, "--db", folder.database]).status == 0)
    #expect(try Binary.run(["backup", copy, "--db", folder.database]).status != 0)
  }
}
