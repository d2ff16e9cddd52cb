import Testing

@testable import Feeds

@Suite struct MarkupRepairTests {
  private func repair(_ text: String) -> (text: String, repairs: Int)? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      MarkupRepair.repair(bytes).map { (String(decoding: $0.bytes, as: UTF8.self), $0.repairs) }
    }
  }

  @Test(arguments: [
    ("<a>b & c</a>", "<a>b &amp; c</a>", 1),
    ("<a>&b;&nbsp;&#;&#xZ;&amp</a>", "<a>&amp;b;&amp;nbsp;&amp;#;&amp;#xZ;&amp;amp</a>", 5),
    ("<a><0.01 < 3 <= 4 <<b/></a>", "<a>&lt;0.01 &lt; 3 &lt;= 4 &lt;<b/></a>", 4),
    ("<a b='c & d'/>&", "<a b='c &amp; d'/>&amp;", 2),
    ("<a><![CDATA[&]]>&</a>", "<a><![CDATA[&]]>&amp;</a>", 1), ("<a></ 3</a>", "<a>&lt;/ 3</a>", 1),
  ])
  func repairs(_ text: String, _ expected: String, _ count: Int) throws {
    let result = try #require(repair(text))
    #expect(result.text == expected)
    #expect(result.repairs == count)
    #expect(repair(expected) == nil)
  }

  @Test(arguments: [
    "", "<a>&amp;&lt;&gt;&quot;&apos;&#10;&#x0A;</a>", "<!-- & < --><?p & <?><a><![CDATA[& <0]]></a>", "<检/>",
  ])
  func nothingToRepair(_ text: String) { #expect(repair(text) == nil) }
}
