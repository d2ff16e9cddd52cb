import Clinical
import XMLReading

/// The images behind an order: OBX, RP and ZDS that hold a Study Instance UID or an address, IPC, OBR-18 and OBR-20.
extension V2Order {
  /// A report of more studies than that is none of one examination. (One more is let in, to tell.)
  static let studyLimit = 1000

  /// What IPC and OBR say. (IHE Radiology, RAD-4 and RAD-28: OBR-18 is the accession number, OBR-20 the scheduled step.)
  func readStudies(into report: inout Report, _ notes: inout ReadingNotes) {
    for segment in studySegments {
      // ZDS-1 is the Study Instance UID; IPC-1 the accession, IPC-3 the UID, IPC-5 the modality (HL7 2.5.1, 4.5.6).
      if segment.name == "ZDS" {
        if let uid = segment.text(1).flatMap(DICOMStudy.uid) { report.add(uid: uid) }
        continue
      }
      let uid = segment.text(3).flatMap(DICOMStudy.uid)
      let accession = segment.text(1)
      guard uid != nil || accession != nil else { continue }
      let place =
        uid.map { report.add(uid: $0) }
        ?? report.studies.prefix(V2Order.studyLimit).firstIndex { $0.accessionNumber == accession }
      if let place {
        report.studies[place].accessionNumber = report.studies[place].accessionNumber ?? accession
        report.studies[place].modality = segment.text(5)
      } else if report.studies.count <= V2Order.studyLimit {
        var study = ImagingStudy()
        (study.accessionNumber, study.modality) = (accession, segment.text(5))
        report.studies.append(study)
      }
    }
    if let accession = obr.text(18) ?? obr.text(20), hasImages(report) { report.add(accession: accession) }
    if report.studies.count > V2Order.studyLimit {
      report.studies.removeLast(report.studies.count - V2Order.studyLimit)
      notes.note(
        .leftAside, "more than \(V2Order.studyLimit) studies for one order: the rest is left aside", at: obr.element)
    }
  }

  /// Laboratories have other uses for OBR-18 and OBR-20.
  private func hasImages(_ report: Report) -> Bool {
    if let section = report.section { return V2Tables.hasImages(section) }
    return !report.studies.isEmpty || report.impression != nil
      || report.observations.contains { $0.subID.hasSuffix("&GDT") || $0.code.identifier == "GDT" }
  }

  /// Takes from an observation the study it names.
  ///
  /// - Returns: whether it says nothing else.
  func namesStudy(_ observation: Observation, _ obx: V2Segment, _ report: inout Report) -> Bool {
    if observation.isRemoved { return false }
    // DCM 113014 "DICOM Study", 110180 "Study Instance UID", 121022 "Accession Number"; by name in reports that IHE's report manager sends.
    switch observation.code.identifier {
    case "113014", "110180", "Study Instance UID", "STUDY INSTANCE UID":
      let word = observation.valueCode?.identifier ?? observation.value
      guard let uid = word?.split(separator: "^").first.flatMap({ DICOMStudy.uid(String($0)) }) else { break }
      report.add(uid: uid)
      return true
    case "121022" where observation.code.system == "DCM", "Accession Number":
      guard let word = observation.valueCode?.identifier ?? observation.value else { break }
      report.add(accession: word)
      return true
    default: break
    }
    guard observation.valueKind == .attachment || observation.valueKind == .text, let text = observation.value,
      text.utf8.count < 100_000, text.utf8.contains(UInt8(ascii: "/"))
    else { return false }
    var isAddress = true
    for word in text.split(whereSeparator: { $0.isWhitespace || $0 == "\"" || $0 == "<" || $0 == ">" }) {
      guard let found = DICOMStudy.address(String(word)) else {
        isAddress = false
        continue
      }
      let place = report.add(uid: found.uid)
      report.studies[place].endpoint = report.studies[place].endpoint ?? found.endpoint
    }
    return isAddress && text.nonBlank != nil
  }
}

extension Report {
  @discardableResult
  fileprivate mutating func add(uid: String) -> Int {
    if studies.count > V2Order.studyLimit { return V2Order.studyLimit }
    if let known = studies.firstIndex(where: { $0.studyInstanceUID == uid }) { return known }
    // Of a study without UID the accession number is all that is known: it is this one.
    if let named = studies.firstIndex(where: { $0.studyInstanceUID == nil }) {
      studies[named].studyInstanceUID = uid
      return named
    }
    var study = ImagingStudy()
    study.studyInstanceUID = uid
    studies.append(study)
    return studies.count - 1
  }

  fileprivate mutating func add(accession: String) {
    if studies.count > V2Order.studyLimit || studies.contains(where: { $0.accessionNumber == accession }) { return }
    if let place = studies.firstIndex(where: { $0.accessionNumber == nil }) {
      studies[place].accessionNumber = accession
    } else {
      var study = ImagingStudy()
      study.accessionNumber = accession
      studies.append(study)
    }
  }
}

/// How a study is named in text.
enum DICOMStudy {
  /// A UID (DICOM PS3.5, 9), with or without `urn:oid:`.
  static func uid(_ text: String) -> String? {
    let uid = text.hasPrefix("urn:oid:") ? text.dropFirst(8) : text[...]
    let isUID =
      uid.utf8.count <= 64 && uid.utf8.contains(46) && uid.utf8.first != 46
      && uid.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 46 }
    return isUID ? String(uid) : nil
  }

  /// A WADO address: WADO-URI (`?studyUID=…`) is where the images are, of WADO-RS (`…/studies/…`) it is what stands before.
  static func address(_ text: String) -> (uid: String, endpoint: String)? {
    let lower = text.lowercased()
    guard lower.hasPrefix("http") || lower.hasPrefix("dicom") || lower.hasPrefix("/") || lower.contains("://") else {
      return nil
    }
    // Lower case changes the length of no text of ASCII, and an address is one.
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    for key in ["studyuid=", "studyinstanceuid=", "0020000d=", "/studies/"] {
      guard let range = lower.firstRange(of: key) else { continue }
      let end = lower.distance(from: lower.startIndex, to: range.upperBound)
      let candidate = text.dropFirst(end).prefix { $0.isNumber || $0 == "." }
      guard let uid = uid(String(candidate)) else { continue }
      let start = lower.distance(from: lower.startIndex, to: range.lowerBound)
      return (uid, key == "/studies/" ? String(text.prefix(start)) : text)
    }
    return nil
  }
}
