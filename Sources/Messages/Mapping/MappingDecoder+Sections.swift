import Clinical
import Yams

extension MappingDecoder {
  mutating func message(_ node: Node?) -> MappingSections.MessageKeys? {
    guard var section = section(node, "message", what: "write keys below it: id, time, test") else { return nil }
    let id = field(&section, "id")
    let time = field(section.take("time", required: "the message's own time", &self), section.key("time"))
    let test = decided(&section, "test", of: ["P", "T", "D"])
    section.finish(&self)
    return time.map { .init(id: id, time: $0, test: test) }
  }

  /// A field that silence would decide wrongly (no status is final, no flag is production): its table's default is a word.
  private mutating func decided(
    _ section: inout MappingSection, _ name: String, of vocabulary: [String]
  ) -> MappingField? {
    let node = section.take(name)
    let field = field(node, section.key(name), of: vocabulary)
    if field?.value.table?.otherwise == .absent {
      report(
        "a code that is not in this table must mean something: write one of " + vocabulary.joined(separator: ", "),
        key: section.key(name) + ".default", at: node?.mark)
    }
    return field
  }

  mutating func report(_ node: Node?) -> MappingSections.ReportKeys? {
    guard var section = section(node, "report", what: "write keys below it: each, source, number…") else { return nil }
    let each = elements(&section)
    let source = organization(section.take("source"), section, "source")
    let number = field(
      section.take("number", required: "the source's number of the report", &self), section.key("number"))
    let identities = field(&section, "identities", several: true)
    let groupBy = field(&section, "groupBy")
    let status = decided(&section, "status", of: ResultStatus.allCases.map(\.rawValue))
    let versionTime = field(&section, "versionTime")
    let reported = field(&section, "reported")
    let ordered = field(&section, "ordered")
    let performed = field(&section, "performed")
    let orderCode = code(&section, "orderCode")
    let orderNumber = field(&section, "orderNumber")
    let category = field(&section, "section")
    let setting = field(&section, "setting", of: Setting.allCases.map(\.rawValue))
    let orderingInstitution = organization(
      section.take("orderingInstitution"), section, "orderingInstitution")
    let department = field(&section, "department")
    let clinician = field(&section, "clinician")
    let findings = field(&section, "findings")
    let impression = field(&section, "impression")
    let attachments = field(&section, "attachments", several: true)
    section.finish(&self)
    guard let number else { return nil }
    return .init(
      each: each, groupBy: groupBy, source: source, number: number, identities: identities, status: status,
      versionTime: versionTime, reported: reported, ordered: ordered, performed: performed, orderCode: orderCode,
      orderNumber: orderNumber, section: category, setting: setting, orderingInstitution: orderingInstitution,
      department: department,
      clinician: clinician, findings: findings, impression: impression, attachments: attachments)
  }

  mutating func patient(_ node: Node?) -> MappingSections.PatientKeys? {
    guard var section = section(node, "patient", what: "write keys below it: identifiers, name, sex, birthDate…") else {
      return nil
    }
    let from = optionalRows(&section)
    let identifiers = identifiers(
      section.take("identifiers", required: "a list of {type, path}; a name alone identifies nobody", &self))
    let patient = MappingSections.PatientKeys(
      from: from, identifiers: identifiers, name: field(&section, "name"),
      otherNames: field(&section, "otherNames", several: true),
      sex: field(&section, "sex", of: Sex.allCases.map(\.rawValue)), birthDate: field(&section, "birthDate"),
      phones: field(&section, "phones", several: true), address: field(&section, "address"),
      birthOrder: field(&section, "birthOrder"), motherName: field(&section, "motherName"))
    section.finish(&self)
    return patient
  }

  private mutating func identifiers(_ node: Node?) -> [MappingSections.IdentifierKeys] {
    guard let node else { return [] }
    guard let sequence = node.sequence, !sequence.isEmpty else {
      report("a list, one line each: - {type: resident-id, path: idCard}", key: "patient.identifiers", at: node.mark)
      return []
    }
    return sequence.compactMap { identifier($0) }
  }

  private mutating func identifier(_ node: Node) -> MappingSections.IdentifierKeys? {
    let what = "write {type: resident-id, path: idCard}"
    guard var section = section(node, "patient.identifiers", what: what) else { return nil }
    let kinds = Identifier.Kind.allCases.map(\.rawValue)
    let type = identifierType(
      section.take("type", required: "one of " + kinds.joined(separator: ", "), &self), section, kinds)
    let assigner = field(&section, "assigner")
    let value = spelt(&section, of: nil)
    section.finish(&self)
    guard let type, let value else { return nil }
    return .init(
      type: type, value: MappingField(key: "patient.identifiers", name: "identifiers", value: value), assigner: assigner
    )
  }

  /// A word stands for itself; what leads to a type is spelt out.
  private mutating func identifierType(_ node: Node?, _ section: MappingSection, _ kinds: [String]) -> MappingField? {
    guard let word = node?.scalar?.string else { return field(node, section.key("type"), of: kinds) }
    if kinds.contains(word) {
      return MappingField(
        key: section.key("type"), name: "identifiers.type", value: MappingValue(source: .constant(word)))
    }
    report(
      "\(word) is no identifier type: write one of " + kinds.joined(separator: ", ")
        + ", or {path: …, table: {…}, default: ~} where the message says it",
      key: section.key("type"), at: node?.mark)
    return nil
  }

