public import Clinical

/// A report version as one blob: a report's results in one row, so that reading a person is a few rows, and importing one is few
/// index entries. The patient is not in it: names and numbers lie in `record_identity` and `identifier` alone.
///
/// The packed bytes are also what the content digest is taken of, so their order is fixed. What has nothing that a later format added
/// is written in the first one: it keeps the digest it always had.
public enum ReportPacking {
  /// Before identities and lineage of reports, further sites of studies and isolates.
  static let firstFormat: UInt8 = 1
  static let format: UInt8 = 2
  /// What the first observation is told against.
  private static let first = Observation(code: Code(""))

  /// What the report says, without patient and without the time of the message that brought it.
  public static func pack(_ report: Report) -> [UInt8] {
    var writer = ByteWriter(capacity: 256 + report.observations.count * 96)
    let format = report.needsSecondFormat ? format : firstFormat
    writer.byte(format)
    writer.string(report.reportNumber)
    writer.organization(report.source)
    writer.instant(report.versionTime)
    writer.optional(report.reported) { $0.instant($1) }
    writer.status(report.status)
    writer.byte(report.updateMode.rawValue)
    writer.optional(report.orderCode) { $0.code($1) }
    writer.list(report.orderCodeTranslations) { $0.code($1) }
    writer.string(report.orderNumber)
    writer.string(report.section)
    writer.string(report.setting?.rawValue)
    writer.optional(report.orderingInstitution) { $0.organization($1) }
    writer.string(report.department)
    writer.string(report.clinician)
    writer.optional(report.ordered) { $0.instant($1) }
    writer.optional(report.performed) { $0.instant($1) }
    writer.string(report.findingsText)
    writer.string(report.impression)
    writer.list(report.attachments) { $0.string($1) }
    if format != firstFormat {
      writer.list(report.identities) { $0.string($1) }
      writer.optional(report.lineage) { $0.lineage($1) }
      writer.string(report.numberAssigner)
    }
    writer.list(report.studies) { $0.study($1, format) }
    writer.count(report.observations.count)
    // By reference: an observation has two dozen parts, and copying it would count each.
    report.observations.withUnsafeBufferPointer { observations in
      guard !observations.isEmpty, let start = observations.baseAddress else { return }
      withUnsafePointer(to: first) { writer.observation(start, after: $0, format) }
      for index in observations.indices.dropFirst() {
        writer.observation(start + index, after: start + index - 1, format)
      }
    }
    return writer.bytes
  }

  /// - Parameter messageTime: of the message that brought it; stands beside the blob.
  public static func unpack(_ bytes: UnsafeRawBufferPointer, messageTime: Instant) throws(StoreError) -> Report {
    var reader = ByteReader(bytes)
    let written = try reader.byte()
    guard written == format || written == firstFormat else {
      throw .damaged("a report in a format this version does not know")
    }
    let number = try reader.string()
    let source = try reader.organization()
    let versionTime = try reader.instant()
    var report = Report(
      source: source, reportNumber: number, patient: Patient(), versionTime: versionTime, messageTime: messageTime,
      updateMode: .snapshot)
    report.reported = try reader.optional { (r) throws(StoreError) in try r.instant() }
    report.status = try reader.status()
    guard let mode = Report.UpdateMode(rawValue: try reader.byte()) else { throw .damaged("an unknown update mode") }
    report.updateMode = mode
    report.orderCode = try reader.optional { (r) throws(StoreError) in try r.code() }
    report.orderCodeTranslations = try reader.list { (r) throws(StoreError) in try r.code() }
    report.orderNumber = try reader.optionalString()
    report.section = try reader.optionalString()
    report.setting = try reader.word(Setting.self)
    report.orderingInstitution = try reader.optional { (r) throws(StoreError) in try r.organization() }
    report.department = try reader.optionalString()
    report.clinician = try reader.optionalString()
    report.ordered = try reader.optional { (r) throws(StoreError) in try r.instant() }
    report.performed = try reader.optional { (r) throws(StoreError) in try r.instant() }
    report.findingsText = try reader.optionalString()
    report.impression = try reader.optionalString()
    report.attachments = try reader.list { (r) throws(StoreError) in try r.string() }
    if written != firstFormat {
      report.identities = try reader.list { (r) throws(StoreError) in try r.string() }
      report.lineage = try reader.optional { (r) throws(StoreError) in try r.lineage() }
      report.numberAssigner = try reader.optionalString()
    }
    report.studies = try reader.list { (r) throws(StoreError) in try r.study(written) }
    let count = try reader.count()
    report.observations.reserveCapacity(reader.room(for: count))
    var previous = first
    for _ in 0..<count {
      previous = try reader.observation(after: previous, written)
      report.observations.append(previous)
    }
    guard reader.isAtEnd else { throw .damaged("something stands after a packed report") }
    return report
  }
}

