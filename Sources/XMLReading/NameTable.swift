/// The names of elements and attributes, each once.
struct NameTable {
  private(set) var names: [String] = []
  /// Of each name the number after its last dot (`OBX.3` → 3), or -1.
  private(set) var numbers: [Int32] = []
  private var known: [String: Int32] = [:]

  mutating func index(of name: String) -> Int32 {
    if let index = known[name] { return index }
    let index = Int32(names.count)
    names.append(name)
    numbers.append(XMLTreeBuilder.number(of: name))
    known[name] = index
    return index
  }
}
