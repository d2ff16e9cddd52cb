public import XMLReading

/// FHIR JSON as the tree that FHIR XML of the same resource gives (FHIR R4, 2.6.2 JSON Representation of Resources), so that
/// one reader serves both.
///
/// A property is an element, a primitive its `value` attribute, an array repeated elements; `_property` brings the id and
/// extensions of a primitive; `resourceType` names the element within `resource`, `contained` and `outcome`. Numbers stay as
/// written: 2.90 is not 2.9. The narrative (`div`) is kept as text, unread.
public enum FHIRJSONTree {
  /// Reads one document.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8; a byte order mark is passed over.
  ///   - line: the line of the file on which `bytes` begin, from 1.
  /// - Throws: `XMLReadingError` for what is no JSON (RFC 8259), no FHIR resource, or beyond the limits.
  public static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits, line: Int
  ) throws(XMLReadingError) -> XMLTree {
    var reader = JSONReader(bytes, limits: limits, line: line)
    let document = try reader.read()
    var writer = FHIRJSONTreeWriter(document, bytes, limits: limits)
    return try writer.write()
  }
}
