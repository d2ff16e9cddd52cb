import Yams

extension ServerConfiguration {
  /// Reads `huren.yaml`.
  ///
  /// - Throws: `ConfigurationProblem` for what is unknown, missing, or no such value, with its line.
  public init(yaml: String) throws(ConfigurationProblem) {
    self.init()
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      var line = 0
      if case .parser(_, _, let mark, _) = error as? YamlError { line = mark.line }
      throw ConfigurationProblem(line: line, key: nil, message: "not YAML: write one `key: value` a line")
    }
    guard let root, root.null == nil else { return }
    var section = try ConfigurationSection(root)
    database = try section.text("database")
    reference = try section.text("reference")
    copy = try section.text("copy")
    listen = try section.address("listen") ?? listen
    tls = try section.section("tls") { section throws(ConfigurationProblem) in try TLS(&section) }
    let behindProxy = try section.flag("behindProxy") ?? false
    let proxies = try section.texts("trustedProxies")
    if behindProxy, proxies?.isEmpty ?? true {
      throw section.problem("trustedProxies", "missing: with behindProxy the addresses of the proxies that are trusted")
    }
    if !behindProxy, proxies != nil { throw section.problem("trustedProxies", "only with behindProxy: true") }
    trustedProxies = behindProxy ? proxies : nil
    if let url = try section.text("publicUrl") {
      guard url.hasPrefix("https://") || url.hasPrefix("http://") else {
        throw section.problem("publicUrl", "not an address: write https://huren.example")
      }
      publicURL = url.hasSuffix("/") ? String(url.dropLast()) : url
    }
    if let origins = try section.section("cdsHooks", { section throws(ConfigurationProblem) in try section.origins() })
    {
      cdsOrigins = origins
    }
    images = try section.section("images") { section throws(ConfigurationProblem) in try Images(&section) } ?? images
    mllp = try section.sections("mllp") { section throws(ConfigurationProblem) in try MLLP(&section) }
    platform = try section.section("platform") { section throws(ConfigurationProblem) in try Platform(&section) }
    try section.finish()
    try refuseInTheClear()
  }

  /// Nothing personal crosses a network in the clear.
  ///
  /// - Throws: where it would.
  public func refuseInTheClear() throws(ConfigurationProblem) {
    if listen.isLoopback || tls != nil || trustedProxies != nil { return }
    throw ConfigurationProblem(
      line: 0, key: "listen",
      message:
        "elsewhere than at 127.0.0.1 only with tls, or behind a proxy that does it (behindProxy: true, trustedProxies: […])"
    )
  }
}

extension ServerConfiguration.TLS {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    self.init(certificate: try section.needed("certificate"), key: try section.needed("key"))
  }
}

extension ServerConfiguration.Address {
  /// `127.0.0.1:8080`, `[::1]:8080`; nil for what is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    if host.isEmpty || (host.contains(":") && !text.hasPrefix("[")) { return nil }
    self.init(host: host, port: port)
  }
}
