import HTTPTypes
import Registry
import RegistryStore

/// What of a study can be asked for (DICOM PS3.18, sections 10.4 and 10.6): each a route of its own.
enum ImagePart: String, CaseIterable, Sendable {
  case studies = "/studies"
  case study = "/studies/{study}"
  case studyMetadata = "/studies/{study}/metadata"
  case studySeries = "/studies/{study}/series"
  case studyInstances = "/studies/{study}/instances"
  case studyBulk = "/studies/{study}/bulkdata/{path}"
  case series = "/studies/{study}/series/{series}"
  case seriesMetadata = "/studies/{study}/series/{series}/metadata"
  case seriesInstances = "/studies/{study}/series/{series}/instances"
  case seriesBulk = "/studies/{study}/series/{series}/bulkdata/{path}"
  case instance = "/studies/{study}/series/{series}/instances/{instance}"
  case instanceMetadata = "/studies/{study}/series/{series}/instances/{instance}/metadata"
  case instanceRendered = "/studies/{study}/series/{series}/instances/{instance}/rendered"
  case frames = "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}"
  case framesRendered = "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered"
  case instanceBulk = "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{path}"
  /// As Orthanc calls it.
  case instanceBulkOrthanc = "/studies/{study}/series/{series}/instances/{instance}/bulk/{path}"

  /// In what it is written.
  enum Content {
    /// Whole instances, as they were stored.
    case dicom
    /// DICOM JSON: metadata, what was found.
    case json
    /// Pixels, or other values that stand outside of the metadata.
    case bytes
    /// A picture that everything shows.
    case rendered
  }

  var content: Content {
    switch self {
    case .study, .series, .instance: .dicom
    case .studies, .studyMetadata, .studySeries, .studyInstances, .seriesMetadata, .seriesInstances, .instanceMetadata:
      .json
    case .frames, .studyBulk, .seriesBulk, .instanceBulk, .instanceBulkOrthanc: .bytes
    case .instanceRendered, .framesRendered: .rendered
    }
  }

  /// Whether it is a search (QIDO-RS), which has attributes to match.
  var isSearch: Bool { [.studies, .studySeries, .studyInstances, .seriesInstances].contains(self) }

  /// By an account that says whose study it is.
  var direct: Route {
    Route(.get, "/dicom-web" + rawValue, .roles(Route.imageRoles), scope: .images, access: .image)
  }

  /// By an address that is good for one study, as viewers need it.
  var byTicket: Route {
    Route(.get, "/images/{ticket}/dicom-web" + rawValue, .roles(Route.imageRoles), scope: .images, access: .image)
  }
}

extension Route {
  static let imageRoles: Set<Role> = [.orderEntry, .clinician, .resident]

  /// Gives the address of one study's images, for viewers.
  static let imageTicket = Route(.post, "/images", .roles(imageRoles), scope: .images, access: .image)

  static let ofImages =
    ImagePart.allCases.map(\.direct) + ImagePart.allCases.map(\.byTicket)
    + [imageTicket, imageViewer, imageViewerScript, imageViewerStyle]
}

extension Scope {
  static let images = Scope("ImagingStudy", "rs")
}
