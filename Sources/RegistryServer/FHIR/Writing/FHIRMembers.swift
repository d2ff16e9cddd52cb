/// Gathers an element's members in their order. What is empty is left out: FHIR knows neither null nor an empty list.
struct FHIRMembers {
  private(set) var all: [FHIRDocument.Member] = []

  init() {}

  init(_ build: (inout FHIRMembers) -> Void) { build(&self) }

  mutating func add(_ name: String, _ value: FHIRDocument?) {
    guard let value else { return }
    switch value {
    case .text(let text): if text.allSatisfy(\.isWhitespace) { return }
    case .element(let members): if members.isEmpty { return }
    case .list(let list): if list.isEmpty { return }
    case .literal, .resource, .written: break
    }
    all.append(.init(name, value))
  }

  mutating func add(_ name: String, _ text: String?) { add(name, text.map { FHIRDocument.text($0) }) }
  mutating func add(_ name: String, _ isSo: Bool) { add(name, FHIRDocument.literal(isSo ? "true" : "false")) }
  mutating func add(_ name: String, _ number: Int) { add(name, FHIRDocument.literal(String(number))) }

  mutating func add(_ name: String, each list: [FHIRDocument?]) { add(name, FHIRDocument.list(list.compactMap { $0 })) }

  /// An extension with one value.
  mutating func add(extension url: String, _ type: String, _ value: FHIRDocument?) {
    guard let value else { return }
    all.append(.init("extension", .list([.element([("url", .text(url)), ("value" + type, value)])])))
  }

  /// nil where nothing was added.
  var element: FHIRDocument? { all.isEmpty ? nil : .element(all) }
}

extension FHIRDocument {
  static func element(_ build: (inout FHIRMembers) -> Void) -> FHIRDocument? { FHIRMembers(build).element }

  static func resource(_ type: String, _ build: (inout FHIRMembers) -> Void) -> FHIRDocument {
    .resource(type, FHIRMembers(build).all)
  }

  /// A reference to a resource of the registry's own.
  static func reference(_ type: FHIRType, _ id: String) -> FHIRDocument {
    .element([("reference", .text("\(type.rawValue)/\(id)"))])
  }
}
