import HummingbirdTesting
import Testing

@testable import RegistryServer

@Suite("the matrix of who may")
struct RouteTests {
  @Test("no route stands in it twice")
  func once() {
    #expect(Set(Route.all.map { "\($0.method) \($0.path)" }).count == Route.all.count)
  }
}
