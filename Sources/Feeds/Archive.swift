internal import CLibArchive
import Glibc
import XMLReading

/// The entries of an archive, streamed one after another: an entry must be read before the next is asked for.
final class Archive {
  enum Item {
    case feed(label: String, any ByteSource)
    case archive(Archive)
    case problem(FeedProblem)

    var item: FeedSource.Item? {
      switch self {
      case .feed(let label, let source): .feed(label: label, source)
      case .problem(let problem): .problem(problem)
      case .archive: nil
      }
    }
  }

  private let label: String
  private let limits: FeedLimits
  private let decoder: TextDecoder
  /// 0 for a file, 1 for an archive within one.
  private let depth: Int
  private var handle: OpaquePointer
  private let input: Input
  private var isOpen = false
  private var isFinished = false
  private var entries = 0
  /// Whether a zip's directory was too long to be held.
  private(set) var isWithoutDirectory = false
  fileprivate var unpacked = 0

  /// What libarchive's callbacks read from.
  private final class Input {
    let source: SniffedSource
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    var failure: ByteSourceError?
    /// Bytes that may be read before the first entry is known; nil: any.
    var room: Int?
    /// Whether more was asked for: the library keeps some hundred bytes for every entry of a directory.
    var isFull: Bool { room.map { $0 < 0 } ?? false }

    init(_ source: SniffedSource) { self.source = source }
    deinit { buffer.deallocate() }

    static func of(_ pointer: UnsafeMutableRawPointer?) -> Input {
      Unmanaged<Input>.fromOpaque(pointer!).takeUnretainedValue()
    }

    func read(_ start: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
      do throws(ByteSourceError) {
        let count = try source.read(into: buffer)
        room = room.map { $0 - count }
        if isFull { return Int(ARCHIVE_FATAL) }
        start?.pointee = UnsafeRawPointer(buffer.baseAddress)
        return count
      } catch {
        failure = error
        return Int(ARCHIVE_FATAL)
      }
    }
  }

  init(label: String, _ source: SniffedSource, limits: FeedLimits, _ decoder: TextDecoder, depth: Int) {
    self.label = label
    self.limits = limits
    self.decoder = decoder
    self.depth = depth
    input = Input(source)
    handle = archive_read_new()
    if source.isSeekable, source.isZip { input.room = limits.directory }
    prepare(seeks: source.isSeekable)
  }

  private func prepare(seeks: Bool) {
    archive_read_support_filter_gzip(handle)
    archive_read_support_format_tar(handle)
    archive_read_support_format_raw(handle)
    if seeks {
      archive_read_support_format_zip_seekable(handle)
      archive_read_set_seek_callback(handle) { _, data, offset, whence in
        Input.of(data).source.seek(Int(offset), whence).map { Int64($0) } ?? Int64(ARCHIVE_FATAL)
      }
    } else {
      archive_read_support_format_zip_streamable(handle)
    }
    archive_read_set_read_callback(handle) { _, data, start in Input.of(data).read(start) }
    archive_read_set_callback_data(handle, Unmanaged.passUnretained(input).toOpaque())
  }

  deinit { archive_read_free(handle) }

  /// Begins anew without the directory at the end, for which every entry would be held from the first on.
  private func leaveDirectory() -> Bool {
    archive_read_free(handle)
    handle = archive_read_new()
    isWithoutDirectory = true
    (input.room, input.failure) = (nil, nil)
    prepare(seeks: false)
    return input.source.seek(0, SEEK_SET) == 0 && archive_read_open1(handle) == ARCHIVE_OK
  }

