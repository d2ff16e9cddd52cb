/// A hospital, laboratory or imaging centre of the registry.
public final class Institution: Sendable {
  public let code: String
  public let name: String
  /// The GB/T 2260 code of the division it lies in; empty where unknown.
  public let region: String
  /// Hospital level 0–3 (三级、二级、一级、未定级).
  public let level: Int?
  public let grade: String?
  public let ownership: String?
  /// The medical alliances (医联体) it belongs to.
  public let alliances: [String]
  /// Unified social credit code.
  public let uscc: String?
  public let oid: String?
  /// The DICOMweb root at which its images can be asked for.
  public let dicomweb: String?
  /// The price keys that can name a price here, the most particular first (savings.md, "Claim").
  let priceKeys: [String]

  init(
    code: String, name: String, region: String, level: Int?, grade: String?, ownership: String?, alliances: [String],
    uscc: String?, oid: String?, dicomweb: String?
  ) {
    self.code = code
    self.name = name
    self.region = region
    self.level = level
    self.grade = grade
    self.ownership = ownership
    self.alliances = alliances
    self.uscc = uscc
    self.oid = oid
    self.dicomweb = dicomweb
    let prefixes = region.indices.reversed().map { "region:" + region[...$0] }
    let withLevel = level.map { level in prefixes.map { $0 + "/level:\(level)" } } ?? []
    priceKeys = [code] + withLevel + prefixes + ["*"]
  }
}
