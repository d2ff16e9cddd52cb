import Testing

@testable import Feeds

@Suite struct OtherNotationTests {
  @Test(arguments: [
    ("{\"a\":\"}\\\"{\"}", ["{\"a\":\"}\\\"{\"}"]),
    ("\u{FEFF}{\"a\":{}}{\"b\":1}\n\n{}", ["{\"a\":{}}", "{\"b\":1}", "{}"]),
    ("[ {\"a\":[1,2]},\n{\"b\":1} ]", ["{\"a\":[1,2]}", "{\"b\":1}"]),
    ("{\n\"a\":[\n{},\n{}\n]\n}\n{}", ["{\n\"a\":[\n{},\n{}\n]\n}", "{}"]),
    // A broken line takes no other with it.
    ("{\"a\":1\n{\"b\":1}", ["unreadable {\"a\":1\n", "{\"b\":1}"]),
    ("{\"a\":\"1\n{\"b\":1}", ["unreadable {\"a\":\"1\n", "{\"b\":1}"]),
    ("{}\n{\"a\":[\n{\"b\":1}", ["{}", "unreadable {\"a\":[\n", "{\"b\":1}"]),
    ("{}\n\"a\":1}\n{\"b\":1}", ["{}", "unreadable \"a\":1}", "{\"b\":1}"]),
    ("{}}\n{}", ["{}", "unreadable }", "{}"]),
    ("{\"a\":]\n{\"b\":1}", ["unreadable {\"a\":]\n", "{\"b\":1}"]),
    ("{\"a\":1", ["unreadable {\"a\":1"]),
    ("[{},1,{}", ["{}", "unreadable 1,", "{}", "unreadable "]),
    ("{}<ORU_R01/>", ["{}", "<ORU_R01/>"]),
  ])
  func json(_ text: String, _ expected: [String]) {
    let frames = split(text)
    #expect(summary(frames) == expected)
    #expect(frames.allSatisfy { $0.kind == .json || $0.text == "<ORU_R01/>" || $0.problem != nil })
  }

  @Test func jsonIsText() {
    #expect(split(Array("{\"a\":\"".utf8) + [0x81, 0xFF] + Array("\"}\n{}".utf8)).map(\.code) == ["unreadable", ""])
  }

  @Test(arguments: [
    ("MSH|a\rPID|b\r\rMSH|c\r", ["MSH|a\rPID|b", "MSH|c"]),
    ("MSH#a\r\nPID#b\r\nMSH#c", ["MSH#a\r\nPID#b", "MSH#c"]),
    ("FHS|x\nBHS|x\nMSH|a\nOBX|<b>\nBTS|1\nFTS|1\n", ["MSH|a\nOBX|<b>"]),
    ("\u{0B}MSH|a\rPID|b\r\u{1C}\r\u{0B}MSH|c\r\u{1C}\r", ["MSH|a\rPID|b", "MSH|c"]),
    ("MSH|a\r<?xml version='1.0'?><ORU_R01/>", ["MSH|a", "<ORU_R01/>"]),
    // Lines of a text, whatever they begin with, are the message's own.
    (
      "MSH|a\rOBX|one\nMSH: two\nBTS three\n<?xml four\n\u{0B}five\u{1C}six|P\rMSH|b",
      ["MSH|a\rOBX|one\nMSH: two\nBTS three\n<?xml four\n\u{0B}five\u{1C}six|P", "MSH|b"]
    ),
    ("MSH|a\nOBX|one\n\ntwo\rthree|P\n\n  MSH|b\r\nPID|c\n", ["MSH|a\nOBX|one\n\ntwo\rthree|P", "MSH|b\r\nPID|c"]),
    ("\u{FEFF}MSH|a\r\n\u{FEFF}MSH|b\r\n", ["MSH|a", "MSH|b"]),
    ("MSH|a\rPID|b\nMSH|c", ["MSH|a\rPID|b", "MSH|c"]),
    ("\u{0B}MSH|a\rPID|b\u{1C}\r\u{0B}MSH|c\u{1C}", ["MSH|a\rPID|b", "MSH|c"]),
    ("\u{0B}MSH|a\r\u{0B}MSH|c\r", ["MSH|a", "MSH|c"]),
    ("FHS|^~\\&|x\rBHS|^~\\&|x\rMSH|a\rBTS\rBHS|^~\\&\rMSH|b\rBTS|1\rFTS", ["MSH|a", "MSH|b"]),
    ("PID|1\rMSH|a", ["unreadable PID|1", "MSH|a"]),
  ])
  func er7(_ text: String, _ expected: [String]) {
    let frames = split(text)
    #expect(summary(frames) == expected)
    #expect(frames.allSatisfy { $0.kind == .er7 || $0.text == "<ORU_R01/>" || $0.problem != nil })
  }

  @Test func er7InChinese() {
    let frames = split(Array("MSH|a\rOBX|".utf8) + [0xBC, 0xEC, 0xD1, 0xE9] + Array("\rMSH|b".utf8))
    #expect(summary(frames) == ["MSH|a\rOBX|检验", "MSH|b"])
    #expect(frames.map { $0.notes.count } == [1, 0])
  }

  @Test func whatIsNoTextIsOneProblem() {
    let frames = split([0x25, 0x50, 0x44, 0x46, 0, 0x3C, 0x61, 0x3E] + Array("<ORU_R01/>".utf8))
    #expect(frames.map(\.code) == ["unreadable"])
  }
}
