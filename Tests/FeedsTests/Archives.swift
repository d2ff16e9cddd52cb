// Archives as small as they may be, written by hand: tests need ones that no tool would write.

/// A zip archive of stored entries.
func zipArchive(_ entries: [(name: String, bytes: [UInt8])]) -> [UInt8] {
  var output: [UInt8] = []
  var directory: [UInt8] = []
  for (name, bytes) in entries {
    let offset = output.count
    let common =
      little(20, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(Int(crc32(bytes)), 4) + little(bytes.count, 4)
      + little(bytes.count, 4) + little(name.utf8.count, 2) + little(0, 2)
    output += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + bytes
    directory += [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(0, 10) + little(offset, 4) + Array(name.utf8)
  }
  return output + directory + [0x50, 0x4B, 5, 6] + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
    + little(directory.count, 4) + little(output.count, 4) + little(0, 2)
}

/// A tar archive (POSIX.1-1988); `type` is that of every entry.
func tarArchive(_ entries: [(name: String, bytes: [UInt8])], type: UInt8 = 0x30) -> [UInt8] {
  var output: [UInt8] = []
  for (name, bytes) in entries {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) { header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
    func octal(_ number: Int, _ width: Int) -> String {
      let digits = String(number, radix: 8)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    put(name, 0)
    put("0000644", 100)
    put(octal(bytes.count, 11), 124)
    put(octal(0, 11), 136)
    put("        ", 148)
    header[156] = type
    if type != 0x30 { put("d", 157) }
    put("ustar", 257)
    put("00", 263)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0", 148)
    output += header + bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }
  return output + [UInt8](repeating: 0, count: 1024)
}

/// gzip without compression (RFC 1952, RFC 1951 3.2.4).
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var output: [UInt8] = [0x1F, 0x8B, 8, 0] + little(0, 4) + [0, 255]
  var start = 0
  repeat {
    let end = min(start + 0xFFFF, bytes.count)
    output +=
      [end == bytes.count ? 1 : 0] + little(end - start, 2) + little(~(end - start) & 0xFFFF, 2) + bytes[start..<end]
    start = end
  } while start < bytes.count
  return output + little(Int(crc32(bytes)), 4) + little(bytes.count, 4)
}

private func little(_ number: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 0 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}