  mutating func observation(_ node: Node) -> MappingSections.ObservationKeys? {
    guard var section = section(node, "observations", what: "write keys below it: each, code, value, unit…") else {
      return nil
    }
    let each = rows(&section)
    let code = code(section.take("code", required: "the item's code, or its name", &self), section, "code")
    var value = self.code(&section, "value")
    value?.identifier?.isAnswer = true
    let observation = MappingSections.ObservationKeys(
      each: each, code: code ?? .init(), subID: field(&section, "subID"), value: value,
      unit: field(&section, "unit"), referenceRange: range(section.take("referenceRange"), section),
      flags: field(&section, "flags", several: true),
      status: decided(&section, "status", of: ResultStatus.allCases.map(\.rawValue)),
      collected: field(&section, "collected"), observed: field(&section, "observed"),
      specimen: specimen(section.take("specimen"), section), method: field(&section, "method"),
      performer: organization(section.take("performer"), section, "performer"),
      bodySite: self.code(&section, "bodySite"),
      laterality: self.code(&section, "laterality"), isolate: field(&section, "isolate"), note: field(&section, "note"),
      recognitionMark: field(&section, "recognitionMark"))
    section.finish(&self)
    return code == nil ? nil : observation
  }

  mutating func study(_ node: Node) -> MappingSections.StudyKeys? {
    guard var section = section(node, "studies", what: "write keys below it: each, studyInstanceUID, accessionNumber…")
    else {
      return nil
    }
    let each = rows(&section)
    let study = MappingSections.StudyKeys(
      each: each, studyInstanceUID: field(&section, "studyInstanceUID"),
      accessionNumber: field(&section, "accessionNumber"), modality: field(&section, "modality"),
      bodySite: code(&section, "bodySite"), laterality: code(&section, "laterality"),
      otherSites: sites(section.take("otherSites"), section), endpoint: field(&section, "endpoint"),
      started: field(&section, "started"), performer: organization(section.take("performer"), section, "performer"))
    section.finish(&self)
    if study.studyInstanceUID == nil, study.accessionNumber == nil, study.endpoint == nil {
      report(
        "images are found by studyInstanceUID, accessionNumber or endpoint: map one of them", key: "studies",
        at: node.mark)
    }
    return study
  }

  private mutating func sites(_ node: Node?, _ section: MappingSection) -> MappingSections.SiteKeys? {
    guard let node else { return nil }
    let what = "write {each: part, bodySite: name, laterality: side}"
    guard var sites = self.section(node, section.key("otherSites"), what: what) else { return nil }
    let keys = MappingSections.SiteKeys(
      each: rows(&sites), bodySite: code(&sites, "bodySite"), laterality: code(&sites, "laterality"))
    sites.finish(&self)
    return keys
  }

  // MARK: Compounds

  /// The parts of a compound: a value alone is its first part, which in an explanation goes by the compound's name.
  private mutating func parts(_ node: Node?, _ section: MappingSection, _ name: String, _ names: [String])
    -> [MappingField?]
  {
    guard let node else { return [] }
    let key = section.key(name)
    guard var compound = node.mapping.map({ MappingSection(key: key, node: $0, mark: node.mark) }),
      compound.has(anyOf: names)
    else { return [field(node, key)] + names.dropFirst().map { _ in nil } }
    let first = field(compound.take(names[0]), compound.key(names[0]), datum: key)
    let fields = [first] + names.dropFirst().map { field(&compound, $0) }
    compound.finish(&self)
    return fields
  }

  private mutating func code(_ section: inout MappingSection, _ name: String) -> MappingSections.CodeKeys? {
    code(section.take(name), section, name)
  }

  private mutating func code(_ node: Node?, _ section: MappingSection, _ name: String) -> MappingSections.CodeKeys? {
    let parts = parts(node, section, name, ["identifier", "display", "system"])
    return parts.isEmpty ? nil : .init(identifier: parts[0], display: parts[1], system: parts[2])
  }

  private mutating func organization(
    _ node: Node?, _ section: MappingSection, _ name: String
  ) -> MappingSections.OrganizationKeys? {
    let parts = parts(node, section, name, ["identifier", "oid", "name", "application"])
    return parts.isEmpty ? nil : .init(identifier: parts[0], oid: parts[1], name: parts[2], application: parts[3])
  }

  private mutating func specimen(_ node: Node?, _ section: MappingSection) -> MappingSections.SpecimenKeys? {
    guard let node else { return nil }
    let what = "write {identifier: barCd, type: specimenTpNam}"
    guard var specimen = self.section(node, section.key("specimen"), what: what) else { return nil }
    let keys = MappingSections.SpecimenKeys(identifier: field(&specimen, "identifier"), type: code(&specimen, "type"))
    specimen.finish(&self)
    return keys
  }

  private mutating func range(_ node: Node?, _ section: MappingSection) -> MappingSections.RangeKeys? {
    guard let node else { return nil }
    let name = "referenceRange"
    guard var limits = node.mapping.map({ MappingSection(key: section.key(name), node: $0, mark: node.mark) }),
      limits.has(anyOf: ["low", "high"])
    else { return field(node, section.key(name)).map { .text($0) } }
    let keys = MappingSections.RangeKeys.limits(low: field(&limits, "low"), high: field(&limits, "high"))
    limits.finish(&self)
    return keys
  }
}
