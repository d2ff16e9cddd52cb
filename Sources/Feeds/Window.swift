import Glibc
import XMLReading

/// The part of a feed that is in memory: what the splitter still needs, and what was read ahead. Places in it are counted from
/// the start of the feed, so they stay the same while the window moves on.
final class Window {
  private let source: any ByteSource
  private let limits: FeedLimits
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity = 512 << 10
  /// The first place held, and the one after the last.
  private(set) var start = 0
  private(set) var end = 0
  private(set) var isExhausted = false
  /// Why the bytes ended early.
  private(set) var failure: ByteSourceError?
  /// Bytes of the file that were read, and how many of them when a message was last delivered.
  private(set) var bytesRead = 0
  private var bytesDelivered = 0
  /// What the bytes are, for counting; UTF-8 for those of which nothing is known.
  private(set) var form = TextEncoding.Form.utf8
  private var stream: UTF16Stream?

  /// From where bytes must stay, and where that is.
  private(set) var held = 0
  private var isHolding = false
  /// Where the place held is, once it was counted.
  private var countedHeld: TextPosition?
  /// The first bytes of what was held, when it grew beyond the limit.
  private var head: [UInt8]?
  private var mark = (place: 0, position: TextPosition())

  init(_ source: any ByteSource, limits: FeedLimits, from position: TextPosition = TextPosition()) {
    self.source = source
    self.limits = limits
    storage = malloc(capacity)!.assumingMemoryBound(to: UInt8.self)
    mark.position = position
  }

  deinit { free(storage) }

  /// A tag with more bytes than that is not looked at as a whole.
  var tokenLimit: Int { limits.message }

  func pointer(_ place: Int) -> UnsafeMutablePointer<UInt8> { storage + (place - start) }

