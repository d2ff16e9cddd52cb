public import Clinical

extension Code {
  /// The system of the codes of `items.csv`.
  public static let itemSystem = "urn:huren:item"
}

extension ReferenceData {
  /// The item that the codings of one order mean together: codes of `items.csv` (`urn:huren:item`), codes of the institution that orders
  /// (`codemaps.csv`), LOINC.
  ///
  /// - Parameter specimen: as catalogue code, where stated.
  /// - Returns: nil where none is known, or where they mean different items: which is ordered, would be a guess.
  public func orderedItem(_ codes: [Code], at institution: String, specimen: String?) -> Item? {
    let local = localCodes(of: institution)
    var named: [Item] = []
    var byLOINC: [[String]] = []
    for code in codes {
      if code.system == Code.itemSystem {
        if let item = items[code.identifier] { named.append(item) }
      } else if code.isOfItsSystem, let item = local.item(code.identifier, specimen: specimen, unit: nil)?.item {
        named.append(item)
      } else if code.isLOINC, let items = itemsByLOINC[code.identifier] {
        byLOINC.append(items)
      }
    }
    if let item = named.first {
      let isOne = named.allSatisfy { $0 === item } && byLOINC.allSatisfy { $0.contains(item.code) }
      return isOne ? item : nil
    }
    guard var possible = byLOINC.first else { return nil }
    for others in byLOINC.dropFirst() { possible.removeAll { !others.contains($0) } }
    if possible.count > 1, let specimen { possible.removeAll { items[$0]?.specimen != specimen } }
    return possible.count == 1 ? items[possible[0]] : nil
  }

  /// The one code by which an institution itself calls an item; nil where it has none, or several.
  public func localCode(for item: Item, of institution: String) -> Code? {
    let own = localCodes(of: institution).ownCodes(for: item)
    return own.count == 1 ? own[0] : nil
  }
}