extension Report {
  fileprivate var needsSecondFormat: Bool {
    !identities.isEmpty || lineage != nil || numberAssigner != nil || studies.contains { !$0.otherSites.isEmpty }
      || observations.contains { !$0.isolate.isNone }
  }
}

private struct Same: OptionSet {
  let rawValue: UInt8
  static let specimen = Same(rawValue: 1)
  static let collected = Same(rawValue: 2)
  static let observed = Same(rawValue: 4)
  static let performer = Same(rawValue: 8)
  static let status = Same(rawValue: 16)
  static let removed = Same(rawValue: 32)
  static let impression = Same(rawValue: 64)
  /// None of the fields that are rarely sent.
  static let plain = Same(rawValue: 128)
}

extension Optional {
  /// As `== nil`, which copies a large value to compare it; and most results have neither specimen nor performer.
  fileprivate var isNone: Bool { if case .none = self { true } else { false } }
}

extension ByteWriter {
  mutating func instant(_ value: Instant) {
    signed(value.milliseconds)
    byte(value.precision.rawValue)
  }

  /// Within its caller, so that a code that stands in a result is not copied out of it first.
  @inline(__always)
  mutating func code(_ value: Code) {
    string(value.identifier)
    string(value.display)
    string(value.system)
  }

  mutating func organization(_ value: OrganizationReference) {
    string(value.application)
    string(value.identifier)
    string(value.oid)
    string(value.name)
  }

  mutating func status(_ value: ResultStatus?) { string(value?.rawValue) }

  mutating func lineage(_ value: DocumentLineage) {
    string(value.document)
    list(value.replaces) { $0.string($1) }
    optional(value.version) { $0.signed(Int64($1)) }
  }

  fileprivate mutating func study(_ study: ImagingStudy, _ format: UInt8) {
    string(study.studyInstanceUID)
    string(study.accessionNumber)
    string(study.modality)
    optional(study.bodySite) { $0.code($1) }
    optional(study.laterality) { $0.code($1) }
    string(study.endpoint)
    optional(study.started) { $0.instant($1) }
    optional(study.performer) { $0.organization($1) }
    if format == ReportPacking.firstFormat { return }
    list(study.otherSites) {
      $0.optional($1.bodySite) { $0.code($1) }
      $0.optional($1.laterality) { $0.code($1) }
    }
  }

  /// The results of a report share specimen, times, performer and status: what is as in the one before is one bit.
  fileprivate mutating func observation(
    _ value: UnsafePointer<Observation>, after previous: UnsafePointer<Observation>, _ format: UInt8
  ) {
    var same: Same = []
    let isSpecimenSame =
      value.pointee.specimen.isNone
      ? previous.pointee.specimen.isNone : value.pointee.specimen == previous.pointee.specimen
    if isSpecimenSame { same.insert(.specimen) }
    if value.pointee.collected == previous.pointee.collected,
      value.pointee.collected?.precision == previous.pointee.collected?.precision
    {
      same.insert(.collected)
    }
    if value.pointee.observed == previous.pointee.observed,
      value.pointee.observed?.precision == previous.pointee.observed?.precision
    {
      same.insert(.observed)
    }
    let isPerformerSame =
      value.pointee.performer.isNone
      ? previous.pointee.performer.isNone : value.pointee.performer == previous.pointee.performer
    if isPerformerSame { same.insert(.performer) }
    if value.pointee.status == previous.pointee.status { same.insert(.status) }
    if value.pointee.isRemoved { same.insert(.removed) }
    if value.pointee.isImpression { same.insert(.impression) }
    let isPlain =
      value.pointee.translations.isEmpty && value.pointee.valueCode.isNone && value.pointee.method.isNone
      && value.pointee.bodySite.isNone
      && value.pointee.laterality.isNone && value.pointee.note.isNone && value.pointee.recognitionMark.isNone
      && value.pointee.subID.isEmpty && value.pointee.isolate.isNone
    if isPlain { same.insert(.plain) }
    byte(same.rawValue)
    code(value.pointee.code)
    byte(value.pointee.valueKind.rawValue)
    string(value.pointee.value)
    string(value.pointee.unit)
    string(value.pointee.referenceRange)
    list(value.pointee.flags) { $0.string($1) }
    if !same.contains(.specimen) {
      optional(value.pointee.specimen) {
        $0.string($1.identifier)
        $0.optional($1.type) { $0.code($1) }
      }
    }
    if !same.contains(.collected) { optional(value.pointee.collected) { $0.instant($1) } }
    if !same.contains(.observed) { optional(value.pointee.observed) { $0.instant($1) } }
    if !same.contains(.performer) { optional(value.pointee.performer) { $0.organization($1) } }
    if !same.contains(.status) { status(value.pointee.status) }
    if isPlain { return }
    list(value.pointee.translations) { $0.code($1) }
    string(value.pointee.subID)
    optional(value.pointee.valueCode) { $0.code($1) }
    string(value.pointee.method)
    optional(value.pointee.bodySite) { $0.code($1) }
    optional(value.pointee.laterality) { $0.code($1) }
    string(value.pointee.note)
    string(value.pointee.recognitionMark)
    if format != ReportPacking.firstFormat { string(value.pointee.isolate) }
  }
}

