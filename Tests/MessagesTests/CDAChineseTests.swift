import Clinical
import Testing
import XMLReading

@testable import Messages

@Suite struct CDAChineseTests {
  typealias Sample = ChineseSample

  @Test func laboratoryReportHasItsPlaces() throws {
    let sample = Sample(
      ids: """
        <id root="2.16.156.10011.1.11" extension="O1"/><id root="2.16.156.10011.1.12" extension="-"/>
        <id root="2.16.156.10011.1.19" extension="K1"/><id root="2.16.156.10011.1.33" extension="R1"/>
        <id root="2.16.156.10011.1.24" extension="A1"/><id root="2.16.156.10011.1.14" extension="S1"/>
        <patientType><patienttypeCode code="3" displayName="住院"/></patientType><telecom value="tel:000"/>
        """,
      header: """
        <participant typeCode="PRF"><time value="20250301070000"/><associatedEntity><scopingOrganization>
        <id root="2.16.156.10011.1.26" extension="01"/><name>心内科</name><asOrganizationPartOf><wholeOrganization>
        <id root="2.16.156.10011.1.5" extension="H002"/></wholeOrganization></asOrganizationPartOf>
        </scopingOrganization></associatedEntity></participant>
        """,
      body: Sample.section(Sample.organizer(Sample.item("0039"), Sample.quantity("3.52"))))
    let (message, findings) = try readCDA(sample.xml)
    let report = try #require(message.reports.first)
    #expect(message.dialect == .chineseCDA && message.messageID == "DOC-1" && findings.isEmpty)
    #expect(report.source == OrganizationReference(identifier: "H001", name: "第一医院"))
    #expect(report.reportNumber == "R1" && report.orderNumber == "A1")
    #expect(report.status == .final && report.updateMode == .snapshot)
    #expect(report.versionTime == moment("20250301120000") && report.reported == moment("20250301110000"))
    #expect(report.ordered == moment("20250301070000") && report.department == "心内科")
    #expect(report.orderingInstitution?.identifier == "H002" && report.setting == .inpatient)
    #expect(
      report.patient.identifiers == [
        Identifier(.outpatient, "O1"), Identifier(.healthCard, "K1"), Identifier(.residentID, "500101199001011232"),
      ])
    #expect(report.patient.name == "测试甲" && report.patient.sex == .female && report.patient.phones == ["000"])
    let observation = try #require(report.observations.first)
    #expect(observation.code.identifier == "0039" && observation.value == "3.52" && observation.unit == "mmol/L")
    #expect(observation.valueKind == .quantity && observation.collected == moment("20250301080000"))
    #expect(observation.observed == moment("20250301090000"))
    #expect(observation.specimen == Specimen(identifier: "S1", type: Code("血清")))
  }

  @Test(arguments: [
    ("2.16.156.10011.2.1.1.27", ""), ("1.2", "C0007"), ("2.16.156.10011.2.1.1.26", ""), ("1.2", "C0006"),
  ])
  func templateOrCodeIsEnough(template: String, code: String) throws {
    let root = try XMLTreeReader().read(Sample(template: template, code: code).xml).root
    #expect(CDAReader.recognises(root) == .chineseCDA)
  }

  @Test func severalItemsInOneOrganizerAndResultsWithoutOne() throws {
    let loose = Sample.section(Sample.item("C"), Sample.quantity("3"), Sample.item("D"), Sample.quantity("4"))
    let body =
      Sample.section(
        Sample.organizer(
          Sample.item("A"), Sample.quantity("1"), Sample.item("B"), Sample.quantity("2"), Sample.quantity("2.5")))
      + loose
    let report = try #require(try readCDA(Sample(body: body).xml).message.reports.first)
    #expect(report.observations.map(\.code.identifier) == ["A", "B", "B", "C", "D"])
    #expect(report.observations.map(\.value) == ["1", "2", "2.5", "3", "4"])
    #expect(report.observations.map(\.subID) == ["", "", "2", "", ""])
  }

  @Test func resultsMayComeBeforeTheirItem() throws {
    let body = Sample.section(Sample.organizer(Sample.quantity("1"), Sample.item("A")))
    let report = try #require(try readCDA(Sample(body: body).xml).message.reports.first)
    #expect(report.observations.map(\.value) == ["1"])
  }

  @Test(arguments: ["-", "无", "null", "\\X000d\\", " "])
  func fillersAreAbsences(filler: String) throws {
    let body = Sample.section(
      Sample.organizer(Sample.item("A", specimen: filler), Sample.quantity(filler, unit: filler)))
    let ids =
      "<id root=\"2.16.156.10011.1.33\" extension=\"R1\"/><id root=\"2.16.156.10011.1.24\" extension=\"\(filler)\"/>"
    let report = try #require(try readCDA(Sample(ids: ids, body: body).xml).message.reports.first)
    #expect(
      report.observations.first?.value == nil && report.observations.first?.valueKind == Observation.ValueKind.none)
    #expect(report.observations.first?.unit == nil && report.observations.first?.specimen == nil)
  }

  @Test func ageIsNoBirthDate() throws {
    let person = #"<patient><name>测试甲</name><birthTime value="00000000"/><age unit="岁" value="33"/></patient>"#
    let (message, findings) = try readCDA(Sample(person: person).xml)
    #expect(message.reports.first?.patient.birthDate == nil)
    #expect(!findings.contains { $0.code == .unreadableDate })
  }

  @Test(arguments: [("正常", ["N"]), ("异常", ["A"]), ("", [String]()), ("阳性", [])])
  func resultCodeIsAFlagByItsWordsOnly(words: String, flags: [String]) throws {
    let code = Sample.element("DE04.30.017.00", "<value xsi:type=\"CD\" code=\"1\" displayName=\"\(words)\"/>")
    let body = Sample.section(
      Sample.organizer(Sample.item("A"), code, Sample.quantity("1")), Sample.organizer(Sample.item("B"), code))
    let observations = try #require(try readCDA(Sample(body: body).xml).message.reports.first).observations
    #expect(observations.map(\.flags) == [flags, flags])
    #expect(observations.map(\.valueKind) == [.quantity, .coded])
    #expect(observations.map(\.value) == ["1", words.isEmpty ? "1" : words])
  }

  @Test func reportTextRemarkAndClass() throws {
    let body =
      Sample.section(Sample.organizer(Sample.item("A")))
      + Sample.section(
        Sample.element("DE04.30.018.00", Sample.text("微生物")), Sample.element("DE02.10.027.00", Sample.text("培养")),
        Sample.element("DE04.50.130.00", Sample.text(#"未检出\X000d\\X000a\复查"#)),
        Sample.element("DE06.00.179.00", Sample.text("标本溶血")), Sample.element("DE08.10.013.00", Sample.text("别的医院")))
    let (message, findings) = try readCDA(Sample(body: body).xml)
    let report = try #require(message.reports.first)
    #expect(report.findingsText == "未检出\n复查" && report.section == "微生物")
    #expect(report.observations.first?.value == "未检出\n复查" && report.observations.first?.note == "标本溶血")
    #expect(report.observations.first?.method == "培养" && report.observations.first?.performer == nil)
    #expect(findings.map(\.code) == [.leftAside])
  }

  @Test func examinationReport() throws {
    let item = Sample.element(
      "DE04.30.019.00", Sample.text("CT-CHEST"), time: #"<effectiveTime value="20250301090000"/>"#,
      nested: Sample.element("DE04.30.019.00", Sample.text("-"), name: "标本类别"))
    let body =
      Sample.section(
        Sample.organizer(item), Sample.element("DE02.10.027.00", Sample.text("平扫")),
        Sample.element("DE02.10.999.00", #"<value xsi:type="CD" code="0201" displayName="胸部"/>"#, name: "检查部位"))
        + """
        <component><section><entry><observation><code code="DE04.50.131.00"/><value>两肺纹理清晰</value></observation>
        <reference><externalDocument><id root="1.2.840.10008.2.16.4" extension="1.2.3.4.5"/></externalDocument></reference>
        </entry><entry><observation><code code="DE04.50.131.00" displayName="检查报告结果-主观提示"/><value>未见异常</value>
        </observation></entry></section></component>
        """
    let sample = Sample(
      template: "2.16.156.10011.2.1.1.26", code: "C0006", ids: #"<id root="2.16.156.10011.1.32" extension="X1"/>"#,
      body: body)
    let report = try #require(try readCDA(sample.xml).message.reports.first)
    #expect(report.reportNumber == "X1" && report.performed == moment("20250301090000"))
    #expect(report.findingsText == "两肺纹理清晰" && report.impression == "未见异常")
    #expect(report.observations.count == 1)
    #expect(report.observations.first?.value == "两肺纹理清晰" && report.observations.first?.valueKind == .text)
    #expect(report.observations.first?.bodySite == Code("0201", display: "胸部"))
    #expect(report.observations.first?.method == "平扫" && report.observations.first?.specimen == nil)
    #expect(report.studies.map(\.studyInstanceUID) == ["1.2.3.4.5"])
  }

  @Test func impressionAloneIsNoResult() throws {
    let normal = Sample.element("DE04.30.017.00", #"<value xsi:type="CD" code="1" displayName="正常"/>"#)
    let body = Sample.section(
      Sample.organizer(Sample.item("A"), normal), Sample.element("DE04.50.132.00", Sample.text("未见异常")))
    let exam = Sample(template: "2.16.156.10011.2.1.1.26", code: "C0006", body: body)
    let report = try #require(try readCDA(exam.xml).message.reports.first)
    #expect(report.observations.map(\.valueKind) == [.none] && report.observations.first?.flags == ["N"])
    #expect(report.findingsText == nil && report.impression == "未见异常")
  }

  @Test func numberFallsBackToTheDocument() throws {
    let report = try readCDA(Sample(ids: "").xml).message.reports.first
    #expect(report?.reportNumber == "DOC-1")
  }

  @Test func whatIsFatal() throws {
    #expect(try refusalOfCDA(Sample(effectiveTime: "").xml) == .missingMessageTime)
    #expect(try refusalOfCDA(Sample(effectiveTime: "00000000").xml) == .missingMessageTime)
    #expect(try refusalOfCDA(Sample(effectiveTime: "20251301").xml) == .missingMessageTime)
    #expect(try refusalOfCDA(Sample(custodian: "<id root=\"2.16.156.10011.1.5\"/>").xml) == .missingSource)
    #expect(try refusalOfCDA(Sample(ids: "", person: "<patient><name>-</name></patient>").xml) == .missingPatient)
    #expect(try refusalOfCDA(Sample(documentID: "-", ids: "").xml) == .missingReportNumber)
  }

  @Test func aResultWithoutItemIsNoted() throws {
    let body = Sample.section(Sample.organizer(Sample.quantity("1")))
    let (message, findings) = try readCDA(Sample(body: body).xml)
    #expect(message.reports.first?.observations.isEmpty == true)
    #expect(findings.map(\.code) == [.missingCode, .noResults])
  }
}

extension CDAChineseTests {
  private func observations(_ organizer: String...) throws -> (observations: [Observation], findings: [Finding]) {
    let entry = Sample.section(
      "<organizer classCode=\"CLUSTER\">" + organizer.map { "<component>\($0)</component>" }.joined() + "</organizer>")
    let (message, findings) = try readCDA(Sample(body: entry).xml)
    return (try #require(message.reports.first).observations, findings)
  }

  @Test func referenceRangesWhereSendersAddThem() throws {
    let limits = [("参考值", "3.5-5.3", "3.5-5.3"), ("检验参考范围", "＜5.3", "＜5.3")]
    for (name, text, range) in limits {
      let (observations, findings) = try observations(
        Sample.item("A"),
        Sample.element(
          "DE04.30.015.00", #"<value xsi:type="REAL" value="4.1"/>"#,
          nested: Sample.element("", Sample.text(text), name: name)))
      #expect(observations.first?.referenceRange == range && findings.isEmpty)
    }
    let apart = try observations(
      Sample.item("A"), Sample.quantity("4.1"), Sample.element("DE99.00.001.00", Sample.text("3.5"), name: "参考值下限"),
      Sample.element("DE99.00.002.00", #"<value xsi:type="REAL" value="5.3"/>"#, name: "参考值上限"),
      Sample.element("X", Sample.text("↑"), name: "异常标志"))
    #expect(apart.observations.first?.referenceRange == "3.5-5.3" && apart.observations.first?.flags == ["↑"])
    #expect(apart.findings.isEmpty)
    let standard = try observations(
      Sample.item("A"),
      "<observation><code code=\"DE04.30.015.00\"/><value xsi:type=\"REAL\" value=\"4.1\"/><referenceRange><observationRange>"
        + "<value xsi:type=\"IVL_REAL\"><low value=\"3.5\"/><high value=\"5.3\"/></value></observationRange></referenceRange></observation>"
    )
    #expect(standard.observations.first?.referenceRange == "3.5-5.3")
  }

  @Test func aDataElementThatIsNotReadIsSaid() throws {
    let (observations, findings) = try observations(
      Sample.item("A"), Sample.quantity("4.1"), Sample.element("DE04.30.777.00", Sample.text("x"), name: "备用"))
    #expect(observations.map(\.value) == ["4.1"] && findings.map(\.code) == [.leftAside])
    // The specimen's state says nothing of the result.
    #expect(
      try self.observations(Sample.item("A"), Sample.quantity("1"), Sample.element("DE04.50.135.00", Sample.text("溶血")))
        .findings.isEmpty)
  }

  @Test func aResultThatIsNoNumberIsKeptAndSaid() throws {
    let (observations, findings) = try observations(Sample.item("A"), Sample.quantity("阳性(+)"))
    #expect(observations.first?.value == "阳性(+)" && observations.first?.valueKind == .text)
    #expect(findings.map(\.code) == [.unreadableNumber])
  }

  @Test func wordsBesideANumberAreNotedAndTwoTextsKept() throws {
    let (observations, _) = try observations(
      Sample.item("A"), Sample.quantity("4.1"), Sample.element("DE04.50.130.00", Sample.text("复查")),
      Sample.element("DE04.50.130.00", Sample.text("标本脂血")), Sample.item("B"),
      Sample.element("DE04.50.130.00", Sample.text("一")),
      Sample.element("DE04.50.130.00", Sample.text("二")))
    #expect(observations.map(\.value) == ["4.1", "一\n二"] && observations.map(\.note) == ["复查\n标本脂血", nil])
  }

  @Test func emptySetAndVersionSayNothing() throws {
    for header in ["<setId/><versionNumber/>", "<setId extension=\"\" root=\"\"/><versionNumber value=\"\"/>"] {
      let (message, findings) = try readCDA(Sample(header: header).xml)
      let report = try #require(message.reports.first)
      #expect(
        report.reportNumber == "R1" && report.identities.isEmpty && !findings.contains { $0.code == .danglingReference }
      )
    }
  }
}
