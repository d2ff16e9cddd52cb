/// A unique identifier of DICOM (PS3.5, section 9): numbers with dots between, 64 characters at most. Nothing else goes into an address.
struct ImageUID: Hashable, Sendable {
  let text: String

  /// - Returns: nil for anything else.
  init?(_ text: some StringProtocol) {
    guard (1...64).contains(text.utf8.count),
      text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ part in
        !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      })
    else { return nil }
    self.text = String(text)
  }
}
