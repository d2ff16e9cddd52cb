public import Clinical

/// What the codes of one result mean together (recognition.md, "What a candidate carries").
public enum CodeMeaning: Sendable {
  /// All that are mapped agree.
  case item(LocalItem)
  /// The catalogue maps none.
  case unmapped
  /// They mean different items, which are named in byte order: of which the result is, would be a guess.
  case conflicting([String])

  public var item: LocalItem? {
    if case .item(let local) = self { local } else { nil }
  }
}

extension ReferenceData {
  /// The item of a result with several codes, each within its own system.
  ///
  /// A LOINC code that `items.csv` gives to other items and no row of `codemaps.csv` maps is never outvoted by a mnemonic: they
  /// conflict.
  ///
  /// - Parameters:
  ///   - local: those of the institution that sends it.
  ///   - specimen: as catalogue code, where stated.
  ///   - unit: as sent, where sent.
  public func meaning(
    of code: Code, _ translations: [Code], among local: LocalCodes, specimen: String?, unit: String?
  ) -> CodeMeaning {
    let first = code.isOfItsSystem ? local.item(code.identifier, specimen: specimen, unit: unit) : nil
    if translations.isEmpty { return first.map { .item($0) } ?? .unmapped }
    var mapped = first.map { [$0] } ?? []
    var byLOINC = first == nil ? itemsOfLOINC(code) : []
    for code in translations {
      if code.isOfItsSystem, let item = local.item(code.identifier, specimen: specimen, unit: unit) {
        mapped.append(item)
      } else {
        byLOINC += itemsOfLOINC(code)
      }
    }
    guard let item = mapped.first?.item else { return .unmapped }
    if mapped.allSatisfy({ $0.item === item }), byLOINC.isEmpty || byLOINC.contains(item.code) {
      return .item(LocalItem(item: item, unit: mapped.lazy.compactMap(\.unit).first))
    }
    return .conflicting(Set(mapped.map(\.item.code) + byLOINC).sorted())
  }

  /// The same, of a result of an institution.
  public func meaning(
    of code: Code, _ translations: [Code], at institution: String, specimen: String?, unit: String?
  ) -> CodeMeaning {
    meaning(of: code, translations, among: localCodes(of: institution), specimen: specimen, unit: unit)
  }

  private func itemsOfLOINC(_ code: Code) -> [String] { code.isLOINC ? itemsByLOINC[code.identifier] ?? [] : [] }
}
