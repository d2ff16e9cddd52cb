import Clinical

extension ByteWriter {
  /// The PID of a patient with a Chinese name, as a reader makes the same patient of it.
  ///
  /// - Parameter institution: which gave the numbers that mean something only within it.
  mutating func patient(_ patient: Patient, of institution: [UInt8]) {
    text("<ORU_R01.PATIENT><PID>")
    for identifier in patient.identifiers {
      text("<PID.3><CX.1>")
      text(identifier.value)
      text("</CX.1><CX.4><HD.1>")
      if identifier.kind.isWithinInstitution { text(institution) } else { text("CN") }
      text("</HD.1></CX.4><CX.5>")
      switch identifier.kind {
      case .local: text("MR")
      case .residentID: text("NI")
      case .healthCard: text("JHN")
      default: preconditionFailure("no number of an invented person")
      }
      text("</CX.5></PID.3>")
    }
    if let name = patient.name {
      text("<PID.5><XPN.1><FN.1>")
      text(String(name.prefix(1)))
      text("</FN.1></XPN.1>")
      if name.count > 1 {
        text("<XPN.2>")
        text(String(name.dropFirst()))
        text("</XPN.2>")
      }
      text("</PID.5>")
    }
    if let birthDate = patient.birthDate {
      text("<PID.7><TS.1>")
      date(birthDate)
      text("</TS.1></PID.7>")
    }
    if let sex = patient.sex { text(sex == .male ? "<PID.8>M</PID.8>" : "<PID.8>F</PID.8>") }
    if let address = patient.address {
      text("<PID.11><XAD.1><SAD.1>")
      text(address)
      text("</SAD.1></XAD.1></PID.11>")
    }
    for phone in patient.phones {
      text("<PID.13><XTN.1>")
      text(phone)
      text("</XTN.1></PID.13>")
    }
    text("</PID></ORU_R01.PATIENT>")
  }
}
