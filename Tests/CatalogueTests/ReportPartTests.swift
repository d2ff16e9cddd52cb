import Clinical
import Testing

/// Orders that share a report number: each has its own status, times and results.
struct ReportPartTests {
  /// A version of one order at an hour, with observations written `code=value`.
  private func version(
    _ hour: Int, order: String?, _ status: ResultStatus? = .final, _ mode: Report.UpdateMode = .update,
    _ observations: [String] = [], collected: Int? = nil, specimen: String? = nil, messageHour: Int? = nil
  ) -> ReportVersion {
    func time(_ hour: Int) -> Instant { Instant(milliseconds: Int64(hour) * 3_600_000) }
    var report = Report(
      source: OrganizationReference(identifier: "A"), reportNumber: "R1", patient: Patient(), versionTime: time(hour),
      messageTime: time(messageHour ?? hour), updateMode: mode)
    report.status = status
    report.reported = time(hour)
    report.orderCode = order.map { Code($0) }
    report.observations = observations.map { text in
      let parts = text.split(separator: "=")
      var observation = Observation(code: Code(String(parts[0])))
      observation.value = String(parts[1])
      observation.collected = collected.map(time)
      observation.specimen = specimen.map { Specimen(type: Code($0)) }
      return observation
    }
    return ReportVersion(
      report: report, institution: "A",
      contentDigest: "\(hour)-\(order ?? "")-\(status?.rawValue ?? "")-\(observations)")
  }

  /// `order: code=value status, …` of each part, by order.
  private func told(_ versions: [ReportVersion]) -> [String] {
    ReportState.parts(of: versions).map { part in
      let results = part.report.observations.map {
        "\($0.code.identifier)=\($0.value ?? "") \($0.status?.rawValue ?? "-")"
      }
      return "\(part.report.orderCode?.identifier ?? "-"): " + results.joined(separator: ", ")
    }.sorted()
  }

