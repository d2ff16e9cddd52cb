import CoreMetrics

/// What the service measures of itself. Nothing of a person is in a name or a dimension.
final class ServiceMetrics: Sendable {
  /// One measure: its name and what it means, as `/metrics` and docs/operating.md tell it.
  enum Measure: String, CaseIterable {
    case requests = "huren_http_requests_total"
    case requestSeconds = "huren_http_request_seconds"
    case messages = "huren_messages_total"
    case decisions = "huren_decisions_total"
    case images = "huren_images_total"
    case timedOut = "huren_questions_timed_out_total"
    case questionSeconds = "huren_question_seconds"
    case commitSeconds = "huren_commit_seconds"
    case commitUnits = "huren_commit_units_total"
    case queue = "huren_queue_units"
    case logBytes = "huren_log_bytes"
    case fileBytes = "huren_file_bytes"
    case diskFree = "huren_disk_free_ratio"
    case silentFeeds = "huren_silent_feeds"
    case lastCommit = "huren_last_commit"
    case copyBehind = "huren_copy_behind_seconds"

    var help: String {
      switch self {
      case .requests: "Requests answered, by route and status."
      case .requestSeconds: "Time from a request's head to its answer's, by route."
      case .messages:
        "Messages taken from the network, by institution and outcome: accepted, known, quarantined, refused."
      case .decisions: "Ordered items decided over the network, by outcome."
      case .images: "Images asked of archives, by institution and outcome: given, or the code of the error."
      case .timedOut: "Questions that got no answer within 200 ms: none of them says that there is no prior result."
      case .questionSeconds: "Time from a question to its answer, its event on disk."
      case .commitSeconds: "Time of a commit of what came over the network, until it is on disk."
      case .commitUnits:
        "Messages, questions and feedback that were made durable; by commits of huren_commit_seconds_count."
      case .queue: "What waits for the writer now."
      case .logBytes: "Size of the write-ahead log."
      case .fileBytes: "Size of the registry's file."
      case .diskFree: "Share of the registry's disk that is free: below 0.05 /ready says no."
      case .silentFeeds: "Institutions that have sent nothing for longer than their rhythm allows."
      case .lastCommit:
        "Number of the registry's last commit: against it a registry that was restored shows what it lacks."
      case .copyBehind:
        "How far the copy in the second place is behind the registry, at most; +Inf where nothing is there at all."
      }
    }
  }

  let factory: PrometheusMetrics

  init() {
    factory = PrometheusMetrics(
      help: Dictionary(uniqueKeysWithValues: Measure.allCases.map { ($0.rawValue, $0.help) }))
  }

  func count(_ measure: Measure, _ dimensions: [(String, String)] = [], by amount: Int = 1) {
    Counter(label: measure.rawValue, dimensions: dimensions, factory: factory).increment(by: amount)
  }

  func time(_ measure: Measure, _ dimensions: [(String, String)] = [], _ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    Timer(label: measure.rawValue, dimensions: dimensions, factory: factory)
      .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  func set(_ measure: Measure, _ value: Double) {
    Meter(label: measure.rawValue, factory: factory).set(value)
  }
}
