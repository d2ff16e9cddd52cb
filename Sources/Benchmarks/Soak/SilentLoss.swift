import Foundation
import Registry

/// What a message says of its results and nobody tells: neither in what was read nor in a finding.
enum SilentLoss {
  /// The words that went in and did not come out, each with where it stood.
  ///
  /// - Parameters:
  ///   - bytes: a file of messages.
  ///   - messages: what its messages would become.
  /// - Returns: nothing where one of them is refused: that is kept whole, and told.
  static func words(in bytes: [UInt8], but messages: [ExplainedMessage]) -> [String] {
    if messages.isEmpty || messages.contains(where: { !$0.isAccepted }) { return [] }
    guard let text = String(validating: bytes, as: UTF8.self) else { return [] }
    // Which signs mean something is known of the usual ones alone.
    if text.ranges(of: "MSH|").count > text.ranges(of: "MSH|^~\\&|").count { return [] }
    // What a mapping has no use for is named by its path.
    let read = messages.filter { $0.mapping == nil }
    if read.isEmpty { return [] }
    var told: Set<String> = []
    for message in read {
      for datum in message.data { told.formUnion(words(datum.value)) }
      for note in message.notes { told.formUnion(words(note.message)) }
    }
    if read.contains(where: { $0.notes.contains { Self.isOfAll($0) } }) { return [] }
    let marked = Set(read.flatMap { $0.notes.map(\.line) })
    // What stands together in the message may come out with something else beside it.
    let whole = told.joined(separator: " ")
    var lost: [String] = []
    let texts = ResultTexts(bytes).texts
    // A resource that is sent twice is spoken of once.
    let spokenOf = Set(texts.lazy.filter { $0.lines.contains(where: marked.contains) }.map(\.text))
    for text in texts where !text.lines.contains(where: marked.contains) && !spokenOf.contains(text.text) {
      lost += words(text.text).filter { !told.contains($0) && !whole.contains($0) }.map { "\($0) of \(text.place)" }
    }
    return lost
  }

  /// What is said of a report as a whole: that there is nothing to it, or that a result it names is not there or is none.
  private static func isOfAll(_ note: ExplainedMessage.Note) -> Bool {
    ["no-results", "dangling-reference"].contains(note.code) || note.message == "a result that is no Observation"
  }

  /// Letters and digits that stand together; a number as it counts, so that `4.10` and `4.1` are one. An escape of ER7
  /// is none.
  private static func words(_ text: String) -> [String] {
    var text = text
    if text.utf8.contains(UInt8(ascii: "\\")) {
      text = text.replacing(#/\\X41\\/#, with: "A").replacing(#/\\[^\\|]{0,12}\\/#, with: " ")
    }
    if text.utf8.contains(where: { $0 >= 0x80 }) { text = text.precomposedStringWithCompatibilityMapping }
    return text.lowercased().unicodeScalars
      .split { !$0.properties.isAlphabetic && $0.properties.numericType == nil && $0 != "." }
      .compactMap { scalars in
        let word = String(scalars).trimmingCharacters(in: ["."])
        if word.isEmpty || fillers.contains(word) { return nil }
        guard word.utf8.contains(46), word.utf8.allSatisfy({ $0 == 46 || $0 >= 48 && $0 <= 57 }) else { return word }
        return String(word.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
      }
  }

  /// What says that nothing is known, and the words of a flag in WS/T 500, which become its code.
  private static let fillers: Set<String> = ["null", "无", "正常", "异常", "不确定"]
}
