extension ServerConfiguration {
  /// One address at which messages come in by MLLP, and who may connect there.
  public struct MLLP: Hashable, Sendable {
    /// Who is known by address, by certificate, or by both; whoever reaches the address, by none.
    public struct Peer: Hashable, Sendable {
      public var network: Network?
      /// SHA-256 of the certificate in DER, in hex.
      public var certificate: String?
      /// Codes of the institutions it sends for. Of one, messages need not say whose they are.
      public var institutions: [String]

      public init(network: Network? = nil, certificate: String? = nil, institutions: [String]) {
        (self.network, self.certificate, self.institutions) = (network, certificate, institutions)
      }
    }

    /// What only a restart changes.
    struct Place: Hashable, Sendable {
      var listen: Address
      var isEncrypted: Bool
    }

    var place: Place { Place(listen: listen, isEncrypted: tls != nil) }

    public var listen: Address
    public var tls: TLS?
    /// The first that fits a connection says whose it is.
    public var peers: [Peer]
    /// Bytes of one message.
    public var maxMessage = 16 << 20
    /// Connections held open at once.
    public var connections = 256

    public init(listen: Address, tls: TLS? = nil, peers: [Peer]) {
      (self.listen, self.tls, self.peers) = (listen, tls, peers)
    }
  }
}

extension ServerConfiguration.MLLP {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    guard let listen = try section.address("listen") else { throw section.problem("listen", "missing") }
    let tls = try section.section("tls") { section throws(ConfigurationProblem) in
      try ServerConfiguration.TLS(&section)
    }
    var peers = try section.sections("peers") { section throws(ConfigurationProblem) in try Peer(&section) }
    if let institutions = try section.texts("institutions") {
      if !peers.isEmpty { throw section.problem("institutions", "either institutions, or peers that each have theirs") }
      if institutions.isEmpty { throw section.problem("institutions", "name at least one institution") }
      if !listen.isLoopback {
        throw section.problem(
          "institutions", "elsewhere than at 127.0.0.1 say who may connect: peers, with address or certificate")
      }
      peers = [Peer(institutions: institutions)]
    }
    if peers.isEmpty { throw section.problem("peers", "missing: say who may connect, and of which institutions") }
    if tls == nil, let index = peers.firstIndex(where: { $0.certificate != nil }) {
      throw section.problem("peers", "peers[\(index)].certificate only with tls")
    }
    if tls == nil, !listen.isLoopback {
      throw section.problem(
        "listen", "elsewhere than at 127.0.0.1 only with tls: nothing personal crosses in the clear")
    }
    self.init(listen: listen, tls: tls, peers: peers)
    if let megabytes = try section.number("maxMessageMegabytes", in: 1...64) { maxMessage = megabytes << 20 }
    connections = try section.number("connections", in: 1...10_000) ?? connections
  }
}

extension ServerConfiguration.MLLP.Peer {
  init(_ section: inout ConfigurationSection) throws(ConfigurationProblem) {
    self.init(institutions: [])
    if let text = try section.text("address") {
      guard let network = Network(text) else {
        throw section.problem("address", "not an address or a network: write 10.1.2.3 or 10.1.0.0/16")
      }
      self.network = network
    }
    if let text = try section.text("certificate") {
      let digest = text.lowercased().filter { $0 != ":" }
      guard digest.count == 64, digest.allSatisfy(\.isHexDigit) else {
        throw section.problem(
          "certificate", "not a SHA-256 in hex: `openssl x509 -in CERT -noout -fingerprint -sha256` tells it")
      }
      certificate = digest
    }
    if network == nil, certificate == nil {
      throw section.problem("address", "missing: a peer is known by its address, its certificate, or both")
    }
    institutions = try section.texts("institutions") ?? []
    if institutions.isEmpty { throw section.problem("institutions", "name at least one institution") }
  }
}
