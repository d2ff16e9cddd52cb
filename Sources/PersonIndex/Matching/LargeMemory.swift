import Foundation

/// Memory for tables that are read at random: in pages of two megabytes where the system has them, for otherwise most reads first have to
/// find their page. It is the system's own, and given back to it when it is freed, which an allocator puts off.
enum LargeMemory {
  private static let page = 1 << 21

  static func allocate<Element: ~Copyable>(_ type: Element.Type, capacity: Int) -> UnsafeMutablePointer<Element> {
    let bytes = size(type, capacity)
    if bytes < page { return .allocate(capacity: capacity) }
    // More than is needed, so that a page can begin in it; what lies before and behind is given back.
    let whole = mmap(nil, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let whole, whole != MAP_FAILED else { fatalError("no memory for \(bytes) bytes of the person index") }
    let before = -Int(bitPattern: whole) & (page - 1)
    if before > 0 { munmap(whole, before) }
    if before < page { munmap(whole + before + bytes, page - before) }
    let memory = whole + before
    #if os(Linux)
      // A hint: what comes of it changes no result.
      _ = madvise(memory, bytes, MADV_HUGEPAGE)
    #endif
    return memory.bindMemory(to: type, capacity: capacity)
  }

  /// - Parameter capacity: as it was allocated with.
  static func deallocate<Element: ~Copyable>(_ memory: UnsafeMutablePointer<Element>, capacity: Int) {
    let bytes = size(Element.self, capacity)
    if bytes < page { return memory.deallocate() }
    munmap(memory, bytes)
  }

  /// In whole pages of the system.
  private static func size<Element: ~Copyable>(_ type: Element.Type, _ capacity: Int) -> Int {
    (MemoryLayout<Element>.stride * capacity + 4095) & ~4095
  }
}
