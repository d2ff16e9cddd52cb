import Clinical

/// Writes messages of a city as v2.xml, the way a hospital's engine does: one line each, no white space between elements.
struct MessageWriter {
  private let city: City
  private let institutions: [[UInt8]]
  /// What surrounds a value, by institution and item.
  private let frames: [[ObservationFrame]]

  private struct ObservationFrame {
    let code: [UInt8]
    let unit: [UInt8]
    let range: [UInt8]
  }

  init(_ city: City) {
    self.city = city
    institutions = (0..<city.institutions).map { Array(City.code(ofInstitution: $0).utf8) }
    frames = (0..<city.institutions).map { institution in
      CityItem.all.indices.map { MessageWriter.frame(CityItem.all[$0], number: $0, institution) }
    }
  }

  private static func frame(_ item: CityItem, number: Int, _ institution: Int) -> ObservationFrame {
    var code = ByteWriter()
    code.text("</OBX.1><OBX.2>NM</OBX.2><OBX.3><CE.1>")
    code.text(CityItem.localCode(institution: institution, item: number))
    code.text("</CE.1><CE.2>")
    code.text(item.name)
    code.text("</CE.2></OBX.3><OBX.5>")
    var unit = ByteWriter()
    unit.text("</OBX.5><OBX.6><CE.1>")
    unit.text(item.unit(at: institution))
    unit.text("</CE.1></OBX.6>")
    var range = ByteWriter()
    range.text("<OBX.7>")
    range.decimal(item.range.lowerBound, decimals: item.decimals)
    range.text("-")
    range.decimal(item.range.upperBound, decimals: item.decimals)
    range.text("</OBX.7>")
    return ObservationFrame(code: code.bytes, unit: unit.bytes, range: range.bytes)
  }

  /// The message as it is sent about the city's resident.
  func write(_ message: CityMessage, to writer: inout ByteWriter) {
    write(message, patient: city.patient(message.person, at: message.institution), to: &writer)
  }

  func write(_ message: CityMessage, patient: Patient, to writer: inout ByteWriter) {
    let institution = institutions[message.institution]
    writer.text(
      #"<ORU_R01 xmlns="urn:hl7-org:v2xml"><MSH><MSH.1>|</MSH.1><MSH.2>^~\&amp;</MSH.2><MSH.3><HD.1>LIS</HD.1></MSH.3><MSH.4><HD.1>"#
    )
    writer.text(institution)
    writer.text("</HD.1></MSH.4><MSH.7><TS.1>")
    writer.time(message.sent)
    writer.text("</TS.1></MSH.7><MSH.9><MSG.1>ORU</MSG.1><MSG.2>R01</MSG.2><MSG.3>ORU_R01</MSG.3></MSH.9><MSH.10>")
    writer.text(institution)
    writer.text("-M")
    writer.number(message.index, width: 8)
    writer.text(
      "</MSH.10><MSH.11><PT.1>P</PT.1></MSH.11><MSH.12><VID.1>2.5.1</VID.1></MSH.12></MSH><ORU_R01.PATIENT_RESULT>")
    writer.patient(patient, of: institution)
    writeOrder(message, institution, to: &writer)
    writer.text("</ORU_R01.PATIENT_RESULT></ORU_R01>\n")
  }

  private func writeOrder(_ message: CityMessage, _ institution: [UInt8], to writer: inout ByteWriter) {
    writer.text("<ORU_R01.ORDER_OBSERVATION><ORC><ORC.1>RE</ORC.1><ORC.9><TS.1>")
    writer.time(message.ordered)
    writer.text("</TS.1></ORC.9><ORC.21><XON.10>")
    writer.text(institution)
    writer.text("</XON.10></ORC.21></ORC><OBR><OBR.1>1</OBR.1><OBR.3><EI.1>R")
    writer.number(message.report, width: 8)
    writer.text("</EI.1></OBR.3><OBR.4><CE.1>LAB</CE.1><CE.2>检验</CE.2></OBR.4><OBR.7><TS.1>")
    writer.time(message.collected)
    writer.text("</TS.1></OBR.7><OBR.22><TS.1>")
    writer.time(message.sent)
    writer.text("</TS.1></OBR.22><OBR.24>LAB</OBR.24><OBR.25>")
    writer.text(message.isCorrection ? "C" : "F")
    writer.text("</OBR.25></OBR>")
    var values = Draw(seed: city.seed, .values, message.report)
    for result in 0..<city.results {
      let number = message.item(result)
      let item = CityItem.all[number]
      // A quarter of the range's width beyond it on each side: a third of the results is abnormal.
      let margin = item.range.count / 4
      var value = max(0, item.range.lowerBound - margin) + values.below(item.range.count + 2 * margin)
      // The first result is what was wrong.
      if message.isCorrection, result == 0 { value += 1 + message.index % 5 }
      let frame = frames[message.institution][number]
      writer.text("<ORU_R01.OBSERVATION><OBX><OBX.1>")
      writer.number(result + 1)
      writer.text(frame.code)
      writer.decimal(value, decimals: item.decimals)
      writer.text(frame.unit)
      // Half of the results come with their range; a normal one with a range comes without a flag.
      let hasRange = values.percent(50)
      if hasRange { writer.text(frame.range) }
      if !item.range.contains(value) {
        writer.text(value < item.range.lowerBound ? "<OBX.8>L</OBX.8>" : "<OBX.8>H</OBX.8>")
      } else if !hasRange {
        writer.text("<OBX.8>N</OBX.8>")
      }
      writer.text("<OBX.11>")
      writer.text(message.isCorrection && result == 0 ? "C" : "F")
      writer.text("</OBX.11>")
      if message.performer != message.institution {
        writer.text("<OBX.23><XON.10>")
        writer.text(institutions[message.performer])
        writer.text("</XON.10></OBX.23>")
      }
      writer.text("</OBX></ORU_R01.OBSERVATION>")
    }
    writer.text("</ORU_R01.ORDER_OBSERVATION>")
  }
}
