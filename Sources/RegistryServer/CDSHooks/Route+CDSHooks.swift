import HTTPTypes
import Registry
import RegistryStore

extension Route {
  static let cdsDiscovery = Route(.get, "/cds-services", .anybody)
  static let cdsService = Route(
    .post, "/cds-services/{id}", .roles([.orderEntry]), scope: .results, access: .decision)
  static let cdsFeedback = Route(
    .post, "/cds-services/{id}/feedback", .roles([.orderEntry]), scope: .results, access: .feedback)
  // What browsers ask before they ask: it tells nothing, and they send nothing with it that says who asks.
  static let cdsDiscoveryOptions = Route(.options, "/cds-services", .anybody)
  static let cdsServiceOptions = Route(.options, "/cds-services/{id}", .anybody)
  static let cdsFeedbackOptions = Route(.options, "/cds-services/{id}/feedback", .anybody)

  static let ofCDSHooks = [
    cdsDiscovery, cdsService, cdsFeedback, cdsDiscoveryOptions, cdsServiceOptions, cdsFeedbackOptions,
  ]
}
