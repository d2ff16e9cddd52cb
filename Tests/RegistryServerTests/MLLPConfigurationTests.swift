import Testing

@testable import RegistryServer

@Suite("mllp: in the configuration")
struct MLLPConfigurationTests {
  @Test("addresses, TLS, and who may connect")
  func whole() throws {
    let configuration = try ServerConfiguration(
      yaml: """
        mllp:
          - listen: 127.0.0.1:2575
            institutions: [SYNTH-H1]
          - listen: 0.0.0.0:2576
            tls: {certificate: a.pem, key: a.key}
            maxMessageMegabytes: 8
            connections: 32
            peers:
              - address: 10.1.0.0/16
                institutions: [SYNTH-H1, SYNTH-H2]
              - certificate: "AB:\(String(repeating: "cd", count: 31))"
                institutions: [SYNTH-H3]
        """)
    #expect(configuration.mllp.count == 2)
    #expect(configuration.mllp[0].peers == [.init(institutions: ["SYNTH-H1"])])
    let second = configuration.mllp[1]
    #expect(second.maxMessage == 8 << 20 && second.connections == 32)
    #expect(second.peers[0].network == Network("10.1.0.0/16"))
    #expect(second.peers[1].certificate == "ab" + String(repeating: "cd", count: 31))
  }

  @Test(
    "what is wrong is told with its key and line",
    arguments: [
      ("- listen: 127.0.0.1:2575", "mllp[0].peers"),
      ("- institutions: [A]", "mllp[0].listen"),
      ("- listen: 2575\n    institutions: [A]", "mllp[0].listen"),
      ("- listen: 0.0.0.0:2575\n    institutions: [A]", "mllp[0].institutions"),
      ("- listen: 0.0.0.0:2575\n    peers: [{address: 10.1.2.3, institutions: [A]}]", "mllp[0].listen"),
      ("- listen: 127.0.0.1:1\n    peers: [{address: 10.1.2.3/40, institutions: [A]}]", "mllp[0].peers[0].address"),
      ("- listen: 127.0.0.1:1\n    peers: [{institutions: [A]}]", "mllp[0].peers[0].address"),
      ("- listen: 127.0.0.1:1\n    peers: [{address: 10.1.2.3}]", "mllp[0].peers[0].institutions"),
      ("- listen: 127.0.0.1:1\n    peers: [{certificate: abc, institutions: [A]}]", "mllp[0].peers[0].certificate"),
      (
        "- listen: 127.0.0.1:1\n    institutions: [A]\n    peers: [{address: 10.1.2.3, institutions: [A]}]",
        "mllp[0].institutions"
      ),
      ("- listen: 127.0.0.1:1\n    institutions: [A]\n    maxMessageMegabytes: 0", "mllp[0].maxMessageMegabytes"),
      ("- listen: 127.0.0.1:1\n    institutions: [A]\n    charset: GBK", "mllp[0].charset"),
    ])
  func wrong(yaml: String, key: String) {
    let error = #expect(throws: ConfigurationProblem.self) { try ServerConfiguration(yaml: "mllp:\n  " + yaml) }
    #expect(error?.key == key)
    #expect((error?.line ?? 0) >= 2)
  }

  @Test("a certificate of a peer is known only with TLS")
  func certificateWithoutTLS() {
    let digest = String(repeating: "ab", count: 32)
    #expect(throws: ConfigurationProblem.self) {
      try ServerConfiguration(
        yaml: "mllp: [{listen: '127.0.0.1:1', peers: [{certificate: \(digest), institutions: [A]}]}]")
    }
  }

  @Test("networks hold their addresses, in either clothes, and no others")
  func networks() throws {
    let network = try #require(Network("10.1.128.0/17"))
    #expect(network.contains("10.1.128.1") && network.contains("10.1.255.255") && network.contains("::ffff:10.1.200.1"))
    #expect(!network.contains("10.1.127.255") && !network.contains("fd00::1") && !network.contains(""))
    #expect(try #require(Network("0.0.0.0/0")).contains("8.8.8.8"))
    #expect(try #require(Network("fd00::/8")).contains("fd12::1"))
    #expect(Network("10.1.2") == nil && Network("10.1.2.3/33") == nil && Network("10.1.2.3/") == nil)
  }
}
