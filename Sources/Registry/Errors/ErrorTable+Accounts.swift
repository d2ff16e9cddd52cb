import Clinical
import Messages
import RegistryStore

extension ErrorTable {
  /// What is wrong with an account that an operator makes or changes.
  static func accountRow(of error: RegistryError) -> ErrorRow {
    switch error {
    case .unknownAccount(let kind):
      row(
        "unknown-account", 404, .notFound, .unknownKey,
        "there is no \(kind.rawValue) of this name: see `huren \(kind.rawValue) list`")
    case .accountExists:
      row(
        "account-exists", 409, .duplicate, .duplicateKey,
        "there is a client or user of this name already, nothing was changed: `huren client reset` or `huren user reset` gives it new keys"
      )
    case .unusableAccountName:
      row(
        "unusable-account-name", 422, .value, .dataType,
        "no name for an account: use 1 to 200 letters, digits and signs of ASCII, without a space")
    case .roleNotOfKind(let kind):
      row(
        "role-not-of-kind", 422, .businessRule, .tableValueNotFound,
        "a \(kind.rawValue) may not have this role: give one of \(Role.allowed(for: kind).map(\.rawValue).joined(separator: ", "))"
      )
    case .institutionsNeeded:
      row(
        "institutions-needed", 422, .required, .requiredFieldMissing,
        "an account of this role acts for institutions: give --institution CODE")
    case .personOfResident:
      row(
        "person-of-resident", 422, .businessRule, .requiredFieldMissing,
        "a resident, and nobody else, is one person of the registry: give --person CODE with --role resident alone")
    case .credentialsNeeded:
      row(
        "credentials-needed", 422, .required, .requiredFieldMissing,
        "a client is known by its keys or its certificate, a user by neither: give --jwks FILE or --certificate FILE for a client"
      )
    case .unusableKeys(let problem):
      row(
        "unusable-keys", 422, .invalid, .dataType, "not a JWK set to know a client by, nothing was changed: \(problem)")
    case .unusableCertificate(let problem):
      row(
        "unusable-certificate", 422, .invalid, .dataType,
        "not a certificate to know a client by, nothing was changed: \(problem)")
    case .certificateOfAnother:
      row(
        "certificate-of-another", 409, .conflict, .duplicateKey,
        "this certificate is another account's, nothing was changed: make one for each client")
    default:
      row(
        "actor-needed", 422, .required, .requiredFieldMissing,
        "a change of an account is somebody's: give --actor NAME")
    }
  }
}
