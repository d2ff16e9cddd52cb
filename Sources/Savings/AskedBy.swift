/// Which account asked, as events keep it: a name of the registry's own, never one of a patient.
public struct AskedBy: Hashable, Sendable, Codable {
  /// The account's name.
  public var account: String
  /// What the account may do, as it was then.
  public var role: String
  /// From where: the address of the peer, or of whoever a trusted proxy spoke for.
  public var address: String?
  /// The id of the request, under which the log tells more.
  public var request: String?

  public init(account: String, role: String, address: String? = nil, request: String? = nil) {
    (self.account, self.role, self.address, self.request) = (account, role, address, request)
  }
}
