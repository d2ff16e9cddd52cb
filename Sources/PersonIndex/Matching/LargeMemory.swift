import Foundation

/// Memory for tables that are read at random: in pages of two megabytes where the system has them, for otherwise most reads first have to
/// find their page.
enum LargeMemory {
  private static let page = 1 << 21

  static func allocate<Element>(_ type: Element.Type, capacity: Int) -> UnsafeMutablePointer<Element> {
    let bytes = MemoryLayout<Element>.stride * capacity
    if bytes < page { return .allocate(capacity: capacity) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: page)
    #if os(Linux)
      // A hint: what comes of it changes no result.
      _ = madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
    return memory.bindMemory(to: type, capacity: capacity)
  }
}
