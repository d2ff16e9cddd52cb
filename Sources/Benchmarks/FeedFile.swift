/// A file of v2.xml messages within `<messages>`, written a megabyte at a time.
struct FeedFile {
  private var output: OutputFile
  private var writer = ByteWriter()

  init(_ path: String) throws {
    output = try OutputFile(path)
    writer.reserve(2 << 20)
    writer.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<messages>\n")
  }

  mutating func add(_ write: (inout ByteWriter) -> Void) throws {
    write(&writer)
    if writer.bytes.count > 1 << 20 {
      try output.write(writer.bytes)
      writer.clear()
    }
  }

  /// - Returns: its size in bytes.
  mutating func finish() throws -> Int {
    writer.text("</messages>\n")
    try output.write(writer.bytes)
    try output.finish()
    return output.size
  }
}
