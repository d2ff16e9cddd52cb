import ArgumentParser
import Clinical
import Foundation
import Registry

extension AuditCommand {
  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The audits of a period as one page to read and print, with its tables as CSV beside it.",
      discussion: """
        The page is one HTML file without anything from elsewhere; it prints on A4 and is legible in black and white. Its tables \
        lie beside it in full, one file each, in the folder FILE-csv.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @Option(help: "The HTML file to write; one that is there is written anew.")
    var out: String
    @Option(
      help: "zh, en or both.",
      transform: { word in
        if let language = ReportLanguage(rawValue: word) { return language }
        throw ValidationError("--lang is one of zh, en, both")
      })
    var lang = ReportLanguage.both

    func run() throws {
      let registry = try store.open()
      let report = try registry.auditReport(period.scope(registry), language: lang)
      let page = URL(filePath: out)
      let folder = page.deletingPathExtension().appendingToName("-csv")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, csv) in report.tables {
        // Spreadsheets take a file for UTF-8 by its mark.
        try Data(("\u{FEFF}" + csv).utf8).write(to: folder.appending(path: name + ".csv"), options: .atomic)
      }
      try Data(report.page.utf8).write(to: page, options: .atomic)
      Output.note("wrote \(out) and \(report.tables.count) tables in \(folder.relativePath)")
    }
  }
}

extension URL {
  fileprivate func appendingToName(_ ending: String) -> URL {
    deletingLastPathComponent().appending(path: lastPathComponent + ending)
  }
}
