import Catalogue
import Clinical
import Recognition
import Registry

/// How results are said on pages.
struct ResultWords {
  let l: PageLanguage
  let reference: ReferenceData

  var zone: RegistryZone { reference.zone }

  func institution(_ code: String) -> String { reference.institutions[code]?.name ?? code }

  /// The value as sent, with its unit.
  func value(_ result: RecordedResult) -> String {
    let observation = result.observation
    guard let value = observation.value?.nonBlank else { return l("无结果值", "no value") }
    return value + (result.reading.unit.map { " " + $0 } ?? "")
  }

  func flag(_ flag: Flag) -> HTML? {
    switch flag {
    case .unknown, .normal: nil
    case .abnormal: tag("span", .class("abnormal"), text: l("异常", "abnormal"))
    case .critical: tag("span", .class("critical"), text: l("危急", "critical"))
    }
  }

  /// That a result was changed, taken back, or is not final yet; nil for one that stands.
  func mark(_ status: ResultStatus?) -> HTML? {
    switch status {
    case .corrected, .amended, .appended: tag("span", .class("badge warn"), text: l("已更正", "corrected"))
    case .cancelled, .enteredInError: tag("span", .class("badge bad"), text: l("已作废", "taken back"))
    case .preliminary, .partial, .registered: tag("span", .class("badge"), text: l("初步结果", "preliminary"))
    case .final, .unknown, nil: nil
    }
  }

  func value(of entry: Timeline.Entry) -> HTML {
    let name = entry.isTakenBack ? "value taken-back" : "value"
    return tag("span", .class(name), text: value(entry.result).cut(to: 160))
  }

  /// Value, flag and mark.
  func result(_ entry: Timeline.Entry) -> HTML {
    tag("span") {
      value(of: entry)
      " "
      flag(entry.result.reading.flag)
      " "
      mark(entry.result.observation.status)
    }
  }

  /// The range as sent.
  func range(_ result: RecordedResult) -> HTML { HTML(result.observation.referenceRange?.nonBlank ?? "–") }
}

extension String {
  /// Not longer than some characters; that it was cut is seen.
  func cut(to length: Int) -> String { count > length ? prefix(length) + "…" : self }
}
