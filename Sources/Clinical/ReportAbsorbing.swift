extension Report {
  /// Takes in another report of the same number, patient and order that the same message tells: one report with all their results.
  ///
  /// Where the two say different things of all their results (status), each result is told its own before.
  public mutating func absorb(_ other: Report) {
    var other = other
    if status != other.status {
      tellStatusOfEach()
      other.tellStatusOfEach()
      status = [status, other.status].leastFinal
    }
    observations += other.observations
    studies += other.studies.filter { !studies.contains($0) }
    attachments += other.attachments.filter { !attachments.contains($0) }
    identities += other.identities.filter { !identities.contains($0) }
    findingsText = Self.joined(findingsText, other.findingsText)
    impression = Self.joined(impression, other.impression)
    versionTime = max(versionTime, other.versionTime)
    reported = [reported, other.reported].compactMap { $0 }.max()
    let codes = [other.orderCode].compactMap { $0 } + other.orderCodeTranslations
    if orderCode == nil { orderCode = codes.first }
    orderCodeTranslations += codes.filter { $0 != orderCode && !orderCodeTranslations.contains($0) }
    orderNumber = orderNumber ?? other.orderNumber
    section = section ?? other.section
    setting = setting ?? other.setting
    orderingInstitution = orderingInstitution ?? other.orderingInstitution
    department = department ?? other.department
    clinician = clinician ?? other.clinician
    ordered = ordered ?? other.ordered
    // A result is as old as its oldest part.
    performed = [performed, other.performed].compactMap { $0 }.min()
  }

  private mutating func tellStatusOfEach() {
    guard let status else { return }
    for index in observations.indices where status.isCancelled || observations[index].status == nil {
      observations[index].status = status
    }
  }

  private static func joined(_ a: String?, _ b: String?) -> String? {
    guard let a, let b, a != b else { return a ?? b }
    return a + "\n" + b
  }
}

extension Sequence<ResultStatus?> {
  /// The one that promises least; a cancelled one only when all are.
  fileprivate var leastFinal: ResultStatus? {
    let standing = compactMap { $0 }.filter { !$0.isCancelled }
    return standing.min { $0.rank < $1.rank } ?? compactMap { $0 }.first
  }
}
