/// What is said of images in the service's description.
extension APIDescription {
  static let ofImages: [String: APIOperation] = {
    var operations = [
      "POST /images": ticket,
      "GET /images/{ticket}/view": APIOperation(
        "images", "A page that shows a study", answers: [.init(status: 200, words: "It", content: [("text/html", nil)])]
      ),
      "GET /images/viewer.js": APIOperation(
        "images", "The page's script", answers: [.init(status: 200, words: "It", content: [("text/javascript", nil)])]),
      "GET /images/viewer.css": APIOperation(
        "images", "The page's style", answers: [.init(status: 200, words: "It", content: [("text/css", nil)])]),
    ]
    for part in ImagePart.allCases {
      operations["GET " + part.direct.path] = operation(part, isDirect: true)
      operations["GET " + part.byTicket.path] = operation(part, isDirect: false)
    }
    return operations
  }()

  private static let ticket = APIOperation(
    "images",
    "An address of one study's images, for viewers: good for a quarter of an hour after each look, two hours at most",
    takes: [("application/json", "ImagesAsked")],
    answers: [
      .init(status: 200, words: "The address", content: [("application/json", "ImagesGiven")]),
      .init(
        status: 404, words: "Nothing that this account may see has such a study",
        content: [("application/json", "Error")]),
    ])

  private static func operation(_ part: ImagePart, isDirect: Bool) -> APIOperation {
    var parameters = isDirect ? ["Huren-Person"] : []
    if part == .studies { parameters.append("StudyInstanceUID") }
    parameters.append("accept")
    let error = [(type: "application/json", schema: String?.some("Error"))]
    var answers: [APIOperation.Answer] = [
      .init(status: 200, words: "What the source's archive gives, as it gives it", content: part.content.types),
      .init(
        status: 404, words: "Nothing that this account may see has such a study; or the archive does not",
        content: error),
      .init(status: 406, words: "The archive does not give it in this form", content: error),
      .init(status: 502, words: "The archive cannot be reached, or answers what it was not asked", content: error),
      .init(status: 504, words: "The archive sends nothing", content: error),
    ]
    if part.isSearch { answers.append(.init(status: 204, words: "Nothing is found")) }
    return APIOperation(
      "images", "DICOMweb: " + part.summary + (isDirect ? "" : ", by an address that is good for one study"),
      parameters: parameters, answers: answers)
  }
}

extension ImagePart {
  fileprivate var summary: String {
    switch self {
    case .studies: "search for a study (QIDO-RS)"
    case .study: "a study, as it was stored (WADO-RS)"
    case .studyMetadata: "a study's metadata"
    case .studySeries: "search a study's series"
    case .studyInstances: "search a study's instances"
    case .series: "a series, as it was stored"
    case .seriesMetadata: "a series' metadata"
    case .seriesInstances: "search a series' instances"
    case .instance: "an instance, as it was stored"
    case .instanceMetadata: "an instance's metadata"
    case .instanceRendered: "an instance as a picture"
    case .frames: "frames' pixels"
    case .framesRendered: "frames as pictures"
    case .studyBulk, .seriesBulk, .instanceBulk, .instanceBulkOrthanc: "a value that metadata gives the address of"
    }
  }
}

extension ImagePart.Content {
  fileprivate var types: [(type: String, schema: String?)] {
    switch self {
    case .dicom: [("multipart/related", nil)]
    case .json: [("application/dicom+json", nil)]
    case .bytes: [("multipart/related", nil), ("application/octet-stream", nil)]
    case .rendered: [("image/jpeg", nil), ("image/png", nil)]
    }
  }
}
