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
    Self.append(other.findingsText, to: &findingsText)
    Self.append(other.impression, to: &impression)
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

  private static func append(_ other: String?, to text: inout String?) {
    guard let other, other != text else { return }
    if text?.append("\n" + other) == nil { text = other }
  }
}

extension Sequence<ResultStatus?> {
  /// The one that promises least; a cancelled one only when all are.
  fileprivate var leastFinal: ResultStatus? {
    let standing = compactMap { $0 }.filter { !$0.isCancelled }
    return standing.min { $0.rank < $1.rank } ?? compactMap { $0 }.first
  }
}
