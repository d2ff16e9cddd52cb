import ArgumentParser
import Foundation

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Writes a feed of v2.xml messages within <messages>; prints what is in it as JSON.")

  @Argument(help: "The file to write.")
  var file: String
  @OptionGroup var options: CityOptions

  struct Content: Encodable {
    var messages = 0
    var reports = 0
    var corrections = 0
    var results = 0
    var persons = 0
    /// Patients of institutions, each as often as institutions know them.
    var records = 0
    var bytes = 0
  }

  func run() throws {
    let city = options.city
    let messageWriter = MessageWriter(city)
    var content = Content()
    var seen = [Bool](repeating: false, count: city.persons)
    var records: Set<Int> = []
    var feed = try FeedFile(file)
    for index in 0..<city.messages {
      let message = city.message(index)
      try feed.add { messageWriter.write(message, to: &$0) }
      content.messages += 1
      content.results += city.results
      if message.isCorrection { content.corrections += 1 } else { content.reports += 1 }
      if records.insert(message.person * city.institutions + message.institution).inserted { content.records += 1 }
      if !seen[message.person] {
        seen[message.person] = true
        content.persons += 1
      }
    }
    content.bytes = try feed.finish()
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(content), as: UTF8.self))
  }
}
