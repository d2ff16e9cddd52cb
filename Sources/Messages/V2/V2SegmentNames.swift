/// What the names of segments say by themselves.
enum V2SegmentNames {
  /// Whether a segment of HL7's own, or of a site (`Z…`), has that name.
  static func areOfHL7(_ name: UInt32) -> Bool { name >> 16 == 0x5A || ofHL7.contains(name) }

  /// Whether the field is one in which lines of text are at home.
  static func holdsText(_ name: UInt32?, field: Int) -> Bool {
    name == number("OBX") && field == 5 || name == number("NTE") && field == 3
  }

  /// Whether nothing of a result stands in a segment: it is known, and passed over.
  static func isBesideResults(_ name: String) -> Bool { besideResults.contains(name) }

  static func number(_ name: StaticString) -> UInt32 {
    UnsafeBufferPointer(start: name.utf8Start, count: 3).reduce(0) { $0 << 8 | UInt32($1) }
  }

  static func number(_ name: String) -> UInt32 { name.utf8.reduce(0) { $0 << 8 | UInt32($1) } }

  /// Header, patient, visit, order, timing, specimen containers, people, money.
  private static let besideResults = Set(
    """
    MSH SFT UAC EVN MRG PD1 PDA NK1 AL1 IAM ARV PV1 PV2 DB1 ROL PRT ACC DG1 DRG PR1 GT1 IN1 IN2 IN3 FT1 BLG OVR TCD \
    ORC TQ1 TQ2 CTD CTI CSR CSP CSS SAC INV SID SHP PAC NDS EQU ISD DSC DSP MSA ERR QRD QRF QAK QPD RCP BHS FHS BTS FTS
    """.split(separator: " ").map(String.init))

  private static let ofHL7 = besideResults.union(["PID", "OBR", "OBX", "NTE", "SPM", "IPC", "ZDS", "TXA", "RXA"])
    .reduce(into: Set<UInt32>()) { $0.insert(number($1)) }
}
