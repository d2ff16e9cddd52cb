import Hummingbird

extension RegistryService {
  /// Whether it lives, and whether it can answer.
  func addRunning(_ router: Router<ServerContext>) {
    on(.health, router) { _, _ in "alive\n" }
  }
}
