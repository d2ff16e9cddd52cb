extension ServerConfiguration {
  /// How archives are asked for images; where they are, reference data says.
  public struct Images: Hashable, Sendable {
    /// A file in PEM of who signs archives' certificates; nil: those that the machine trusts.
    public var authorities: String?
    /// The pages of elsewhere that may show images in a browser: those of viewers.
    public var origins: [String] = []
    /// For how long an archive may send nothing: service.md's 5 s, which no file changes.
    var silence: Duration = .seconds(5)

    public init() {}
  }
}

extension ServerConfiguration.Images {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    self.init()
    authorities = try section.text("authorities")
    origins = try section.origins()
  }
}

extension ConfigurationSection {
  /// A page's origin is scheme, host and port: any of all (`*`) would be no bound.
  mutating func origins() throws(ConfigurationProblem) -> [String] {
    let origins = try texts("origins") ?? []
    for origin in origins {
      let rest =
        origin.hasPrefix("https://") ? origin.dropFirst(8) : origin.hasPrefix("http://") ? origin.dropFirst(7) : ""
      if rest.isEmpty || rest.contains("/") || rest.contains("*") {
        throw problem("origins", "not the origin of a page: write https://ehr.example, without a path")
      }
    }
    return origins
  }
}
