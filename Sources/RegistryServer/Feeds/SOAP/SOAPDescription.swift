import Messages

/// The WSDL of the one operation, with a port of each version of SOAP.
enum SOAPDescription {
  /// The namespaces in which the operation is in use; the first is that of the standard.
  static let namespaces = ["urn:hl7-org:v3", "http://www.dhcc.com.cn", "http://tempuri.org/"]

  /// - Parameters:
  ///   - namespace: one of those above.
  ///   - address: where it is answered.
  static func wsdl(namespace: String, address: String) -> String {
    let operation = SOAPEnvelope.operation
    func binding(_ version: String, _ prefix: String) -> String {
      """
        <binding name="\(operation)\(version)" type="t:\(operation)PortType">
          <\(prefix):binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
          <operation name="\(operation)">
            <\(prefix):operation soapAction="" style="document"/>
            <input><\(prefix):body use="literal"/></input>
            <output><\(prefix):body use="literal"/></output>
          </operation>
        </binding>

      """
    }
    func port(_ version: String, _ prefix: String) -> String {
      """
          <port name="\(operation)\(version)" binding="t:\(operation)\(version)">
            <\(prefix):address location="\(XMLText.escaped(address))"/>
          </port>

      """
    }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="\(namespace)" targetNamespace="\(namespace)">
        <types>
          <xsd:schema targetNamespace="\(namespace)" elementFormDefault="qualified">
            <xsd:element name="\(operation)">
              <xsd:complexType><xsd:sequence>
                <xsd:element name="action" type="xsd:string" minOccurs="0"/>
                <xsd:element name="message" type="xsd:string"/>
              </xsd:sequence></xsd:complexType>
            </xsd:element>
            <xsd:element name="\(operation)Response">
              <xsd:complexType><xsd:sequence>
                <xsd:element name="\(operation)Result" type="xsd:string"/>
              </xsd:sequence></xsd:complexType>
            </xsd:element>
          </xsd:schema>
        </types>
        <message name="\(operation)In"><part name="parameters" element="t:\(operation)"/></message>
        <message name="\(operation)Out"><part name="parameters" element="t:\(operation)Response"/></message>
        <portType name="\(operation)PortType">
          <operation name="\(operation)">
            <input message="t:\(operation)In"/>
            <output message="t:\(operation)Out"/>
          </operation>
        </portType>
      \(binding("Soap11", "soap"))\(binding("Soap12", "soap12"))  <service name="HIPService">
      \(port("Soap11", "soap"))\(port("Soap12", "soap12"))  </service>
      </definitions>

      """
  }
}