extension ByteReader {
  mutating func instant() throws(StoreError) -> Instant {
    let milliseconds = try signed()
    // The years 1 to 9999, wherever the zone lies: no text names another.
    guard (-62_135_683_200_000...253_402_387_200_000).contains(milliseconds) else {
      throw .damaged("a packed time that no message tells")
    }
    guard let precision = Instant.Precision(rawValue: try byte()) else {
      throw .damaged("an unknown precision of time")
    }
    return Instant(milliseconds: milliseconds, precision: precision)
  }

  mutating func code() throws(StoreError) -> Code {
    Code(try string(), display: try optionalString(), system: try optionalString())
  }

  mutating func organization() throws(StoreError) -> OrganizationReference {
    OrganizationReference(
      application: try optionalString(), identifier: try optionalString(), oid: try optionalString(),
      name: try optionalString())
  }

  mutating func lineage() throws(StoreError) -> DocumentLineage {
    DocumentLineage(
      document: try optionalString(), replaces: try list { (r) throws(StoreError) in try r.string() },
      version: try optional { (r) throws(StoreError) in Int(try r.signed()) })
  }

  mutating func status() throws(StoreError) -> ResultStatus? {
    try word(ResultStatus.self)
  }

  fileprivate mutating func study(_ format: UInt8) throws(StoreError) -> ImagingStudy {
    var study = ImagingStudy()
    study.studyInstanceUID = try optionalString()
    study.accessionNumber = try optionalString()
    study.modality = try optionalString()
    study.bodySite = try optional { (r) throws(StoreError) in try r.code() }
    study.laterality = try optional { (r) throws(StoreError) in try r.code() }
    study.endpoint = try optionalString()
    study.started = try optional { (r) throws(StoreError) in try r.instant() }
    study.performer = try optional { (r) throws(StoreError) in try r.organization() }
    if format == ReportPacking.firstFormat { return study }
    study.otherSites = try list { (r) throws(StoreError) in
      ExaminedSite(
        bodySite: try r.optional { (r) throws(StoreError) in try r.code() },
        laterality: try r.optional { (r) throws(StoreError) in try r.code() })
    }
    return study
  }

  fileprivate mutating func observation(
    after previous: Observation, _ format: UInt8
  ) throws(StoreError) -> Observation {
    let same = Same(rawValue: try byte())
    var value = Observation(code: try code())
    guard let kind = Observation.ValueKind(rawValue: try byte()) else { throw .damaged("an unknown kind of value") }
    value.valueKind = kind
    value.value = try optionalString()
    value.unit = try optionalString()
    value.referenceRange = try optionalString()
    value.flags = try list { (r) throws(StoreError) in try r.string() }
    value.isRemoved = same.contains(.removed)
    value.isImpression = same.contains(.impression)
    value.specimen =
      same.contains(.specimen)
      ? previous.specimen
      : try optional { (r) throws(StoreError) in
        let identifier = try r.optionalString()
        return Specimen(identifier: identifier, type: try r.optional { (r) throws(StoreError) in try r.code() })
      }
    value.collected =
      same.contains(.collected) ? previous.collected : try optional { (r) throws(StoreError) in try r.instant() }
    value.observed =
      same.contains(.observed) ? previous.observed : try optional { (r) throws(StoreError) in try r.instant() }
    value.performer =
      same.contains(.performer) ? previous.performer : try optional { (r) throws(StoreError) in try r.organization() }
    value.status = same.contains(.status) ? previous.status : try status()
    if same.contains(.plain) { return value }
    value.translations = try list { (r) throws(StoreError) in try r.code() }
    value.subID = try string()
    value.valueCode = try optional { (r) throws(StoreError) in try r.code() }
    value.method = try optionalString()
    value.bodySite = try optional { (r) throws(StoreError) in try r.code() }
    value.laterality = try optional { (r) throws(StoreError) in try r.code() }
    value.note = try optionalString()
    value.recognitionMark = try optionalString()
    if format != ReportPacking.firstFormat { value.isolate = try optionalString() }
    return value
  }
}
