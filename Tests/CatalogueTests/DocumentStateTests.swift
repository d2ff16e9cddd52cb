import Clinical
import Testing

/// How documents of one report fold: whole, but never one about something else (`UpdateMode.document`).
struct DocumentStateTests {
  private func time(_ hour: Int) -> Instant { Instant(milliseconds: Int64(hour) * 3_600_000) }

  /// A version at an hour, with observations written `code=value@collected`.
  private func version(
    _ hour: Int, _ results: [String], status: ResultStatus = .final, document: String? = nil, replaces: [String] = [],
    set: String? = nil, number: Int? = nil
  ) -> ReportVersion {
    var report = Report(
      source: OrganizationReference(identifier: "A"), reportNumber: "R1", patient: Patient(), versionTime: time(hour),
      messageTime: time(hour), updateMode: .document)
    report.status = status
    report.identities = [set].compactMap { $0 }
    let lineage = DocumentLineage(document: document, replaces: replaces, version: number)
    report.lineage = lineage.isEmpty ? nil : lineage
    report.observations = results.map { text in
      let parts = text.split { $0 == "=" || $0 == "@" }
      var observation = Observation(code: Code(String(parts[0])))
      observation.value = String(parts[1])
      observation.collected = parts.count > 2 ? Int(parts[2]).map(time) : nil
      return observation
    }
    return ReportVersion(report: report, institution: "A", contentDigest: "\(hour)\(results)\(document ?? "")")
  }

  private func values(_ versions: ReportVersion...) -> [[String]] {
    let parts = ReportState.parts(of: versions)
    #expect(parts == ReportState.parts(of: versions.reversed()))
    return parts.map { $0.report.observations.map { "\($0.code.identifier)=\($0.value ?? "")" } }
  }

  @Test func theNewerReplacesTheOlderWhole() {
    #expect(values(version(2, ["K=1@1", "NA=2@1"]), version(3, ["K=9@1"])) == [["K=9"]])
    #expect(values(version(2, ["K=1"]), version(3, ["K=9"])) == [["K=9"]])
  }

  @Test func aboutAnotherItemOrMomentItStandsBesideIt() {
    #expect(values(version(2, ["K=1@1"]), version(3, ["NA=2@1"])) == [["K=1"], ["NA=2"]])
    #expect(values(version(2, ["K=1@1"]), version(30, ["K=2@29"])) == [["K=1"], ["K=2"]])
    // The newest replaces what it repeats, and that alone.
    #expect(values(version(2, ["K=1@1"]), version(30, ["K=2@29"]), version(40, ["K=3@29"])) == [["K=1"], ["K=3"]])
  }

  @Test func aCorrectionAndWhatWasNotFinalAreFollowedAtAnyMoment() {
    #expect(values(version(2, ["K=1@1"]), version(30, ["K=2@29"], status: .corrected)) == [["K=2"]])
    #expect(values(version(2, ["K=1@1"], status: .preliminary), version(30, ["K=2@29"])) == [["K=2"]])
    #expect(values(version(2, ["K=1@1"]), version(30, ["NA=2@29"], status: .corrected)) == [["K=1"], ["NA=2"]])
  }

  @Test func aDayIsAllOfItsMoments() {
    var day = version(9, ["K=1@0"])
    day.report.observations[0].collected?.precision = .day
    #expect(values(day, version(10, ["K=2@8"])) == [["K=2"]])
    #expect(values(day, version(40, ["K=2@30"])) == [["K=1"], ["K=2"]])
  }

  @Test func whatADocumentNamesItReplacesWhateverItIsAbout() {
    let first = version(2, ["K=1@1"], document: "D1")
    let other = version(3, ["K=5@30"], document: "D5")
    #expect(values(first, other, version(4, ["NA=2@9"], document: "D2", replaces: ["D1"])) == [["NA=2"], ["K=5"]])
    // Also what stood in the part before.
    let second = version(4, ["NA=2@9"], document: "D2", replaces: ["D1"])
    #expect(values(first, second, version(5, ["CL=3@40"], document: "D3", replaces: ["D1"])) == [["CL=3"]])
    #expect(
      values(version(2, ["K=1@1"], set: "S", number: 1), version(3, ["NA=2@9"], set: "S", number: 2)) == [["NA=2"]])
    // One number of a set twice says nothing of which replaces which.
    #expect(
      values(version(2, ["K=1@1"], set: "S", number: 1), version(3, ["NA=2@9"], set: "S", number: 1)) == [
        ["K=1"], ["NA=2"],
      ])
  }

  @Test func aWithdrawalWithdrawsAll() {
    let states = ReportState.parts(of: [
      version(2, ["K=1@1"]), version(30, ["K=2@29"]), version(40, [], status: .cancelled),
    ])
    #expect(states.map(\.isCancelled) == [true, true])
  }

  @Test func theOrderIsWhatTheDocumentsSayBeforeTheirTimes() {
    func order(_ versions: [ReportVersion]) -> [String] {
      versions.fromOldest.map { $0.report.lineage?.document ?? "-" }
    }
    let versions = [
      version(5, ["K=1"], document: "D1"), version(4, ["K=2"], document: "D2", replaces: ["D1"]),
      version(3, ["K=3"], document: "D3", replaces: ["D2"]),
    ]
    #expect(order(versions) == ["D1", "D2", "D3"] && order(versions.reversed()) == ["D1", "D2", "D3"])
    // A ring stands by age.
    let ring = [
      version(5, ["K=1"], document: "D1", replaces: ["D2"]), version(4, ["K=2"], document: "D2", replaces: ["D1"]),
    ]
    #expect(order(ring).count == 2 && order(ring) == order(ring.reversed()))
    let numbers = (1...3).map { version(9 - $0, ["K=\($0)"], document: "V\($0)", set: "S", number: $0) }
    #expect(order(numbers.reversed()) == ["V1", "V2", "V3"])
    #expect(numbers[0].givesWay(to: numbers[1]) && !numbers[1].givesWay(to: numbers[0]))
  }

  @Test func aLongChainIsPutInOrderAtOnce() {
    let chain = (0..<20_000).map {
      version(20_000 - $0, ["K=1"], document: "D\($0)", replaces: $0 == 0 ? [] : ["D\($0 - 1)"])
    }
    #expect(
      chain.fromOldest.map { $0.report.lineage?.document ?? "" } == chain.map { $0.report.lineage?.document ?? "" })
  }
}
