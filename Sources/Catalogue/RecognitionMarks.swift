/// What a printed recognition mark 互认标识 claims: a scope and `HR`, as in 全国HR or 川渝HR (国卫医发〔2022〕6号).
extension ReferenceData {
  /// The scope that a mark names: 全国, an agreement of `agreements.csv` or a province; nil when it names none of them.
  ///
  /// - Parameter mark: as sent.
  public func scope(ofMark mark: String) -> Scope? {
    let name = Self.scopeName(ofMark: mark)
    if name.isEmpty { return nil }
    if name == "全国" { return .national }
    if agreements[name] != nil { return Scope("agreement:" + name, agreements: agreements) }
    let endings = ["", "市", "省", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区"]
    guard let prefix = endings.lazy.compactMap({ Self.provinces[name.dropping($0)] }).first else { return nil }
    return Scope("region:\(prefix)", agreements: [:])
  }

  /// Whether a mark names a scope, known or not: the bare `HR` names none.
  public func namesScope(_ mark: String) -> Bool { !Self.scopeName(ofMark: mark).isEmpty }

  /// The certificate behind a holder's mark: valid on the day, and reaching at least as far as the mark says; of several as
  /// `certificate(for:of:to:on:)` chooses.
  ///
  /// - Parameter scope: nil: any certificate will do.
  public func certificate(for item: Item, of holder: Institution?, reaching scope: Scope?, on epochDay: Int)
    -> Certificate?
  {
    guard let holder, let own = certificates[holder.code] else { return nil }
    for key in item.certificateKeys {
      let found = own[key]?.first { row in
        row.period.contains(epochDay) && (scope.map { row.scope.includes($0) } ?? true)
      }
      if let found { return found }
    }
    return nil
  }

  private static func scopeName(ofMark mark: String) -> String {
    mark.filter { !$0.isWhitespace }.dropping("HR")
  }

  /// The names of provinces in marks, by the first two digits of GB/T 2260.
  private static let provinces = [
    "北京": 11, "天津": 12, "河北": 13, "山西": 14, "内蒙古": 15, "辽宁": 21, "吉林": 22, "黑龙江": 23, "上海": 31,
    "江苏": 32, "浙江": 33, "安徽": 34, "福建": 35, "江西": 36, "山东": 37, "河南": 41, "湖北": 42, "湖南": 43, "广东": 44,
    "广西": 45, "海南": 46, "重庆": 50, "四川": 51, "贵州": 52, "云南": 53, "西藏": 54, "陕西": 61, "甘肃": 62, "青海": 63,
    "宁夏": 64, "新疆": 65,
  ]
}

extension String {
  fileprivate func dropping(_ ending: String) -> String { hasSuffix(ending) ? String(dropLast(ending.count)) : self }
}
