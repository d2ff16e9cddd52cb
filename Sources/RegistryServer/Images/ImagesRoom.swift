import Clinical
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Registry
import RegistryStore
import Savings
import Synchronization

/// What images are given with: who looks at what, by which address, and how archives are asked.
final class ImagesRoom: Sendable {
  let openings: ImageOpenings
  let tickets: ImageTickets
  private let archives = Mutex<(configuration: ServerConfiguration.Images, client: ArchiveClient)?>(nil)

  init(_ registry: Registry, _ sessions: Sessions) {
    openings = ImageOpenings(registry)
    tickets = ImageTickets(registry, sessions)
  }

  /// Made when the first study is asked for, and anew when the configuration says otherwise.
  func archives(_ configuration: ServerConfiguration.Images) -> ArchiveClient {
    archives.withLock { known in
      if let known, known.configuration == configuration { return known.client }
      let client = ArchiveClient(configuration)
      known = (configuration, client)
      return client
    }
  }
}

extension RegistryService {
  /// The images of results: WADO-RS and QIDO-RS, from the archives in which they lie.
  func addImages(_ router: Router<ServerContext>) {
    for part in ImagePart.allCases {
      on(part.direct, router) { request, context in
        let asked = try ImageRequest(part, request, context)
        guard let study = asked.study else { throw ServiceError.malformed }
        let opening = try self.opening(of: study, ofPerson: request.headers[.hurenPerson], request, context)
        let images = try await self.open(opening, try self.askedBy(context, request), request)
        return try await self.images(asked, study, images, root: self.configuration.base(context), context)
      }
      on(part.byTicket, router) { request, context in
        let held = context.parameters.get("ticket") ?? ""
        guard let ticket = try self.images.tickets.ticket(held) else { throw ServiceError.noRoute }
        let asked = try ImageRequest(part, request, context)
        let by = AskedBy(
          account: ticket.caller.name, role: ticket.caller.role.rawValue, address: self.address(of: request, context),
          request: context.id)
        // Good for one study alone: of others it says what it says of those that nobody has.
        let own = ticket.opening.study
        guard asked.study ?? own == own else {
          try await self.images.openings.keep(ticket.opening, nil, by, nil, refused: .unknownStudy)
          throw ServiceError.unknownStudy
        }
        let images = try await self.images.openings.open(ticket.opening, by: by)
        let root = self.configuration.base(context) + "/images/" + held
        return try await self.images(asked, own, images, root: root, context)
      }
    }
    addImageViewer(router)
    on(.imageTicket, router) { request, context in try await self.giveTicket(request, context) }
  }

  /// What is asked for, by whom, and for whose eyes.
  ///
  /// - Parameter named: the registry's code of the person whose study it is; a resident's is their own.
  /// - Throws: `ServiceError.personNeeded`; `ServiceError.unknownStudy` to a resident of anybody else's.
  private func opening(
    of study: ImageUID, ofPerson named: String?, _ request: Request, _ context: ServerContext,
    shownBy secret: Secret.Digest? = nil
  ) throws -> ImageOpening {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    let shownBy = secret ?? Secret.digest(of: request.sessionCookie ?? request.headers[.authorization] ?? "")
    if caller.role == .resident {
      return ImageOpening(
        account: caller.name, shownBy: shownBy, reader: .person, institution: nil, person: caller.person ?? "",
        study: study)
    }
    let institution = try institution(of: caller, request)
    guard let person = named?.nonBlank, person.utf8.count <= 64 else { throw ServiceError.personNeeded }
    return ImageOpening(
      account: caller.name, shownBy: shownBy, reader: .institution(institution), institution: institution,
      person: person, study: study)
  }

  /// A resident who names somebody is told what is said where there is nobody, unless it is themselves.
  private func open(
    _ opening: ImageOpening, _ by: AskedBy, _ request: Request, ofPerson named: String? = nil,
    breakingGlassFor reason: String? = nil
  ) async throws -> RecordedImages {
    if opening.reader == .person, let named = named ?? request.headers[.hurenPerson], named != opening.person {
      try await images.openings.keep(opening, nil, by, nil, refused: .unknownStudy)
      throw ServiceError.unknownStudy
    }
    return try await images.openings.open(opening, by: by, words: reason)
  }

  // MARK: Addresses for viewers

  /// Opens a study, for whoever asks, and gives the address of it: pages lead there, and viewers take what is below it.
  ///
  /// - Parameters:
  ///   - person: the registry's code; a resident need not say it.
  ///   - reason: for which glass is broken; nil: none is.
  /// - Returns: `/images/…`; behind it `/view` shows the study, and `/dicom-web` is the root of DICOMweb.
  /// - Throws: `ServiceError`, as for the study itself.
  func imageAddress(
    of study: ImageUID, ofPerson person: String?, breakingGlassFor reason: String? = nil, _ request: Request,
    _ context: ServerContext
  ) async throws -> String {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    let secret = Secret()
    var opening = try opening(of: study, ofPerson: person, request, context, shownBy: secret.digest)
    if reason != nil, caller.role == .clinician { opening.breakGlass() }
    let by = try askedBy(context, request)
    _ = try await open(opening, by, request, ofPerson: person, breakingGlassFor: reason)
    try images.tickets.give(secret, to: caller, opening, in: request.sessionCookie.map { Secret.digest(of: $0) })
    return "/images/" + secret.text
  }

  /// `{"person"?,"studyInstanceUid"}`; the answer: `{"dicomWeb","viewer","studyInstanceUid"}`.
  private func giveTicket(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard request.isJSON else { throw ServiceError.unsupportedMedia }
    let body = Data(try await request.body.collect(upTo: 4096).readableBytesView)
    guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
      let study = (object["studyInstanceUid"] as? String).flatMap({ ImageUID($0) })
    else { throw ServiceError.malformed }
    let address = try await imageAddress(of: study, ofPerson: object["person"] as? String, request, context)
    let root = configuration.base(context) + address
    let members = [("dicomWeb", root + "/dicom-web"), ("viewer", root + "/view"), ("studyInstanceUid", study.text)]
    let json = members.map { JSONString.quoted($0) + ":" + JSONString.quoted($1) }.joined(separator: ",")
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: "{\(json)}")))
  }
}

extension HTTPField.Name {
  /// The registry's code of the person whose study is asked for.
  static let hurenPerson = HTTPField.Name("Huren-Person")!
}
