/// Bounds within which a document is read. What goes beyond them is refused, never cut.
public struct XMLLimits: Sendable {
  /// Elements within elements. libxml2's own bound is 256.
  public var depth = 128
  /// Bytes of one attribute's value (a base64 document inside RCMR stands in one). libxml2's own bound is 10 000 000.
  public var attributeLength = 10_000_000
  /// Attributes of one start tag: libxml2 compares each with each.
  public var attributes = 512
  /// Bytes of all character data together.
  public var textLength = 64 << 20
  /// Elements of one document.
  public var elements = 4_000_000
  /// Different names of elements, attributes, prefixes, namespaces and targets in one document.
  public var names = 20_000
  /// Bytes fed to libxml2 at once.
  public var chunk = 16 << 10
  /// Bytes that may pass without an event, one long attribute value apart: libxml2 2.9.14 burns seconds on a start tag
  /// with 100 000 attributes, so a tag that large is refused before it is whole.
  public var silence = 64 << 10

  /// Down to how many elements within one another it is kept in which namespace each is (`XMLElement.namespace`). The messages of medicine
  /// go by local names; envelopes do not.
  public var namespaceDepth = 0

  public init() {}
}
