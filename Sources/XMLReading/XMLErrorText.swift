internal import CLibXML2

/// libxml2's error codes in words. Its own messages quote the document, which may hold a patient's name; these never do.
enum XMLErrorText {
  static func text(for code: Int) -> String {
    texts[code] ?? "the document is not well-formed XML (libxml2 error \(code))"
  }

  private static let texts: [Int: String] = [
    Int(XML_ERR_DOCUMENT_EMPTY.rawValue): "there is no document here",
    Int(XML_ERR_DOCUMENT_END.rawValue): "something stands after the document's end, or the document ends too early",
    Int(XML_ERR_INVALID_CHAR.rawValue): "a character that XML does not allow",
    Int(XML_ERR_INVALID_CHARREF.rawValue): "a character reference that XML does not allow",
    Int(XML_ERR_UNDECLARED_ENTITY.rawValue):
      "an entity that is not declared: only &amp; &lt; &gt; &quot; &apos; are known",
    Int(XML_WAR_UNDECLARED_ENTITY.rawValue):
      "an entity that is not declared: only &amp; &lt; &gt; &quot; &apos; are known",
    Int(XML_ERR_NAME_REQUIRED.rawValue): "a bare & or < in text: write &amp; or &lt;, or declare the sender's repair",
    Int(XML_ERR_ENTITYREF_NO_NAME.rawValue): "a bare & in text: write &amp;",
    Int(XML_ERR_ENTITYREF_SEMICOL_MISSING.rawValue):
      "a bare & in text, or an entity without its semicolon: write &amp;",
    Int(XML_ERR_LT_IN_ATTRIBUTE.rawValue): "a bare < in an attribute: write &lt;",
    Int(XML_ERR_ATTRIBUTE_NOT_STARTED.rawValue): "an attribute's value without quotes",
    Int(XML_ERR_ATTRIBUTE_NOT_FINISHED.rawValue): "an attribute's value is not closed, or it is longer than 10 MB",
    Int(XML_ERR_ATTRIBUTE_WITHOUT_VALUE.rawValue): "an attribute without a value",
    Int(XML_ERR_ATTRIBUTE_REDEFINED.rawValue): "an attribute twice in one tag",
    Int(XML_ERR_TAG_NAME_MISMATCH.rawValue): "an end tag does not match the element that is open",
    Int(XML_ERR_TAG_NOT_FINISHED.rawValue): "an element is not closed",
    Int(XML_ERR_GT_REQUIRED.rawValue): "a tag is not closed with >",
    Int(XML_ERR_SPACE_REQUIRED.rawValue): "white space is missing between attributes",
    Int(XML_ERR_CDATA_NOT_FINISHED.rawValue): "a CDATA section is not closed",
    Int(XML_ERR_COMMENT_NOT_FINISHED.rawValue): "a comment is not closed",
    Int(XML_ERR_HYPHEN_IN_COMMENT.rawValue): "-- within a comment",
    Int(XML_ERR_MISPLACED_CDATA_END.rawValue): "]]> in text",
    Int(XML_ERR_PI_NOT_FINISHED.rawValue): "a processing instruction is not closed",
    Int(XML_ERR_XMLDECL_NOT_FINISHED.rawValue): "the XML declaration is not closed",
    Int(XML_ERR_RESERVED_XML_NAME.rawValue): "an XML declaration stands within the document",
    Int(XML_ERR_INVALID_ENCODING.rawValue): "bytes that are not of the encoding the document declares",
    Int(XML_ERR_INTERNAL_ERROR.rawValue): "libxml2 gave up: nested too deep, or a text too long",
    Int(XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue): "a namespace prefix that is not bound",
    Int(XML_NS_ERR_XML_NAMESPACE.rawValue): "a namespace that may not be bound",
    Int(XML_NS_ERR_QNAME.rawValue): "a name with more than one colon",
    Int(XML_NS_ERR_ATTRIBUTE_REDEFINED.rawValue): "an attribute twice in one tag",
  ]
}
