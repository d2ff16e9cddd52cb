import Foundation
import Glibc
import Testing
import XMLReading

@testable import Feeds

@Suite final class FeedReaderTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "feeds-\(UUID())").path
  private let manager = FileManager.default

  init() throws { try manager.createDirectory(atPath: folder, withIntermediateDirectories: true) }
  deinit { try? manager.removeItem(atPath: folder) }

  @discardableResult private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder + "/" + name
    try manager.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func message(_ number: Int) -> [UInt8] { Array("<ORU_R01>\(number)</ORU_R01>".utf8) }

  private func read(_ paths: [String], limits: FeedLimits = FeedLimits()) -> (frames: [String], problems: [FeedProblem])
  {
    var reader = FeedReader(paths: paths, limits: limits, roots: roots)
    var frames: [String] = []
    while let frame = reader.next() {
      frames.append("\(frame.label.replacing(folder, with: "")) \(summary([frame])[0])")
    }
    return (frames, reader.problems)
  }

  @Test func foldersAreReadInOrder() throws {
    try write("b.xml", message(2))
    try write("a/z.xml", message(1))
    try write(".hidden.xml", message(9))
    try write("c.xml", message(3))
    try manager.createSymbolicLink(atPath: folder + "/a/up", withDestinationPath: folder)
    try manager.createSymbolicLink(atPath: folder + "/etc", withDestinationPath: "/etc")
    let (frames, problems) = read([folder])
    #expect(frames == ["/a/z.xml <ORU_R01>1</ORU_R01>", "/b.xml <ORU_R01>2</ORU_R01>", "/c.xml <ORU_R01>3</ORU_R01>"])
    #expect(problems.isEmpty)
  }

  @Test func whatCannotBeReadIsAProblem() throws {
    let good = try write("a.xml", message(1))
    let empty = try write("b.xml", [])
    let (frames, problems) = read([folder + "/none", empty, good])
    #expect(frames == ["/a.xml <ORU_R01>1</ORU_R01>"])
    #expect(problems.map(\.label) == [folder + "/none", empty])
  }

  @Test func whatCouldNotBeReadBeforeIsFound() throws {
    try write("a.xml", message(1))
    try write("b.xml", [])
    try write("c.zip", zipArchive([("x.xml", message(2)), ("y.xml", [])]))
    try write("d.zip", Array(zipArchive([("x.xml", message(3)), ("y.xml", message(4))]).prefix(20)))
    var reader = FeedReader(paths: [folder], roots: roots)
    let watched = ["/a.xml", "/b.xml", "/c.zip", "/c.zip!gone.xml", "/c.zip!y.xml", "/d.zip", "/d.zip!y.xml", "/none"]
    reader.watch(Set(watched.map { folder + $0 }))
    while reader.next() != nil {}
    #expect(reader.mended == Set(["/a.xml", "/c.zip", "/c.zip!gone.xml"].map { folder + $0 }))
  }

  @Test func countsFilesAndBytes() throws {
    try write("a.xml", message(1))
    try write("b.xml", message(2))
    var reader = FeedReader(paths: [folder], roots: roots)
    while reader.next() != nil {}
    #expect(reader.files == 2)
    #expect(reader.bytes == 2 * message(1).count)
  }

  /// The library would hold some hundred bytes for every entry of a zip's directory.
  @Test func aLongDirectoryIsNotHeld() throws {
    var entries = (0..<3000).map { (name: "\($0).xml", bytes: [UInt8]()) }
    entries.append((name: "last.xml", bytes: message(1)))
    let path = try write("many.zip", zipArchive(entries))
    var limits = FeedLimits()
    func archive() throws -> Archive {
      let file = try FileSource(path: Array(path.utf8CString), limits: limits)
      return Archive(
        label: path, SniffedSource(file, seekable: file), limits: limits, TextDecoder(), depth: 0)
    }
    let short = try archive()
    #expect(short.next() != nil && !short.isWithoutDirectory)
    // Of some 160 KB that its directory has.
    limits.directory = 64 << 10
    let long = try archive()
    #expect(long.next() != nil && long.isWithoutDirectory)
    let (frames, problems) = read([path], limits: limits)
    #expect(frames == ["/many.zip!last.xml <ORU_R01>1</ORU_R01>"])
    #expect(problems.count == 1001 && problems.last?.count == 2000)
    #expect(problems.first?.label == path + "!0.xml")
    var reader = FeedReader(paths: [path], limits: limits, roots: roots)
    while reader.next() != nil {}
    #expect(reader.files == 3001)
  }

  @Test func archivesAreStreamed() throws {
    let zip = zipArchive([
      ("a.xml", message(1)), ("b/c.xml", message(2)), ("__MACOSX/d", message(9)), ("b/.e", message(9)),
    ])
    try write("a.zip", zip)
    let tar = tarArchive([("x.xml", message(3)), ("y.xml", message(4))])
    try write("b.tar", tar)
    try write("c.tgz", gzip(tar))
    try write("d.xml.gz", gzip(message(5)))
    try write("e.zip", zipArchive([("inner.tar", tar), ("f.zip", zip)]))
    let (frames, problems) = read([folder])
    #expect(problems.isEmpty)
    #expect(
      frames == [
        "/a.zip!a.xml <ORU_R01>1</ORU_R01>", "/a.zip!b/c.xml <ORU_R01>2</ORU_R01>", "/b.tar!x.xml <ORU_R01>3</ORU_R01>",
        "/b.tar!y.xml <ORU_R01>4</ORU_R01>", "/c.tgz!x.xml <ORU_R01>3</ORU_R01>", "/c.tgz!y.xml <ORU_R01>4</ORU_R01>",
        "/d.xml.gz <ORU_R01>5</ORU_R01>", "/e.zip!inner.tar!x.xml <ORU_R01>3</ORU_R01>",
        "/e.zip!inner.tar!y.xml <ORU_R01>4</ORU_R01>", "/e.zip!f.zip!a.xml <ORU_R01>1</ORU_R01>",
        "/e.zip!f.zip!b/c.xml <ORU_R01>2</ORU_R01>",
      ])
  }

  @Test func archivesAreNotTrusted() throws {
    let link = tarArchive([
      ("/etc/passwd", message(9)), ("../a", message(9)), ("b/../../c", message(9)), ("d", message(1)),
    ])
    try write("a.tar", link)
    try write("b.tar", tarArchive([("l", [])], type: 0x32))
    try write("c.zip", zipArchive([("1.zip", zipArchive([("2.zip", zipArchive([("3", message(9))]))]))]))
    try write("d.zip", Array(zipArchive([("a.xml", message(9))]).prefix(40)))
    let (frames, problems) = read([folder])
    #expect(frames == ["/a.tar!d <ORU_R01>1</ORU_R01>"])
    #expect(
      problems.map { $0.label.replacing(folder, with: "") } == [
        "/a.tar!/etc/passwd", "/a.tar!../a", "/a.tar!b/../../c", "/b.tar!l", "/c.zip!1.zip!2.zip", "/d.zip!a.xml",
      ])
  }

  @Test func pipesAreReadWhenSomebodyWrites() async throws {
    let path = folder + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    var limits = FeedLimits()
    limits.pipe = 0.2
    let (frames, problems) = read([path], limits: limits)
    #expect(frames.isEmpty)
    #expect(problems.map(\.reason) == ["a pipe to which nobody writes: begin to write first"])
    limits.pipe = 60
    let bytes = message(1)
    let writer = Thread {
      usleep(300_000)
      try? FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: Data(bytes))
    }
    writer.start()
    #expect(read([path], limits: limits).frames == ["/pipe <ORU_R01>1</ORU_R01>"])
    // Within a folder it is nothing to read.
    #expect(read([folder]).problems.map(\.reason) == ["it is no file: skipped"])
  }

  /// Names in GBK, of files and of entries of archives.
  @Test func namesNeedNotBeUTF8() throws {
    let name: [UInt8] = [0xD5, 0xC5, 0xC8, 0xFD, 0x2E, 0x78]
    let descriptor = (Array(folder.utf8) + [0x2F] + name + [0]).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_WRONLY | O_CREAT, 0o600) }
    }
    #expect(descriptor >= 0)
    #expect(Glibc.write(descriptor, message(1), message(1).count) == message(1).count)
    close(descriptor)
    try write("a.zip", zipArchive([("PLACE.x", message(2))]).replacingOccurrences(of: "PLACE.x", with: name + [0x78]))
    let (frames, problems) = read([folder])
    #expect(problems == [])
    #expect(frames == ["/a.zip!张三.xx <ORU_R01>2</ORU_R01>", "/张三.x <ORU_R01>1</ORU_R01>"])
  }

  /// Reasons are the reader's own words: what a name holds never stands in them.
  @Test func reasonsHoldNoNames() throws {
    let name = "a\u{1B}[2J\nb.tar"
    try write(name, tarArchive([("..\u{1B}[31m/..", message(9)), (String(repeating: "n", count: 90), [])]))
    for problem in read([folder]).problems {
      #expect(problem.reason.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }
  }

  @Test func foldersWithinFoldersAreBounded() throws {
    var limits = FeedLimits()
    limits.folders = 3
    try write("a/b/1.xml", message(1))
    try write("a/b/c/2.xml", message(2))
    let (frames, problems) = read([folder], limits: limits)
    #expect(frames == ["/a/b/1.xml <ORU_R01>1</ORU_R01>"])
    #expect(problems.map(\.code) == [.limitExceeded])
  }

  @Test func manyProblemsAreCounted() throws {
    var limits = FeedLimits()
    limits.problems = 10
    try write("a.tar", tarArchive((0..<25).map { ("\($0)", []) }))
    let problems = read([folder], limits: limits).problems
    #expect(problems.count == 11)
    #expect(problems.map(\.count).reduce(0, +) == 25)
    #expect(problems.last?.reason.hasPrefix("15 more files") == true)
  }

  @Test func archivesAreBounded() throws {
    var limits = FeedLimits()
    limits.unpacked = 10_000
    limits.entries = 3
    try write("a.xml.gz", gzip([UInt8](repeating: 0x20, count: 40_000) + message(1)))
    try write("b.tar", tarArchive((1...5).map { ("\($0)", message($0)) }))
    let (frames, problems) = read([folder], limits: limits)
    #expect(frames == (1...3).map { "/b.tar!\($0) <ORU_R01>\($0)</ORU_R01>" })
    #expect(problems.map(\.code) == [.limitExceeded, .limitExceeded])
  }
}

extension [UInt8] {
  /// Bytes of one length for others.
  fileprivate func replacingOccurrences(of text: String, with bytes: [UInt8]) -> [UInt8] {
    var result = self
    let old = Array(text.utf8)
    var index = 0
    while index + old.count <= result.count {
      if result[index..<index + old.count].elementsEqual(old) {
        result.replaceSubrange(index..<index + old.count, with: bytes)
      }
      index += 1
    }
    return result
  }
}
