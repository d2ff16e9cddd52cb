import Testing

@testable import XMLReading

@Suite struct XMLTreeTests {
  @Test func mixedContentKeepsItsOrder() throws {
    let tree = try XMLTreeReader().read("<a>1<b>2</b>3<c/> 4</a>")
    let pieces = tree.root.pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .element(let element): "<\(element.name)>"
      }
    }
    #expect(pieces == ["1", "<b>", "3", "<c>", " 4"])
  }
}
