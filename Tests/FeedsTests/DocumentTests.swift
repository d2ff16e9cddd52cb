import Testing

@testable import Feeds

@Suite struct DocumentTests {
  @Test(arguments: [
    // One document; what stands around its root is not part of it.
    ("<ORU_R01/>", ["<ORU_R01/>"]),
    ("\u{FEFF}<?xml version=\"1.0\"?>\n<!-- a --><ORU_R01>x</ORU_R01>\n", ["<ORU_R01>x</ORU_R01>"]),
    ("<v2:ORU_R01 xmlns:v2='a'><v2:PID/></v2:ORU_R01>", ["<v2:ORU_R01 xmlns:v2='a'><v2:PID/></v2:ORU_R01>"]),
    // One after another, with and without declarations and marks between them.
    ("<ORU_R01/><OUL_R22>y</OUL_R22>", ["<ORU_R01/>", "<OUL_R22>y</OUL_R22>"]),
    ("<?xml version='1.0'?><ORU_R01/>\n\u{FEFF}<?xml version='1.0'?><ORU_R01/>", ["<ORU_R01/>", "<ORU_R01/>"]),
    // Wrappers.
    ("<b><ORU_R01>1</ORU_R01>\n<c><ORU_R01>2</ORU_R01></c></b>", ["<ORU_R01>1</ORU_R01>", "<ORU_R01>2</ORU_R01>"]),
    ("<b><id>7</id><ORU_R01.PATIENT/></b>", ["unknown-dialect <b><id>7</id><ORU_R01.PATIENT/></b>"]),
    ("<b/><ORU_R01/>", ["unknown-dialect <b/>", "<ORU_R01/>"]),
    ("<b><?xml version='1.0'?><ORU_R01/><?xml version='1.0'?><ORU_R01/></b>", ["<ORU_R01/>", "<ORU_R01/>"]),
    // What may stand within a message.
    (
      "<Bundle><Bundle><a/></Bundle><DiagnosticReport/></Bundle>",
      ["<Bundle><Bundle><a/></Bundle><DiagnosticReport/></Bundle>"]
    ),
    (
      "<RCMR_IN000002UV02><ClinicalDocument/></RCMR_IN000002UV02>",
      ["<RCMR_IN000002UV02><ClinicalDocument/></RCMR_IN000002UV02>"]
    ),
    ("<ORU_R01.PATIENT><ORU_R01/></ORU_R01.PATIENT>", ["<ORU_R01/>"]),
    // A name that others use as well begins a message within its namespace only.
    (
      "<Patient xmlns='urn:f'>1</Patient><Patient xmlns='urn:f'/>",
      ["<Patient xmlns='urn:f'>1</Patient>", "<Patient xmlns='urn:f'/>"]
    ),
    ("<Patient><ORU_R01/></Patient>", ["<ORU_R01/>"]),
    (
      "<b xmlns='urn:f'><Patient>1</Patient><Patient xmlns='urn:g'><ORU_R01/></Patient></b>",
      ["<Patient>1</Patient>", "<ORU_R01/>"]
    ),
    (
      "<b><f:Patient xmlns:f='urn:f'><f:Patient/></f:Patient></b>",
      ["<f:Patient xmlns:f='urn:f'><f:Patient/></f:Patient>"]
    ),
    ("<b>&lt;Patient xmlns='urn:f'/&gt;</b>", ["<Patient xmlns='urn:f'/>"]),
    // Bare ampersands and angles are text.
    ("<ORU_R01>a & b <0.01 < 3 <= 4</ORU_R01><ORU_R01/>", ["<ORU_R01>a & b <0.01 < 3 <= 4</ORU_R01>", "<ORU_R01/>"]),
  ])
  func documents(_ text: String, _ expected: [String]) { #expect(summary(split(text)) == expected) }

  @Test(arguments: [
    // Comments, CDATA sections, instructions and attributes hold no messages and end none.
    "<ORU_R01><!-- </ORU_R01><ORU_R01>2</ORU_R01> -->1</ORU_R01>",
    "<ORU_R01><![CDATA[</ORU_R01><ORU_R01>2</ORU_R01>]]>1</ORU_R01>",
    "<ORU_R01><?a </ORU_R01><ORU_R01/> ?>1</ORU_R01>",
    "<ORU_R01><a b='</ORU_R01><ORU_R01>' c=\"<?xml ?>\"/>1</ORU_R01>",
    "<ORU_R01><a b='>' c = \"'\">1</a></ORU_R01>",
    "<ORU_R01><a>&lt;/ORU_R01>&lt;ORU_R01></a></ORU_R01>",
  ])
  func nothingIsSmuggled(_ message: String) {
    #expect(summary(split(message)) == [message])
    #expect(summary(split("<b>\(message)<c/>\(message)</b>")) == [message, message])
  }

  @Test func wrapperCommentsHoldNoMessages() {
    #expect(
      summary(split("<b><!-- <ORU_R01/> --><ORU_R01>1</ORU_R01><?a <ORU_R01/>?></b>")) == ["<ORU_R01>1</ORU_R01>"])
    #expect(summary(split("<b><a t='<ORU_R01/>'/><OUL_R22/></b>")) == ["<OUL_R22/>"])
  }

