import Messages
import XMLReading

/// The two versions of SOAP: each has a namespace, a media type, and its own way of saying that it cannot read what was sent.
enum SOAPVersion: String, Sendable, CaseIterable {
  case one = "http://schemas.xmlsoap.org/soap/envelope/"
  case two = "http://www.w3.org/2003/05/soap-envelope"

  var mediaType: String {
    switch self {
    case .one: "text/xml; charset=utf-8"
    case .two: "application/soap+xml; charset=utf-8"
    }
  }
}

/// Why an envelope cannot be answered as one, as SOAP tells it.
struct SOAPFault: Error, Hashable, Sendable {
  enum Code: Hashable, Sendable {
    case versionMismatch, mustUnderstand, sender, receiver
  }

  var version: SOAPVersion
  var code: Code
  /// What is wrong; nothing of what was sent.
  var reason: String

  /// SOAP 1.1 has all its faults under 500; SOAP 1.2 those of the sender under 400.
  var status: Int { version == .two && code == .sender ? 400 : 500 }

  var xml: String {
    let text = XMLText.escaped(reason)
    let body =
      switch version {
      case .one: "<soap:Fault><faultcode>soap:\(name)</faultcode><faultstring>\(text)</faultstring></soap:Fault>"
      case .two:
        "<soap:Fault><soap:Code><soap:Value>soap:\(name)</soap:Value></soap:Code><soap:Reason>"
          + "<soap:Text xml:lang=\"en\">\(text)</soap:Text></soap:Reason></soap:Fault>"
      }
    return SOAPEnvelope.written(body, version)
  }

  private var name: String {
    switch code {
    case .versionMismatch: "VersionMismatch"
    case .mustUnderstand: "MustUnderstand"
    case .sender: version == .one ? "Client" : "Sender"
    case .receiver: version == .one ? "Server" : "Receiver"
    }
  }
}

/// A call of the hospital interaction standard's one operation, `HIPMessageServer(action, message)`, as far as its answer needs it: what
/// its message holds is found by who finds messages in feeds.
///
/// The operation stands in whatever namespace the caller's WSDL has: `urn:hl7-org:v3` of the standard, `http://www.dhcc.com.cn`,
/// `http://tempuri.org/`, or one of a vendor's own. It is answered in the same.
struct SOAPEnvelope: Hashable, Sendable {
  static let operation = "HIPMessageServer"

  var version: SOAPVersion
  /// Of the operation; nil: none.
  var namespace: String?
  /// Whether its parameters are in the same namespace.
  var isQualified: Bool
  /// The message of a caller that writes the marks of a CDATA section as text, which its own library then escapes; nil: of no such one.
  var unwrapped: [UInt8]?

  /// - Throws: `SOAPFault` for what is no such envelope.
  init(_ bytes: [UInt8], charset: String?) throws(SOAPFault) {
    let tree = try Self.tree(bytes, charset)
    guard tree.root.name == "Envelope", let namespace = tree.rootNamespace else {
      throw SOAPFault(version: .one, code: .sender, reason: "this is no SOAP envelope")
    }
    guard let version = SOAPVersion(rawValue: namespace) else {
      throw SOAPFault(
        version: .one, code: .versionMismatch, reason: "neither SOAP 1.1 nor SOAP 1.2, by its namespace")
    }
    self.version = version
    if let headers = tree.root.first("Header")?.children, headers.contains(where: Self.isNeeded) {
      throw SOAPFault(
        version: version, code: .mustUnderstand, reason: "a header that must be understood is not: none is, here")
    }
    let calls = tree.root.first("Body").map { Array($0.children) } ?? []
    guard calls.count == 1, let call = calls.first, call.name == Self.operation else {
      throw SOAPFault(
        version: version, code: .sender, reason: "the one operation here is \(Self.operation)(action, message)")
    }
    let parameters = Array(call.children)
    guard let message = call.first("message") ?? parameters.last else {
      throw SOAPFault(version: version, code: .sender, reason: "there is no message in \(Self.operation)")
    }
    self.namespace = call.namespace
    isQualified = message.namespace != nil
    unwrapped = Self.unwrapped(message.text)
  }

  private static func unwrapped(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8.drop { $0 <= 0x20 })
    guard bytes.starts(with: "<![CDATA[".utf8), let end = bytes.lastIndex(where: { $0 > 0x20 }),
      bytes[...end].suffix(3).elementsEqual("]]>".utf8)
    else { return nil }
    return Array(bytes[9..<(end - 2)])
  }

  /// - Throws: `SOAPFault` for what is no XML, or has a DOCTYPE.
  private static func tree(_ bytes: [UInt8], _ charset: String?) throws(SOAPFault) -> XMLTree {
    let (declared, mark) = DeclaredEncoding.of(document: bytes)
    let said = declared == .nothing ? charset.map { DeclaredEncoding(label: $0) } ?? .nothing : declared
    let text = bytes[mark...].withUnsafeBufferPointer { TextDecoder().text($0, said) }
    var limits = XMLLimits()
    limits.namespaceDepth = 4
    do {
      return try text.bytes.withUnsafeBufferPointer { (buffer) throws(XMLReadingError) in
        try XMLTreeReader(limits: limits).read(buffer)
      }
    } catch {
      throw SOAPFault(version: .one, code: .sender, reason: "this cannot be read: \(error.message)")
    }
  }

  /// Addresses (WS-Addressing) say nothing that an answer on the same connection does not do anyway.
  private static func isNeeded(_ header: XMLElement) -> Bool {
    let addressing = ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"]
    if let namespace = header.namespace, addressing.contains(namespace) { return false }
    return header.attributes.contains { $0.name.hasSuffix("mustUnderstand") && ["1", "true"].contains($0.value) }
  }

  /// The answer: a text, as that operation's string.
  func answer(_ text: String) -> String {
    let result = Self.operation + "Result"
    let string = XMLText.escaped(text)
    guard let namespace else {
      let response = Self.operation + "Response"
      return Self.written("<\(response)><\(result)>\(string)</\(result)></\(response)>", version)
    }
    let name = isQualified ? "n:" + result : result
    return Self.written(
      "<n:\(Self.operation)Response xmlns:n=\"\(XMLText.escaped(namespace))\"><\(name)>\(string)</\(name)></n:\(Self.operation)Response>",
      version)
  }

  static func written(_ body: String, _ version: SOAPVersion) -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"\(version.rawValue)\"><soap:Body>\(body)</soap:Body></soap:Envelope>\n"
  }
}
