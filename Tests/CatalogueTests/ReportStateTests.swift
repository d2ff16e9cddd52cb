import Clinical
import Testing

struct ReportStateTests {
  /// A version at an hour, with observations written `code=value`, `code/sub=value`, and `!` after those taken back.
  private func version(
    _ hour: Int, _ status: ResultStatus? = .final, _ mode: Report.UpdateMode = .update, _ observations: [String] = [],
    digest: String? = nil,
    own: ResultStatus? = nil, messageHour: Int? = nil
  ) -> ReportVersion {
    func time(_ hour: Int) -> Instant { Instant(milliseconds: Int64(hour) * 3_600_000) }
    var report = Report(
      source: OrganizationReference(identifier: "A"), reportNumber: "R1", patient: Patient(), versionTime: time(hour),
      messageTime: time(messageHour ?? hour), updateMode: mode)
    report.status = status
    report.reported = time(hour)
    report.observations = observations.map { text in
      let parts = text.split(separator: "=")
      let key = parts[0].split(separator: "/")
      var observation = Observation(code: Code(String(key[0])))
      if key.count > 1 { observation.subID = String(key[1]) }
      observation.isRemoved = parts[1].hasSuffix("!")
      observation.value = String(parts[1])
      observation.status = own
      return observation
    }
    return ReportVersion(report: report, institution: "A", contentDigest: digest ?? "\(hour)-\(observations)")
  }

  private func values(_ state: ReportState?) -> [String] {
    state?.report.observations.map { "\($0.code.identifier)=\($0.value ?? "") \($0.status?.rawValue ?? "-")" } ?? []
  }

  /// Of versions of one order.
  private func state(_ versions: [ReportVersion]) -> ReportState? {
    let parts = ReportState.parts(of: versions)
    #expect(parts.count < 2)
    return parts.first
  }

  @Test func noneOfNothing() {
    #expect(state([]) == nil)
  }

  @Test func anUpdateReplacesWhatItRepeatsAndKeepsTheRest() {
    let state = self.state([version(1, .preliminary, .update, ["K=1", "NA=2"]), version(2, .final, .update, ["K=3"])])
    #expect(values(state) == ["K=3 final", "NA=2 final"])
    #expect(state?.report.reported == Instant(milliseconds: 7_200_000))
    #expect(state?.version == "2-[\"K=3\"]")
  }

  @Test func theSubIDTellsObservationsApartAndTwoOfOneMessageStay() {
    let first = version(1, .final, .update, ["K/1=1", "K/2=2"])
    #expect(
      values(state([first, version(2, .final, .update, ["K/2=5", "K/2=6"])])) == [
        "K=1 final", "K=5 final", "K=6 final",
      ])
  }

  @Test func aDocumentReplacesTheOlderOne() {
    let state = self.state([
      version(1, .final, .snapshot, ["K=1", "NA=2"]), version(2, .corrected, .snapshot, ["K=3"]),
    ])
    #expect(values(state) == ["K=3 corrected"])
  }

  @Test func removedObservationsGoAndMayComeBack() {
    let removed = [version(1, .final, .update, ["K=1"]), version(2, .corrected, .update, ["K=!"])]
    #expect(values(state(removed)) == [])
    #expect(values(state(removed + [version(3, .corrected, .update, ["K=4"])])) == ["K=4 corrected"])
  }

  @Test func ownStatusGoesBeforeTheReports() {
    #expect(values(state([version(1, .preliminary, .update, ["K=1"], own: .final)])) == ["K=1 final"])
  }

  @Test func cancellingOverridesAllAndWhatIsNotRepeatedStaysCancelled() {
    let cancelled = [
      version(1, .final, .update, ["K=1", "NA=2"], own: .final), version(2, .cancelled, .update, ["K=1"], own: .final),
    ]
    #expect(values(state(cancelled)) == ["K=1 cancelled", "NA=2 cancelled"])
    let back = state(cancelled + [version(3, .corrected, .update, ["K=4"])])
    #expect(values(back) == ["K=4 corrected", "NA=2 cancelled"])
    #expect(back?.isCancelled == false)
  }

  @Test func anEmptyWithdrawalWithdrawsTheDocument() {
    let state = self.state([version(1, .final, .snapshot, ["K=1"]), version(2, .enteredInError, .snapshot)])
    #expect(values(state) == ["K=1 entered-in-error"])
  }

  @Test func withoutAnyStatusNothingIsAssumed() {
    #expect(values(state([version(1, nil, .update, ["K=1"])])) == ["K=1 unknown"])
  }

  @Test func updatesKeepWhatIsSaidOfTheReport() {
    var first = version(1, .preliminary, .update, ["X=1"])
    first.report.findingsText = "seen"
    first.report.orderCode = Code("CT")
    first.report.department = "D1"
    var second = version(2, .final)
    second.report.department = "D2"
    let report = state([second, first])?.report
    #expect(report?.findingsText == "seen" && report?.orderCode?.identifier == "CT" && report?.department == "D2")
    let back = state([first, version(2, .cancelled), version(3, .final)])?.report
    #expect(back?.findingsText == nil, "what was cancelled does not come back by itself")
  }

  @Test func versionsOfOneTimeGoByStatusThenMessageTimeThenDigest() {
    let versions = [
      version(5, .preliminary, .snapshot, ["K=1"]), version(5, .final, .snapshot, ["K=2"], messageHour: 9),
      version(5, .corrected, .snapshot, ["K=3"], digest: "a", messageHour: 7),
      version(5, .corrected, .snapshot, ["K=4"], digest: "b", messageHour: 7),
      version(5, .corrected, .snapshot, ["K=5"], messageHour: 6),
    ]
    #expect(values(state(versions)) == ["K=4 corrected"])
    #expect(values(state([version(5, .cancelled, .snapshot, ["K=9"])] + versions)) == ["K=9 cancelled"])
  }

  @Test func anyOrderAndRepetitionGiveOneState() {
    let versions = [
      version(1, .preliminary, .update, ["K=1", "NA=2", "CL=3"]), version(2, .final, .update, ["K=4", "CA=5"]),
      version(2, .corrected, .update, ["NA=!", "K=6"]), version(3, .cancelled, .update, ["CL=3"]),
      version(4, .corrected, .update, ["CA=7"]),
    ]
    let expected = state(versions)
    var random = SplitMix(state: 7)
    for _ in 0..<100 {
      let shuffled = (versions + versions.shuffled(using: &random).prefix(2)).shuffled(using: &random)
      #expect(state(shuffled) == expected)
    }
  }
}

/// A small generator, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
