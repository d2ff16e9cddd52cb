import Registry

/// What is wrong with a request for a resource, and with which parameter of it.
struct FHIRProblem: Error, Hashable {
  let error: ServiceError
  /// Its name; never what it says.
  var parameter: String?

  init(_ error: ServiceError, _ parameter: String? = nil) { (self.error, self.parameter) = (error, parameter) }
}
