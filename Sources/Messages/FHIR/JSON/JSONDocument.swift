/// JSON as one flat array of values; the first is the document's own.
struct JSONDocument {
  enum Kind: UInt8 {
    case object, array, string, number, boolean, null
  }

  struct Value {
    var kind: Kind
    /// The property it is the value of, as an index into `names`; -1 in arrays and for the document itself.
    var name: Int32
    /// A literal's bytes, without a string's quotes.
    var start = 0
    var length = 0
    /// A string that holds a backslash.
    var isEscaped = false
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    var line: Int32
    var column: Int32
  }

  var values: [Value] = []
  var names: [String] = []

  /// The values within an object or array, in order.
  func children(of index: Int) -> Children { Children(document: self, next: values[index].firstChild) }

  struct Children: Sequence, IteratorProtocol {
    fileprivate let document: JSONDocument
    fileprivate var upcoming: Int32

    fileprivate init(document: JSONDocument, next: Int32) {
      self.document = document
      upcoming = next
    }

    mutating func next() -> Int? {
      guard upcoming >= 0 else { return nil }
      let here = Int(upcoming)
      upcoming = document.values[here].nextSibling
      return here
    }
  }
}
