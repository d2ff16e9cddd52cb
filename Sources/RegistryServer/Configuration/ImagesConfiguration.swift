extension ServerConfiguration {
  /// How archives are asked for images; where they are, reference data says.
  public struct Images: Hashable, Sendable {
    /// A file in PEM of who signs archives' certificates; nil: those that the machine trusts.
    public var authorities: String?
    /// What the registry shows archives in TLS that it is itself; nil: nothing.
    public var tls: TLS?
    /// What it shows archives in `Authorization`, by institution: read when it is needed, never logged.
    public var authorizations: [String: Platform.Secret] = [:]
    /// The pages of elsewhere that may show images in a browser: those of viewers.
    public var origins: [String] = []
    /// For how long an archive may send nothing: service.md's 5 s, which no file changes.
    var silence: Duration = .seconds(5)

    public init() {}

    /// `Basic …`, `Bearer …`; nil where none is kept, or it is no field of HTTP.
    func authorization(at institution: String) -> String? {
      guard let secret = authorizations[institution]?.read() else { return nil }
      return secret.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) ? secret : nil
    }
  }
}

extension ServerConfiguration.Images {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    self.init()
    authorities = try section.text("authorities")
    tls = try section.section("tls") { section throws(ConfigurationProblem) in try ServerConfiguration.TLS(&section) }
    let archives = try section.sections("archives") { section throws(ConfigurationProblem) in
      (try section.needed("institution"), try section.secret("authorization"))
    }
    for (institution, secret) in archives {
      if authorizations.updateValue(secret, forKey: institution) != nil {
        throw section.problem("archives", "an institution stands there twice")
      }
    }
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
