import Testing

@testable import RegistryServer

@Suite("QR codes")
struct QRCodeTests {
  private static func lines(_ code: QRCode) -> [String] {
    (0..<code.size).map { y in (0..<code.size).map { x in code[x, y] ? "1" : "0" }.joined() }
  }

  @Test("are those that others write", arguments: QRVectors.all.indices)
  func known(place: Int) throws {
    let vector = QRVectors.all[place]
    let code = try #require(QRCode(vector.text, mask: vector.mask))
    #expect(Self.lines(code) == vector.lines)
  }

  @Test("hold 666 bytes and no more, in the smallest size that does")
  func capacity() throws {
    // ISO/IEC 18004, table 7: bytes at level M.
    let most = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666]
    for (place, bytes) in most.enumerated() {
      let size = (place + 1) * 4 + 17
      #expect(try #require(QRCode(String(repeating: "a", count: bytes))).size == size)
    }
    #expect(QRCode(String(repeating: "a", count: 667)) == nil)
  }

  @Test("the picture has a free edge and no module of its own left out")
  func picture() throws {
    let code = try #require(QRCode("HUREN"))
    let markup = code.picture("<label>").markup
    #expect(markup.contains("viewBox=\"0 0 29 29\"") && markup.contains("aria-label=\"&lt;label&gt;\""))
    var dark = 0
    for run in markup.matches(of: /h(\d+)v1/) { dark += Int(run.1) ?? 0 }
    #expect(dark == (0..<code.size).reduce(0) { sum, y in sum + (0..<code.size).count { code[$0, y] } })
  }
}
