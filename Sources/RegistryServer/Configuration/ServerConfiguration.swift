/// What the service is told in `huren.yaml`.
public struct ServerConfiguration: Hashable, Sendable {
  /// An address with a port; port 0: any that is free.
  public struct Address: Hashable, Sendable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// Whether nobody but this machine can reach it.
    public var isLoopback: Bool { host == "127.0.0.1" || host == "::1" || host == "localhost" }
  }

  /// Files in PEM.
  public struct TLS: Hashable, Sendable {
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
  }

  public var database: String?
  /// The folder of reference data that SIGHUP loads again.
  public var reference: String?
  /// The folder in which another program keeps the continuous copy: how far it is behind is measured there. Nil: none is looked for.
  public var copy: String?
  public var listen = Address(host: "127.0.0.1", port: 8080)
  public var tls: TLS?
  /// The addresses of the proxies that are trusted to say who speaks to them; nil: none stands before it.
  public var trustedProxies: [String]?
  /// As it is seen from outside, without a slash at its end: what tokens name as their audience. Nil: as it listens.
  public var publicURL: String?
  /// Where messages come in by MLLP.
  public var mllp: [MLLP] = []
  /// How archives are asked for images.
  public var images = Images()
  /// The envelope of recognition platforms; nil: none is taken.
  public var platform: Platform?

  /// The pages of elsewhere that may call the CDS services from a browser: `https://ehr.example`.
  public var cdsOrigins: [String] = []
  /// How long a question may take: service.md's 200 ms, which no file changes; a test that is about something else waits longer.
  var answersWithin = AnswerCut.longest

  public init() {}

  /// What tokens name, and addresses in answers begin with.
  public func base(port: Int) -> String {
    publicURL ?? "\(tls == nil ? "http" : "https")://\(listen.host):\(port)"
  }
}