  func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    // The name of a tag that was too large to keep.
    if range.isEmpty { return UnsafeBufferPointer(start: nil, count: 0) }
    precondition(range.lowerBound >= start && range.upperBound <= end, "bytes that are not in memory")
    return UnsafeBufferPointer(start: pointer(range.lowerBound), count: range.count)
  }

  /// The byte at a place; nil behind the end and where it is dropped. What stands before it, or before `first`, may be dropped.
  func byte(_ place: Int, keeping first: Int = .max) -> UInt8? {
    while place >= end { if !refill(keeping: min(place, end, first)) { return nil } }
    return place >= start ? pointer(place).pointee : nil
  }

  /// Whether the bytes from `place` on are these.
  func has(_ text: StaticString, at place: Int) -> Bool {
    if !ensure(text.utf8CodeUnitCount, from: place) { return false }
    return memcmp(pointer(place), text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  /// Whether there are `count` bytes from `place` on.
  func ensure(_ count: Int, from place: Int) -> Bool {
    while place + count > end { if !refill(keeping: place) { return false } }
    return true
  }

  /// Where the byte next stands, from `place` on. What is passed over may be dropped.
  func find(_ byte: UInt8, from place: Int) -> Int? {
    var from = max(place, start)
    while true {
      if from < end, let found = memchr(pointer(from), Int32(byte), end - from) {
        return start + (UnsafeRawPointer(found) - UnsafeRawPointer(storage))
      }
      from = end
      if !refill(keeping: from) { return nil }
    }
  }

  /// Where the text next begins, from `place` on. What is passed over may be dropped.
  func find(_ text: StaticString, from place: Int) -> Int? {
    let length = text.utf8CodeUnitCount
    var from = max(place, start)
    while true {
      if from < end, let found = firstPlace(of: text, in: bytes(from..<end)) { return from + found }
      from = max(from, end - length + 1)
      if !refill(keeping: from) { return nil }
    }
  }

  /// Keeps the bytes from `place` on, until `hold` or `release` is called again or they are more than a message may have.
  func hold(_ place: Int) {
    held = place
    countedHeld = nil
    isHolding = true
    head = nil
  }

  func release() {
    isHolding = false
    head = nil
  }

  /// Whether all bytes since the place held are there.
  var holdsAll: Bool { isHolding }

  /// What was held, up to `end`, or the beginning of it when it is more than a message may have.
  func withHeld<Result>(to end: Int, _ body: (_ bytes: UnsafeBufferPointer<UInt8>, _ isWhole: Bool) -> Result) -> Result
  {
    if let head { return head.withUnsafeBufferPointer { body($0, false) } }
    if end - held > limits.message { return body(bytes((held..<end).prefix(limits.head)), false) }
    return body(bytes(held..<end), true)
  }

  /// Line and column of the place held. Counted when it is asked for, or before its bytes go: most places are never told.
  var heldPosition: TextPosition {
    moveMark(to: held)
    return countedHeld ?? mark.position
  }

  /// Line and column of a place. Places are asked for in order.
  func position(_ place: Int) -> TextPosition {
    moveMark(to: place)
    return mark.position
  }

  /// What the bytes are from `place` on.
  func count(as newForm: TextEncoding.Form, from place: Int) {
    if form == newForm { return }
    moveMark(to: place)
    form = newForm
  }

  private func moveMark(to place: Int) {
    if countedHeld == nil, place >= held {
      moveMark(over: held)
      countedHeld = mark.position
    }
    moveMark(over: place)
  }

  private func moveMark(over place: Int) {
    guard place > mark.place else { return }
    mark.position.advance(over: bytes(mark.place..<place), form)
    mark.place = place
  }

  /// Reads on.
  ///
  /// - Parameters:
  ///   - place: bytes before it may go, unless they are held.
  ///   - count: how many more there should be: a token that is looked at anew from its start asks for as many as it has.
  /// - Returns: false at the end.
  func refill(keeping place: Int, atLeast count: Int = 1) -> Bool {
    if isExhausted { return false }
    if isHolding, place - held > limits.message {
      head = Array(bytes((held..<place).prefix(limits.head)))
      isHolding = false
    }
    drop(before: isHolding ? min(held, place) : place)
    let target = end + count
    while end < target, !isExhausted { readOnce() }
    return end > target - count
  }

  private func drop(before place: Int) {
    guard place > start else { return }
    moveMark(to: place)
    memmove(storage, pointer(place), end - place)
    start = place
  }

  private func reserve(_ count: Int) {
    while capacity - (end - start) < count {
      // realloc moves the pages of a large block instead of copying them.
      capacity *= 2
      storage = realloc(storage, capacity)!.assumingMemoryBound(to: UInt8.self)
    }
  }

  /// A message was delivered.
  func noteDelivery() { bytesDelivered = bytesRead }

  /// Reads no further.
  func stop(_ error: ByteSourceError) {
    failure = error
    isExhausted = true
  }

  private func readOnce() {
    if bytesRead - bytesDelivered > limits.between {
      let reason = "more than \(limits.between >> 20) MiB without a message: what follows is not read"
      return stop(ByteSourceError(code: .limitExceeded, reason: reason + "; send messages alone"))
    }
    reserve(128 << 10)
    let free = UnsafeMutableRawBufferPointer(start: pointer(end), count: capacity - (end - start))
    do throws(ByteSourceError) {
      let count = try stream == nil ? source.read(into: free) : decodeOnce(free.count / 2)
      bytesRead += count
      if stream == nil { end += count }
      if count == 0 { isExhausted = true }
    } catch {
      stop(error)
    }
  }

  // MARK: UTF-16

  var isUTF16: Bool { stream != nil }

  /// Everything from `place` on is UTF-16, after `markLength` bytes.
  func beginUTF16(from place: Int, isBigEndian: Bool, markLength: Int) {
    moveMark(to: place + markLength)
    let raw = Array(bytes(place + markLength..<end))
    end = place
    mark.place = place
    form = .utf16
    stream = UTF16Stream(isBigEndian: isBigEndian)
    decode(raw[...], isLast: isExhausted)
  }

  /// What was decoded from `place` on is none, but bytes of another document.
  func endUTF16(from place: Int) {
    guard let stream else { return }
    moveMark(to: place)
    form = .utf8
    let raw = stream.undone(bytes(place..<end))
    self.stream = nil
    end = place
    reserve(raw.count)
    raw.withUnsafeBufferPointer { pointer(end).update(from: $0.baseAddress!, count: raw.count) }
    end += raw.count
  }

  private func decodeOnce(_ room: Int) throws(ByteSourceError) -> Int {
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
    defer { raw.deallocate() }
    let count = try source.read(into: raw)
    decode(Array(raw[..<count])[...], isLast: count == 0)
    return count
  }

  private func decode(_ raw: ArraySlice<UInt8>, isLast: Bool) {
    reserve(raw.count / 2 * 3 + 9)
    if let written = stream?.decode(raw, to: pointer(end), isLast: isLast) { end += written }
  }
}
