import Hummingbird
import Registry

/// What is asked for of a study, checked: only what stands here goes into a request to an archive.
struct ImageRequest: Sendable {
  let part: ImagePart
  /// nil: a search that names none.
  let study: ImageUID?
  /// What stands behind the study in the archive's address.
  private let rest: String
  private let query: [(name: String, value: String)]
  /// What is acceptable: the header's, or the address's own (PS3.18, section 8.3.3.1).
  let accept: String?

  /// - Throws: `ServiceError.malformed` for what is no UID, no list of frames, no attribute.
  init(_ part: ImagePart, _ request: Request, _ context: ServerContext) throws(ServiceError) {
    self.part = part
    var rest = ""
    let asked = request.uri.queryParameters
    for segment in part.rawValue.split(separator: "/").dropFirst() where segment != "{study}" {
      switch segment {
      case "{series}", "{instance}":
        rest += "/" + (try Self.uid(context.parameters.get(String(segment.dropFirst().dropLast())))).text
      case "{frames}": rest += "/" + (try Self.frames(context.parameters.get("frames")))
      case "{path}": rest += try Self.path(context.parameters.getCatchAll())
      default: rest += "/" + segment
      }
    }
    self.rest = rest
    if part == .studies {
      study = try asked["StudyInstanceUID"].map { value throws(ServiceError) in try Self.uid(String(value)) }
    } else {
      study = try Self.uid(context.parameters.get("study"))
    }
    accept = asked["accept"].map(String.init) ?? request.headers[.accept]
    var query: [(name: String, value: String)] = []
    for (name, value) in asked where Self.isForwarded(name, of: part) {
      guard Self.isPlain(name, most: 64), Self.isPlain(value, most: 256) else { throw .malformed }
      query.append((String(name), String(value)))
    }
    self.query = query
  }

  /// The address in an archive.
  func address(at root: String, of study: ImageUID) -> String {
    var query = query.map { $0.name + "=" + $0.value }
    if part == .studies {
      // Whatever an archive has besides, it is asked for this one.
      query = ["StudyInstanceUID=" + study.text, "limit=1"] + query
      return root + "/studies?" + query.joined(separator: "&")
    }
    return root + "/studies/" + study.text + rest + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  private static func uid(_ text: String?) throws(ServiceError) -> ImageUID {
    guard let uid = text.flatMap({ ImageUID($0) }) else { throw .malformed }
    return uid
  }

  /// `1`, `1,2,3`.
  private static func frames(_ text: String?) throws(ServiceError) -> String {
    let numbers = (text ?? "").split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard numbers.count <= 100, numbers.allSatisfy({ (1...10_000_000).contains($0) }) else { throw .malformed }
    return numbers.map(String.init).joined(separator: ",")
  }

  /// Below what it is named by: it stays there.
  private static func path(_ parts: [Substring]) throws(ServiceError) -> String {
    guard (1...32).contains(parts.count), parts.allSatisfy({ isPlain($0, most: 64) && $0 != "." && $0 != ".." }) else {
      throw .malformed
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Names and numbers of patients are in no address, here as elsewhere: a search by them is a search without them.
  private static func isForwarded(_ name: Substring, of part: ImagePart) -> Bool {
    if part.content == .rendered { return ["viewport", "window", "quality", "annotation"].contains(name) }
    guard part.isSearch else { return false }
    if part == .studies { return name == "includefield" }
    let own: Set<Substring> = ["accept", "StudyInstanceUID", "0020000D"]
    return !own.contains(name) && !name.hasPrefix("Patient") && !name.hasPrefix("0010")
  }

  /// Nothing that would need to be escaped, or means something in an address.
  private static func isPlain(_ text: Substring, most: Int) -> Bool {
    (1...most).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: Array("-._~,:*".utf8).contains(byte)
        }
      }
  }
}
