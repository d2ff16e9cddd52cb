public import Clinical
public import Recognition

/// A test that an accepted prompt spared: when it is done all the same, the claim is reversed (savings.md, "Verification").
public struct ClaimedTest: Hashable, Sendable, Codable {
  /// The ordered item; of a panel a component that the decision covered.
  public var item: String
  /// That the order named, else the report that stood in states; nil: any.
  public var specimen: String?
  /// Likewise; empty: any.
  public var sites: [CandidateSite]
  /// The report that stood in.
  public var institution: String?
  public var reportId: String?

  public init(item: String, specimen: String? = nil, sites: [CandidateSite] = []) {
    self.item = item
    self.specimen = specimen
    self.sites = sites
  }

  /// Whether a result shows that it was done after all.
  public func isDone(by result: LaterResult, after acceptedAt: Instant) -> Bool {
    guard item == result.item, specimen == nil || specimen == result.specimen,
      sites.isEmpty || sites.contains(where: { site in result.sites.contains(where: site.holds) })
    else { return false }
    if result.time > acceptedAt { return true }
    // Of a day alone nothing says when, but what was reported later was not known when the other was accepted; the report that
    // stood in, told again since, is no new test.
    let isOwn = result.institution == institution && result.reportId == reportId
    guard !isOwn, let dayEnd = result.dayEnd, let reported = result.reported else { return false }
    return dayEnd > acceptedAt && reported > acceptedAt
  }
}

extension RecordedDecision.Item {
  /// The tests of which a later result reverses a claim: the ordered one; of a panel the components that the decision covered.
  public var claimedTests: [ClaimedTest] {
    // Of covered components and chosen results each has its other at the same place.
    let codes = covered ?? [item]
    return codes.enumerated().map { place, code in
      let chosen = codes.count == self.chosen.count ? self.chosen[place] : nil
      var test = ClaimedTest(item: code, specimen: specimen ?? chosen?.specimen, sites: sites(of: chosen))
      (test.institution, test.reportId) = (chosen?.institution, chosen?.reportId)
      return test
    }
  }

  /// Of the sites that a report states those that the order means; where it states none of them, what the order named.
  private func sites(of chosen: RecordedDecision.Chosen?) -> [CandidateSite] {
    let ordered = CandidateSite(bodySite: bodySite, laterality: laterality)
    let stated = (chosen?.sites ?? []).filter(ordered.holds)
    if !stated.isEmpty { return stated }
    return ordered == CandidateSite() ? [] : [ordered]
  }
}