  @Test(arguments: [
    ("<ORU_R01>1<ORU_R01>2</ORU_R01>", ["unreadable <ORU_R01>1", "<ORU_R01>2</ORU_R01>"]),
    ("<ORU_R01>1<?xml version='1.0'?><b><ORU_R01/></b>", ["unreadable <ORU_R01>1", "<ORU_R01/>"]),
    ("<b><ORU_R01>1</b><ORU_R01>2</ORU_R01>", ["unreadable <ORU_R01>1", "<ORU_R01>2</ORU_R01>"]),
    (
      "<b><m><ORU_R01><m>1</m></m><m><ORU_R01>2</ORU_R01></m></b>",
      ["unreadable <ORU_R01><m>1</m>", "<ORU_R01>2</ORU_R01>"]
    ),
    ("<ORU_R01/><ORU_R01>1", ["<ORU_R01/>", "unreadable <ORU_R01>1"]),
    // The end tag of the message ends it, whatever is still open in it.
    ("<ORU_R01><PID></ORU_R01><ORU_R01/>", ["<ORU_R01><PID></ORU_R01>", "<ORU_R01/>"]),
    // A quote that is missing does not reach into the next message.
    (
      "<ORU_R01><a b=\"1></a></ORU_R01><ORU_R01 c=\"2\"/>",
      ["<ORU_R01><a b=\"1></a></ORU_R01>", "<ORU_R01 c=\"2\"/>"]
    ),
    ("<ORU_R01><a b=\"1></a></ORU_R01><ORU_R01/>", ["<ORU_R01><a b=\"1></a></ORU_R01>", "<ORU_R01/>"]),
    ("<ORU_R01><PID</ORU_R01><ORU_R01/>", ["<ORU_R01><PID</ORU_R01>", "<ORU_R01/>"]),
    // What is left over is a problem of its own extent.
    ("<ORU_R01/></ORU_R01>\n<ORU_R01/>", ["<ORU_R01/>", "unreadable </ORU_R01>", "<ORU_R01/>"]),
    ("<ORU_R01/>x y<ORU_R01/>", ["<ORU_R01/>", "unreadable x y", "<ORU_R01/>"]),
    ("<b><ORU_R01/>x<ORU_R01/> </b>", ["<ORU_R01/>", "unreadable x", "<ORU_R01/>"]),
    ("<b><ORU_R01/></c><ORU_R01/></b>", ["<ORU_R01/>", "unreadable </c>", "<ORU_R01/>"]),
    ("<b><ORU_R01/>", ["<ORU_R01/>", "unreadable "]),
    // Nothing behind a comment or CDATA section without end is read.
    ("<ORU_R01/><!-- <ORU_R01/>", ["<ORU_R01/>", "unreadable <!-- <ORU_R01/>"]),
    (
      "<ORU_R01/><ORU_R01><![CDATA[<ORU_R01/></ORU_R01>",
      ["<ORU_R01/>", "unreadable <ORU_R01><![CDATA[<ORU_R01/></ORU_R01>"]
    ),
    ("<b><ORU_R01/><!-- <ORU_R01/>", ["<ORU_R01/>", "unreadable <!-- <ORU_R01/>"]),
    // A DOCTYPE is refused with the element that follows it.
    ("<!DOCTYPE a><ORU_R01/><ORU_R01/>", ["doctype-refused <!DOCTYPE a><ORU_R01/>", "<ORU_R01/>"]),
    (
      "<!DOCTYPE b [<!ENTITY c \"]><ORU_R01/>\"><!-- ]> ' --><?p ]>?>]><b><ORU_R01/></b><ORU_R01/>",
      [
        "doctype-refused <!DOCTYPE b [<!ENTITY c \"]><ORU_R01/>\"><!-- ]> ' --><?p ]>?>]><b><ORU_R01/></b>",
        "<ORU_R01/>",
      ]
    ),
    ("<!DOCTYPE a [ ' ]><ORU_R01/>", ["doctype-refused <!DOCTYPE a [ ' ]><ORU_R01/>"]),
    ("<b><!DOCTYPE a><c/><ORU_R01/></b>", ["doctype-refused <!DOCTYPE a><c/>", "<ORU_R01/>"]),
  ])
  func problemsAreContained(_ text: String, _ expected: [String]) { #expect(summary(split(text)) == expected) }

  @Test(arguments: [
    "<b><m><![CDATA[<ORU_R01>1</ORU_R01>]]></m></b>",
    "<b><m> <![CDATA[ <?xml version='1.0' encoding='GBK'?><!-- a --> <ORU_R01>1</ORU_R01> ]]></m></b>",
    "<b><m>&lt;ORU_R01>1&#60;/ORU_R01&gt;</m></b>",
    "<b><m>&#x3c;?xml version='1.0'?>&lt;ORU_R01>1&lt;/ORU_R01></m></b>",
    "<b><m>&amp;lt;ORU_R01&amp;gt;1&amp;lt;/ORU_R01&amp;gt;</m></b>",
    "<b><m><![CDATA[&lt;ORU_R01&gt;1&lt;/ORU_R01&gt;]]></m></b>",
    "<b><m><![CDATA[<ORU_R01>]]>1<!-- a --><![CDATA[</ORU_R01>]]></m></b>",
  ])
  func escapedMessages(_ text: String) { #expect(summary(split(text)) == ["<ORU_R01>1</ORU_R01>"]) }

  @Test func escapedTextThatIsNoMessage() {
    let text = "<b><note>&lt;p>text&lt;/p></note><note><![CDATA[<b><ORU_R01/></b>]]></note></b>"
    #expect(summary(split(text)) == ["unknown-dialect \(text)"])
    #expect(
      summary(split("<ORU_R01><![CDATA[<ORU_R01/>]]></ORU_R01>")) == ["<ORU_R01><![CDATA[<ORU_R01/>]]></ORU_R01>"])
  }

  @Test func escapedMessagesAreDeliveredEach() {
    let frames = split("<b>\n<m> &lt;ORU_R01>a &amp;amp; b&lt;/ORU_R01>\n  &lt;ORU_R01/></m></b>")
    #expect(summary(frames) == ["<ORU_R01>a &amp; b</ORU_R01>", "<ORU_R01/>"])
    #expect(frames.map(\.place) == ["2:5", "3:3"])
    #expect(frames.map(\.offset) == [8, 49])
  }

  @Test func placesAreExact() {
    let text = "<b>\n  <名>文</名><ORU_R01>\n</ORU_R01> <ORU_R01/>\r\n\t<ORU_R01/></b>\n<ORU_R01/>"
    let frames = split(text)
    #expect(frames.map(\.place) == ["2:11", "3:12", "4:2", "5:1"])
    for frame in frames { #expect(Array(text.utf8)[frame.offset...].starts(with: frame.bytes)) }
  }

  @Test func prefixesOfWrappersAreBound() {
    let frames = split(
      "<s:E xmlns:s='a&b' xmlns = \"d\" s:x='1'><s:B xmlns:s='c' xmlns:t='e\"f' xmlns:xml='x'><t:ORU_R01/></s:B><ORU_R01/></s:E>"
    )
    #expect(
      frames.map { String(decoding: $0.prologue, as: UTF8.self) } == [
        "<w xmlns:s=\"c\" xmlns:t=\"e&quot;f\" xmlns=\"d\">", "<w xmlns:s=\"a&amp;b\" xmlns=\"d\">",
      ])
    #expect(split("<ORU_R01/>")[0].prologue.isEmpty)
  }

  @Test func emptyFeedsAreAProblem() {
    for text in ["", " \n", "\u{FEFF}"] {
      let splitter = MessageSplitter(Array(text.utf8), label: "f", roots: roots)
      #expect(splitter.next() == nil)
      #expect(splitter.problem?.code == .unreadable)
    }
  }
}
