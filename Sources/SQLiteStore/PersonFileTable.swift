import Clinical
import RegistryStore

extension SQLiteTransaction {
  /// Where nothing is between the engine and who asks, one statement for each part of a record is the fastest.
  func personFile(_ code: String, knownAt: Instant?) throws -> PersonFile {
    let own = try links(person: code, knownAt: knownAt)
    let links = own + (try possibleLinks(of: own, knownAt: knownAt))
    return PersonFile(
      records: try links.map {
        PersonFile.Record(link: $0, identities: try identities(record: $0.record, knownAt: knownAt))
      }, versions: try links.flatMap { try reportVersions(record: $0.record, knownAt: knownAt) })
  }
}