  @Test func eachOrderHasItsOwnStatus() {
    let message = [
      version(1, order: "CBC", .final, .update, ["WBC=6"]), version(1, order: "ELEC", .preliminary, .update, ["K=4"]),
    ]
    #expect(told(message) == ["CBC: WBC=6 final", "ELEC: K=4 preliminary"])
    #expect(
      told(message + [version(2, order: "ELEC", .final)]) == ["CBC: WBC=6 final", "ELEC: K=4 final"],
      "an order that is final now says nothing of the other")
    #expect(
      told(message + [version(2, order: "CBC", .cancelled)]) == ["CBC: WBC=6 cancelled", "ELEC: K=4 preliminary"])
  }

  @Test func whatIsWithdrawnWithoutSayingWhatIsWithdrawnWhole() {
    let message = [
      version(1, order: "CBC", .final, .update, ["WBC=6"]), version(1, order: "ELEC", .final, .update, ["K=4"]),
    ]
    for order in [nil, "OTHER"] {
      #expect(
        told(message + [version(2, order: order, .cancelled)]).allSatisfy { $0.hasSuffix("cancelled") },
        "\(order ?? "none")")
    }
  }

  @Test func oneMeasurementToldUnderAnotherOrderIsOneResult() {
    let first = version(1, order: "CMP", .final, .update, ["K=4", "ALT=9"], collected: 1)
    #expect(
      told([first, version(2, order: "BMP", .corrected, .update, ["K=6"], collected: 1)])
        == ["BMP: K=6 corrected", "CMP: ALT=9 final"])
    #expect(
      told([first, version(2, order: "BMP", .final, .update, ["K=6"], collected: 2)])
        == ["BMP: K=6 final", "CMP: K=4 final, ALT=9 final"], "taken at another time it is another")
  }

  @Test func aSpecimenTellsResultsOfOneCodeApart() {
    let versions = [
      version(1, order: "A", .final, .update, ["GLU=5"], collected: 1, specimen: "serum"),
      version(2, order: "B", .final, .update, ["GLU=0"], collected: 1, specimen: "urine"),
    ]
    #expect(told(versions) == ["A: GLU=5 final", "B: GLU=0 final"])
  }

  @Test func twoOrdersOfOneMessageNeverReplaceOneAnother() {
    let message = [
      version(1, order: "A", .final, .update, ["GLU=5"], collected: 1, messageHour: 3),
      version(2, order: "B", .final, .update, ["GLU=8"], collected: 1, messageHour: 3),
    ]
    #expect(told(message) == ["A: GLU=5 final", "B: GLU=8 final"])
  }

  @Test func ofSeveralOfOneCodeTheNewerReplacesItsOwn() {
    let message = version(1, order: "OGTT", .final, .update, ["GLU=5"], collected: 1, messageHour: 3)
    var both = message
    both.report.observations += version(1, order: "OGTT", .final, .update, ["GLU=8"], collected: 2).report.observations
    #expect(
      told([both, version(4, order: "OGTT", .corrected, .update, ["GLU=9"], collected: 2)])
        == ["OGTT: GLU=5 corrected, GLU=9 corrected"])
  }

  @Test func aResourceReplacesThatOfItsOwnOrderAlone() {
    let versions = [
      version(1, order: "CBC", .final, .part, ["WBC=6", "RBC=4"]), version(1, order: "ELEC", .final, .part, ["K=4"]),
      version(2, order: "CBC", .corrected, .part, ["WBC=7"]),
    ]
    #expect(told(versions) == ["CBC: WBC=7 corrected", "ELEC: K=4 final"])
    #expect(
      told(versions + [version(3, order: "CBC", .enteredInError, .part)])
        == ["CBC: WBC=7 entered-in-error", "ELEC: K=4 final"])
  }

  @Test func aDocumentReplacesAllParts() {
    let versions = [
      version(1, order: "CBC", .final, .part, ["WBC=6"]), version(1, order: "ELEC", .final, .part, ["K=4"]),
      version(2, order: nil, .final, .snapshot, ["K=5"]),
    ]
    #expect(told(versions) == ["-: K=5 final"])
  }

  @Test func anyOrderOfArrivalGivesTheSameParts() {
    let versions = [
      version(1, order: "CBC", .preliminary, .update, ["WBC=6", "K=1"], collected: 1),
      version(1, order: "ELEC", .final, .update, ["K=4", "NA=140"], collected: 1),
      version(2, order: "ELEC", .corrected, .update, ["K=5"], collected: 1),
      version(3, order: "CBC", .final), version(3, order: nil, .final, .update, ["CRP=2"]),
      version(4, order: "OTHER", .final, .update, ["NA=139"], collected: 1),
    ]
    let expected = ReportState.parts(of: versions)
    #expect(expected.count == 3)
    var random = SplitMix(state: 11)
    for _ in 0..<200 {
      let shuffled = (versions + versions.shuffled(using: &random).prefix(2)).shuffled(using: &random)
      #expect(ReportState.parts(of: shuffled) == expected)
    }
  }

  @Test func absorbingKeepsEachResultsStatus() {
    var report = version(1, order: "BLOOD", .final, .update, ["CULT=none"]).report
    report.absorb(version(2, order: "BLOOD", .preliminary, .update, ["CULT=growth"]).report)
    #expect(report.observations.map(\.status) == [.final, .preliminary])
    #expect(report.status == .preliminary && report.reported == Instant(milliseconds: 7_200_000))
    var withdrawn = version(1, order: "BLOOD", .cancelled, .update, ["CULT=none"]).report
    withdrawn.observations[0].status = .final
    withdrawn.absorb(version(1, order: "BLOOD", .final, .update, ["GRAM=none"]).report)
    #expect(withdrawn.observations.map(\.status) == [.cancelled, .final] && withdrawn.status == .final)
  }
}