  /// The next entry that is a file; nil when there is none left.
  func next() -> Item? {
    if isFinished { return nil }
    if !isOpen {
      isOpen = true
      if archive_read_open1(handle) != ARCHIVE_OK, !input.isFull || !leaveDirectory() { return damaged() }
    }
    while !isFinished {
      var entry: OpaquePointer?
      var result = archive_read_next_header(handle, &entry)
      if input.isFull {
        if !leaveDirectory() { return damaged() }
        result = archive_read_next_header(handle, &entry)
      }
      input.room = nil
      if result == ARCHIVE_EOF { return nil }
      guard let entry, result == ARCHIVE_OK || result == ARCHIVE_WARN else { return damaged() }
      entries += 1
      if entries > limits.entries { return tooLarge("it has more than \(limits.entries) entries: send it in parts") }
      if let item = item(entry) { return item }
    }
    return nil
  }

  private func item(_ entry: OpaquePointer) -> Item? {
    let isRaw = archive_format(handle) == ARCHIVE_FORMAT_RAW
    let name = isRaw ? "" : name(of: entry)
    if name.utf8.count > Self.longestName {
      return .problem(
        FeedProblem(
          label: label + "!entry \(entries)", code: .limitExceeded,
          reason: "an entry whose name is longer than \(Self.longestName) bytes: refused"))
    }
    let label = isRaw ? label : label + "!" + name
    let parts = name.split(separator: "/", omittingEmptySubsequences: true)
    if name.hasPrefix("/") || name.contains("\\") || name.contains("\0") || parts.contains("..") {
      return .problem(
        FeedProblem(label: label, code: .unreadable, reason: "an entry with a path out of the archive: refused"))
    }
    if archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil {
      return .problem(FeedProblem(label: label, code: .unreadable, reason: "an entry that is a link: refused"))
    }
    let type = archive_entry_filetype(entry)
    if type == S_IFDIR || parts.contains(where: { $0.hasPrefix(".") && $0 != "." || $0 == "__MACOSX" }) { return nil }
    if !isRaw, type != S_IFREG {
      return .problem(FeedProblem(label: label, code: .unreadable, reason: "an entry that is no file: refused"))
    }
    let source = SniffedSource(Entry(self))
    guard source.isArchive else { return .feed(label: label, source) }
    if depth > 0 {
      return .problem(
        FeedProblem(label: label, code: .unreadable, reason: "an archive within an archive within an archive: refused"))
    }
    return .archive(Archive(label: label, source, limits: limits, decoder, depth: depth + 1))
  }

  private static let longestName = 4096

  /// Archives made where the system writes GBK do not say so.
  private func name(of entry: OpaquePointer) -> String {
    guard let pointer = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry) else {
      return "entry \(entries)"
    }
    return FeedSource.text(Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer))), decoder)
  }

  private func damaged() -> Item {
    isFinished = true
    return .problem(FeedProblem(label: label, code: .unreadable, reason: input.failure?.reason ?? damage))
  }

  private func tooLarge(_ reason: String) -> Item {
    isFinished = true
    return .problem(FeedProblem(label: label, code: .limitExceeded, reason: reason))
  }

  private var damage: String { isWithoutDirectory ? Self.tooManyForDamage : Self.damage }

  private static let tooManyForDamage =
    "the archive has so many entries that it is read without its directory, and it is damaged, encrypted or needs it: send it in parts"

  static let damage = "the archive is damaged or encrypted: what is behind the damage is not read; send it again"

  /// The bytes of the entry at which the archive stands.
  private final class Entry: ByteSource {
    private let archive: Archive
    private let number: Int

    init(_ archive: Archive) {
      self.archive = archive
      number = archive.entries
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
      guard archive.entries == number else { return 0 }
      let count = archive_read_data(archive.handle, buffer.baseAddress, buffer.count)
      if count < 0 {
        // Only what is fatal ends the archive; an encrypted entry does not.
        if count == Int(ARCHIVE_FATAL) { archive.isFinished = true }
        throw ByteSourceError(reason: archive.damage)
      }
      archive.unpacked += count
      if archive.unpacked > archive.limits.unpacked {
        archive.isFinished = true
        throw ByteSourceError(
          code: .limitExceeded,
          reason: "the archive unpacks to more than \(archive.limits.unpacked >> 20) MiB: send it in parts")
      }
      return count
    }
  }
}
