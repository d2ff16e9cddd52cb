/// One piece of markup, by its places in the feed.
struct MarkupToken {
  enum Kind {
    case startTag
    case emptyTag
    case endTag
    /// Passed over whole.
    case comment
    /// Passed over whole.
    case instruction
    /// `<?xml …?>`
    case declaration
    /// `<![CDATA[` alone: what follows is read by `MarkupLexer.endOfCDATA`.
    case cdata
    /// `<!DOCTYPE` alone.
    case doctype
    /// A comment, instruction or tag without its end.
    case unterminated
    case endOfFeed
  }

  var kind: Kind
  var start: Int
  var end: Int
  /// The qualified name of a tag.
  var name = 0..<0
  /// The same without its prefix.
  var local = 0..<0
}
